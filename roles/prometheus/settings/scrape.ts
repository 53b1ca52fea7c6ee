import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { YamlMap } from '../../../src/inventory/model.ts'
import type { Generated, Unscraped } from '../../../src/inventory/rules.ts'
import { asWritten } from '../../../src/inventory/text/as-written.ts'
import { at, atKey, ownPlace, picked, quoted, typeOf } from '../../../src/inventory/text/place.ts'
import { range } from '../../../src/inventory/text/source-text.ts'
import { checkLabels, type LabelRules, labelTaken } from '../../../src/inventory/upstream/labels.ts'
import { isYamlMap, mapsIn } from '../../../src/inventory/upstream/upstream-values.ts'
import { nameFault } from '../../../src/inventory/value/names.ts'
import { prometheusProblem } from '../messages.ts'
import type { PrometheusText } from './schema.ts'

type TargetGroups = NonNullable<PrometheusText['targets']>[string]

/** Checks `targets:`, whose every key becomes a job and a file. */
export function checkTargets(
  targets: Readonly<Record<string, TargetGroups>>,
  generated: Generated,
  { taken, names }: LabelRules,
  problems: Problem[],
): void {
  // Upstream's own labels, such as `__metrics_path__`, say how a target is scraped.
  const all = { taken, names: { ...names, internal: true } }
  for (const [name, groups] of Object.entries(targets)) {
    const fault = nameFault(name)
    if (fault) problems.push(prometheusProblem.badTargetsName(atKey(targets, name), name, fault))
    if (generated(name)) {
      problems.push(prometheusProblem.targetsNameGenerated(atKey(targets, name), name))
    }
    for (const [index, group] of groups.entries()) {
      if (group.targets == null) problems.push(prometheusProblem.groupWithoutTargets(at(groups, index), name))
      for (const [position, target] of (group.targets ?? []).entries()) {
        if (target !== '' && !/[\s/]/.test(target)) continue
        problems.push(prometheusProblem.badTarget(at(group.targets ?? [], position), name, target))
      }
      if (group.labels) checkLabels(group.labels, `job ${quoted(name)}`, all, problems)
    }
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

/** The jobs without those whose targets promha scrapes itself. Reports names that are missing or taken, and own labels. */
export function keptJobs(
  configs: readonly YamlMap[],
  { generated, targets, unscraped, taken, seen }: JobRules,
  problems: Problem[],
): readonly YamlMap[] {
  const isKept = (config: YamlMap): boolean => {
    const name = asWritten(config, 'job_name')
    const place = at(config, 'job_name')
    if (name === undefined || name === '') {
      const { job_name: value } = config
      problems.push(
        value === undefined
          ? prometheusProblem.noJobName(place)
          : prometheusProblem.badJobName(place, value === '' ? 'an empty one' : typeOf(value)),
      )
      return false
    }
    if (generated(name)) {
      const detail = unscraped(config)
      problems.push(
        detail === undefined
          ? prometheusProblem.jobLeftOut(place, name)
          : prometheusProblem.jobGenerated(place, name, detail),
      )
      return false
    }
    const other = seen.get(name)
    const wrong = (what: string) => problems.push(prometheusProblem.jobNameTaken(place, name, what))
    if (targets.includes(name)) wrong('is in "targets:" already')
    else if (other) wrong(`is defined twice: first ${whereIs(other, config)}`)
    else seen.set(name, config)
    checkSetLabels(config, name, taken, problems)
    return true
  }
  return picked(configs.flatMap((config, index) => (isKept(config) ? [[configs, index] as const] : [])))
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
      problems.push(labelTaken(label, `job ${quoted(job)}`, taken[label] ?? '', where))
  }
  for (const { labels } of mapsIn(config.static_configs)) {
    if (isYamlMap(labels)) for (const label of Object.keys(labels)) check(label, atKey(labels, label))
  }
  for (const rule of [...mapsIn(config.relabel_configs), ...mapsIn(config.metric_relabel_configs)])
    check(asWritten(rule, 'target_label'), at(rule, 'target_label'))
}
