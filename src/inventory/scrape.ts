import { error, type Problem } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import { checkLabels, labelTaken } from './labels.ts'
import type { Yaml, YamlMap } from './model.ts'
import { nameFault } from './names.ts'
import { at, atKey, ownPlace, quote, range, typeOf } from './place.ts'
import type { CellText, PrometheusText } from './schema.ts'

/** Whether promha generates a job of that name. */
export type Generated = (job: string) => boolean

const always: readonly string[] = ['prometheus', 'alertmanager', 'node']

/**
 * The jobs of a cell that are promha's: those of its pair, its Alertmanagers and its hosts always, since the cell may have
 * them one day; of what stands around them, which many have written themselves, only where promha writes it too.
 */
export function generatedJobs({
  federation,
  blackbox,
  pushgateway,
}: Pick<CellText, 'federation' | 'blackbox' | 'pushgateway'>): Generated {
  return job =>
    always.includes(job) ||
    (federation !== undefined && job === 'federate') ||
    (pushgateway !== undefined && /^pushgateway(-hosts)?$/.test(job)) ||
    (blackbox !== undefined && /^blackbox(-(\d+|hosts))?$/.test(job))
}

const rename = { remedy: 'give the job another name' }

type TargetGroups = NonNullable<PrometheusText['targets']>[string]

/** `targets:` makes a job and a file of each name. */
export function checkTargets(
  targets: Readonly<Record<string, TargetGroups>>,
  generated: Generated,
  replicaLabel: string,
  problems: Problem[],
): void {
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
      for (const [at_, target] of (group.targets ?? []).entries()) {
        if (target !== '' && !/[\s/]/.test(target)) continue
        problems.push(
          error(
            `a target of job ${quote(name)}: expected HOST:PORT, saw ${quote(target)}`,
            at(group.targets ?? [], at_),
          ),
        )
      }
      if (group.labels) checkLabels(group.labels, `job ${quote(name)}`, takenLabels(replicaLabel), problems)
    }
  }
}

/** promha's rules ask for series without `cell`: those of other cells, which federation brings, have one. */
export function takenLabels(replicaLabel: string): Readonly<Record<string, string>> {
  return {
    cell: 'set by promha: the name of the cell',
    [replicaLabel]: 'the replica label, which promha sets',
  }
}

/** Each job has a name of its own, which neither promha nor `targets:` uses, and none sets promha's own labels. */
export function checkScrapeConfigs(
  configs: readonly YamlMap[],
  targets: readonly string[],
  generated: Generated,
  replicaLabel: string,
  problems: Problem[],
): void {
  const seen = new Map<string, YamlMap>()
  for (const [index, config] of configs.entries()) {
    const name = asWritten(config, 'job_name')
    if (name === undefined || name === '') {
      const { job_name: value } = config
      const where = value === undefined ? at(configs, index) : at(config, 'job_name')
      const saw = `job_name: expected a text, saw ${value === '' ? 'an empty one' : typeOf(value)}`
      problems.push(error(value === undefined ? 'a scrape config has no job_name' : saw, where))
      continue
    }
    const other = seen.get(name)
    const wrong = (what: string) =>
      problems.push(error(`the job ${quote(name)} ${what}`, { ...at(config, 'job_name'), ...rename }))
    if (generated(name)) wrong('is one that promha generates')
    else if (targets.includes(name)) wrong('is in "targets:" already')
    else if (other) wrong(`is defined twice: first on ${whereIs(other)}`)
    else seen.set(name, config)
    checkSetLabels(config, name, takenLabels(replicaLabel), problems)
  }
}

function whereIs(config: YamlMap): string {
  const own = ownPlace(config)
  const found = at(config, 'job_name').source ?? (own ? range(own) : undefined)
  return found ? `line ${found.line}` : 'another line'
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
  for (const { labels } of maps(config.static_configs)) {
    if (isMap(labels)) for (const label of Object.keys(labels)) check(label, atKey(labels, label))
  }
  for (const rule of [...maps(config.relabel_configs), ...maps(config.metric_relabel_configs)])
    check(asWritten(rule, 'target_label'), at(rule, 'target_label'))
}

function maps(value: Yaml | undefined): readonly YamlMap[] {
  return Array.isArray(value) ? value.filter(isMap) : []
}

function isMap(value: Yaml | undefined): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
