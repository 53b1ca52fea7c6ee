import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import { checkLabels, labelTaken } from './labels.ts'
import type { YamlMap } from './model.ts'
import { type LabelNames, nameFault } from './names.ts'
import { at, atKey, ownPlace, picked, quote, range, typeOf } from './place.ts'
import type { Generated, Unscraped } from './rules.ts'
import type { PrometheusText } from './schema.ts'
import { isMap, mapsIn } from './upstream-values.ts'

const rename = { remedy: 'give the job another name' }

type TargetGroups = NonNullable<PrometheusText['targets']>[string]

/** Checks `targets:`, whose every key becomes a job and a file. */
export function checkTargets(
  targets: Readonly<Record<string, TargetGroups>>,
  generated: Generated,
  taken: Readonly<Record<string, string>>,
  names: LabelNames,
  problems: Problem[],
): void {
  // Upstream's own labels, such as `__metrics_path__`, say how a target is scraped.
  const all = { ...names, internal: true }
  for (const [name, groups] of Object.entries(targets)) {
    const fault = nameFault(name)
    if (fault)
      problems.push(error(`the job ${quote(name)} in targets: a name ${fault}`, atKey(targets, name)))
    if (generated(name)) {
      problems.push(
        error(`the job ${quote(name)} in targets is one that promha generates`, {
          ...atKey(targets, name),
          ...rename,
        }),
      )
    }
    for (const [index, group] of groups.entries()) {
      if (group.targets == null)
        problems.push(error(`a group of job ${quote(name)} has no targets`, at(groups, index)))
      for (const [position, target] of (group.targets ?? []).entries()) {
        if (target !== '' && !/[\s/]/.test(target)) continue
        problems.push(
          error(
            `a target of job ${quote(name)}: expected HOST:PORT, saw ${quote(target)}`,
            at(group.targets ?? [], position),
          ),
        )
      }
      if (group.labels) checkLabels(group.labels, `job ${quote(name)}`, taken, all, problems)
    }
  }
}

/** Labels that promha sets itself. Its rules rely on `cell` to tell federated series of other cells from the cell's own. */
export function takenLabels(replicaLabel: string): Readonly<Record<string, string>> {
  return {
    cell: 'set by promha: the name of the cell',
    [replicaLabel]: 'the replica label, which promha sets',
  }
}

interface JobRules {
  readonly generated: Generated
  /** Names under `targets:`. */
  readonly targets: readonly string[]
  readonly unscraped: Unscraped
  /** Labels that promha sets, and who sets them. */
  readonly taken: Readonly<Record<string, string>>
  /** Jobs that were seen before, by name. */
  readonly seen: Map<string, YamlMap>
}

/**
 * The jobs without those whose targets promha scrapes itself. Reports jobs without a name, with one that promha, `targets:`
 * or another job uses, and jobs that set promha's own labels.
 */
export function keptJobs(
  configs: readonly YamlMap[],
  { generated, targets, unscraped, taken, seen }: JobRules,
  problems: Problem[],
): readonly YamlMap[] {
  const isKept = (config: YamlMap): boolean => {
    const name = asWritten(config, 'job_name')
    if (name === undefined || name === '') {
      const { job_name: value } = config
      const saw = `job_name: expected a text, saw ${value === '' ? 'an empty one' : typeOf(value)}`
      problems.push(
        error(value === undefined ? 'a scrape config has no job_name' : saw, at(config, 'job_name')),
      )
      return false
    }
    if (generated(name)) {
      const detail = unscraped(config)
      problems.push(detail === undefined ? leftOut(config, name) : generatedToo(config, name, detail))
      return false
    }
    const other = seen.get(name)
    const wrong = (what: string) =>
      problems.push(error(`the job ${quote(name)} ${what}`, { ...at(config, 'job_name'), ...rename }))
    if (targets.includes(name)) wrong('is in "targets:" already')
    else if (other) wrong(`is defined twice: first ${whereIs(other, config)}`)
    else seen.set(name, config)
    checkSetLabels(config, name, taken, problems)
    return true
  }
  return picked(configs.flatMap((config, index) => (isKept(config) ? [[configs, index] as const] : [])))
}

function leftOut(config: YamlMap, name: string): Problem {
  return warning(`the job ${quote(name)} is left out because promha scrapes all of its targets itself`, {
    ...at(config, 'job_name'),
    detail:
      'Labels and relabeling of this job are left out too. Labels of a host may be written under "hosts".',
    remedy: 'remove this job',
  })
}

function generatedToo(config: YamlMap, name: string, detail: string): Problem {
  return error(`the job ${quote(name)} is one that promha generates`, {
    ...at(config, 'job_name'),
    detail,
    remedy: 'rename this job, or remove the targets that promha scrapes itself',
  })
}

function whereIs(config: YamlMap, beside: YamlMap): string {
  const place = (of: YamlMap) => {
    const own = ownPlace(of)
    return at(of, 'job_name').source ?? (own ? range(own) : undefined)
  }
  const found = place(config)
  if (!found) return 'on another line'
  return found.file === place(beside)?.file ? `on line ${found.line}` : `at ${found.file}:${found.line}`
}

function checkSetLabels(
  config: YamlMap,
  job: string,
  taken: Readonly<Record<string, string>>,
  problems: Problem[],
): void {
  const check = (label: string | undefined, where: Pick<Problem, 'source'>) => {
    if (label !== undefined && Object.hasOwn(taken, label))
      problems.push(labelTaken(label, `job ${quote(job)}`, taken[label] ?? '', where))
  }
  for (const { labels } of mapsIn(config.static_configs)) {
    if (isMap(labels)) for (const label of Object.keys(labels)) check(label, atKey(labels, label))
  }
  for (const rule of [...mapsIn(config.relabel_configs), ...mapsIn(config.metric_relabel_configs)])
    check(asWritten(rule, 'target_label'), at(rule, 'target_label'))
}
