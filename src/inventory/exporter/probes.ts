/** `probes:` of the blackbox exporter, and of an exporter that asks other machines. */
import type { PrometheusText } from '../../../roles/prometheus/settings/schema.ts'
import { present } from '../../diagnostic/defined.ts'
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Context } from '../context.ts'
import type { Probe, YamlMap } from '../model.ts'
import * as t from '../schema/schema-words.ts'
import { asWritten } from '../text/as-written.ts'
import { at, atKey, isFromOutside, rejectedOf, wasRejected } from '../text/place.ts'
import { checkLabels, defaultReplicaLabel, labelNames, labelTexts, takenLabels } from '../upstream/labels.ts'
import { milliseconds } from '../value/duration.ts'
import { durationFault } from '../value/names.ts'
import { exporterProblem } from './messages.ts'

/** What runs the probes. */
export interface Prober {
  /** As messages call it: `blackbox`, `exporters.snmp`. */
  readonly of: string
  /** Keys of a probe that it takes as parameters, besides the target. */
  readonly parameters: readonly string[]
  /** The parameter without which it does not probe. */
  readonly required?: string
  /** One value of a parameter may have several names, with commas between them. */
  readonly lists?: boolean
  /** Its config: `modules` there has what the parameter `module` may name. A map that is absent is not known. */
  readonly config?: YamlMap | undefined
}

const commonKeys = { targets: t.texts, labels: t.labels, interval: t.text, timeout: t.text }
/** Keys of a probe that are no parameters. */
const common = Object.keys(commonKeys)

/** @param parameters that any of the probers takes; `buildProbes` checks which one takes which */
export function probesSchema(parameters: readonly string[]) {
  return t.listOf(t.keys({ ...commonKeys, ...Object.fromEntries(parameters.map(name => [name, t.word])) }))
}

type ProbeText = t.TextOf<ReturnType<typeof probesSchema>>[number]

/** The probes of one prober; problems are left in the context. */
export function buildProbes(
  texts: readonly ProbeText[],
  prober: Prober,
  prometheus: PrometheusText | undefined,
  context: Context,
): readonly Probe[] {
  const { problems } = context
  const of = `a probe of ${prober.of}`
  const names = labelNames(context, prometheus?.global as YamlMap | undefined)
  // Prometheus' own default is a minute.
  const globalInterval = asWritten(prometheus?.global ?? {}, 'scrape_interval') ?? '1m'
  return texts.map((text, index) => {
    const where = at(texts, index)
    const { targets, labels, interval, timeout } = text
    const parameters = buildParameters(text, of, prober, where, problems)
    const owned = Object.keys(parameters).map(key => [key, `set by promha: the ${key} of the probe`])
    const taken = {
      ...Object.fromEntries(owned),
      job: 'set by promha: the job of the scrape',
      instance: 'set by promha: the target',
      ...takenLabels(prometheus?.replica_label ?? defaultReplicaLabel),
    }
    checkTargets(text, of, where, problems)
    checkLabels(labels ?? {}, of, { taken, names }, problems)
    checkTimes(text, of, globalInterval, problems)
    return {
      parameters,
      targets: targets ?? [],
      labels: labelTexts(labels ?? {}),
      ...present({ interval, timeout }),
    }
  })
}

function buildParameters(
  text: ProbeText,
  of: string,
  { parameters, required, config = {}, lists = false }: Prober,
  where: Pick<Problem, 'source'>,
  problems: Problem[],
): Probe['parameters'] {
  const namesOf = (key: string) => {
    const map = config[`${key}s`]
    if (typeof map !== 'object' || map === null) return undefined
    const names = Object.keys(map)
    return { names, known: isFromOutside(map) ? [] : names }
  }
  if (required !== undefined && asWritten(text, required) === undefined && !wasRejected(text, required)) {
    const known = namesOf(required)?.known ?? []
    const choices = known.length === 0 ? '' : ` with one of ${listFirst(known, 5)}`
    problems.push(exporterProblem.probeParameterMissing(where, of, required, choices))
  }
  const said = Object.keys(text).filter(key => !common.includes(key))
  for (const key of said.filter(one => !parameters.includes(one)))
    problems.push(exporterProblem.unknownProbeKey(atKey(text, key), { of, key, parameters, common }))
  return Object.fromEntries(
    said.flatMap(key => {
      const value = asWritten(text, key)
      if (value === undefined) return []
      const all = namesOf(key)
      const missing = all && (lists ? value.split(',') : [value]).find(name => !all.names.includes(name))
      if (all && missing !== undefined) {
        const facts = { of, key, missing, plural: `${key}s`, known: all.known }
        problems.push(exporterProblem.undefinedParameter(at(text, key), facts))
      }
      return [[key, value]]
    }),
  )
}

/** Reports targets that are missing, empty or named twice: a target twice in a job would be two series of one name. */
function checkTargets(text: ProbeText, of: string, where: Pick<Problem, 'source'>, problems: Problem[]) {
  const targets = text.targets ?? []
  if (wasRejected(text, 'targets')) return
  if (text.targets == null) problems.push(exporterProblem.noTargets(where, of))
  else if (targets.length === 0 && rejectedOf(targets).size === 0)
    problems.push(exporterProblem.emptyTargets(atKey(text, 'targets'), of))
  for (const [index, target] of targets.entries()) {
    const place = at(targets, index)
    if (/\p{Cc}/u.test(target)) problems.push(exporterProblem.targetOfSeveralLines(place, of))
    else if (target.trim() === '') problems.push(exporterProblem.emptyTarget(place, of))
    else if (targets.indexOf(target) < index) problems.push(exporterProblem.targetTwice(place, of, target))
  }
}

function checkTimes(text: ProbeText, of: string, globalInterval: string, problems: Problem[]): void {
  const { interval, timeout } = text
  for (const [key, value] of Object.entries({ interval, timeout })) {
    const fault = value == null ? undefined : durationFault(value)
    if (fault) problems.push(exporterProblem.badProbeTime(at(text, key), key, of, fault))
  }
  const timeoutMs = milliseconds(timeout ?? '')
  const intervalMs = milliseconds(interval ?? globalInterval)
  if (timeoutMs === undefined || intervalMs === undefined || timeoutMs <= intervalMs) return
  const longerThan =
    interval == null ? `the global scrape_interval ${globalInterval}` : `its interval ${interval}`
  problems.push(exporterProblem.probeTimeoutTooLong(at(text, 'timeout'), of, timeout, longerThan))
}
