import { suggestion } from '../../src/diagnostic/nearest.ts'
import { error, warning } from '../../src/diagnostic/problem.ts'
import { asWritten } from '../../src/inventory/as-written.ts'
import { buildCommon } from '../../src/inventory/common-words.ts'
import type { Context } from '../../src/inventory/context.ts'
import { milliseconds } from '../../src/inventory/duration.ts'
import { blackboxOwn, checkAskedPath } from '../../src/inventory/flags.ts'
import { checkLabels, defaultReplicaLabel, labelNames, labelTexts } from '../../src/inventory/labels.ts'
import { memberHosts } from '../../src/inventory/members.ts'
import type { BlackboxSettings, Probe, Yaml, YamlMap } from '../../src/inventory/model.ts'
import { durationFault, type LabelNames } from '../../src/inventory/names.ts'
import {
  at,
  atKey,
  isFromOutside,
  quote,
  rejectedOf,
  typeOf,
  wasRejected,
} from '../../src/inventory/place.ts'
import type { CellScope } from '../../src/inventory/replicas.ts'
import type { BlackboxText, ProbeText } from '../../src/inventory/schema.ts'
import { takenLabels } from '../../src/inventory/scrape.ts'
import { filesOfMap } from '../../src/inventory/shipped.ts'
import { upstreamMap } from '../../src/inventory/upstream.ts'
import { everywhere } from '../../src/inventory/vip.ts'
import type { PartBuilder } from '../component.ts'
import { askerOf, buildFailover, checkGiven, checkReached } from '../failover.ts'

/** The config's usual name in the directory of shipped files: a file of that name would be taken for the config. */
const ownFiles = ['blackbox_exporter.yml']

/** Settings of the cell's Prometheus that hold for every probe. */
interface ProbeDefaults {
  readonly replicaLabel: string
  /** The global scrape interval. */
  readonly interval: string
  readonly names: LabelNames
}

export const buildPart: PartBuilder = ({ blackbox: text, prometheus }, cell, context) => {
  if (!text) return {}
  const defaults = {
    replicaLabel: prometheus?.replica_label ?? defaultReplicaLabel,
    // Prometheus' own default is a minute.
    interval: asWritten(prometheus?.global ?? {}, 'scrape_interval') ?? '1m',
    names: labelNames(context, prometheus?.global as YamlMap | undefined),
  }
  return { blackbox: buildBlackbox(text, defaults, cell, context) }
}

/** The cell's probers, modules and probes, defaults filled in; problems are left in the context. */
function buildBlackbox(
  text: BlackboxText,
  defaults: ProbeDefaults,
  cell: CellScope,
  context: Context,
): BlackboxSettings {
  const { problems } = context
  const of = `blackbox of cell ${quote(cell.name)}`
  const hosts = memberHosts(text, { key: 'blackbox', one: 'blackbox exporter' }, cell, context)
  const failover = buildFailover(text.failover, { of, hosts, port: 9215 }, cell, context)
  if (hosts.length > 1) checkGiven(text, { of, port: 9215 }, 'the prober that is up', context)
  const kind = { of: 'blackbox', own: blackboxOwn, hosts, listen: everywhere(failover, 9115) }
  const common = buildCommon(text, kind, cell, context)
  checkReached(text, of, hosts, common, failover, context)
  if (failover) checkAskedPath(common, hosts, 'blackbox', askerOf[failover.kind], problems)
  const modules = buildModules(text, context)
  const probes = text.probes ?? []
  return {
    hosts,
    ...(failover ? { failover } : {}),
    ...common,
    modules: modules ?? {},
    ...(isFromOutside(modules ?? {}) ? { outside: true as const } : {}),
    probes: probes.map(probe => buildProbe(probe, probes, modules, defaults, context)),
    files: filesOfMap(text.files ?? {}, ownFiles, context),
  }
}

/** Undefined if they could not be read: then it is unknown whether a probe names one that does not exist. */
function buildModules(text: BlackboxText, context: Context): YamlMap | undefined {
  if (wasRejected(text, 'modules')) return undefined
  if (text.modules == null) return {}
  const read = upstreamMap(text, 'modules', context)
  if (read === undefined) return undefined
  const modules = unwrapped(read)
  for (const [name, module] of Object.entries(modules)) {
    if (typeOf(module) === 'a map') {
      checkProber(name, module as YamlMap, context)
      continue
    }
    context.problems.push(
      error(
        `the module ${quote(name)} of blackbox: expected a map, saw ${typeOf(module)}`,
        at(modules, name),
      ),
    )
  }
  return modules
}

/**
 * The exporter's own check accepts any prober, and each probe fails with an unknown one. Only a warning: a later release
 * may have more probers.
 */
function checkProber(name: string, module: YamlMap, { problems }: Context): void {
  const prober = asWritten(module, 'prober')
  if (prober === undefined || probers.includes(prober)) return
  problems.push(
    warning(
      `the module ${quote(name)} of blackbox has the prober ${quote(prober)}, which promha does not know`,
      {
        ...at(module, 'prober'),
        ...suggestion(prober, probers, `the usual ones are ${probers.join(', ')}`),
      },
    ),
  )
}

const probers: readonly string[] = ['http', 'tcp', 'dns', 'icmp', 'grpc', 'unix']

/** The modules of a whole blackbox.yml, which has the one key `modules`. A module of that name would have a `prober`. */
function unwrapped(read: YamlMap): YamlMap {
  const inner: Yaml | undefined = read.modules
  if (Object.keys(read).length !== 1 || typeOf(inner) !== 'a map') return read
  return typeof (inner as YamlMap).prober === 'string' ? read : (inner as YamlMap)
}

function buildProbe(
  text: ProbeText,
  all: readonly ProbeText[],
  modules: YamlMap | undefined,
  { replicaLabel, names, interval: globalInterval }: ProbeDefaults,
  context: Context,
): Probe {
  const { problems } = context
  const index = all.indexOf(text)
  const { module, targets, labels, interval, timeout } = text
  if (module == null) {
    if (!wasRejected(text, 'module')) problems.push(error('a probe has no module', at(all, index)))
  } else if (modules && !Object.hasOwn(modules, module)) {
    problems.push(
      error(`a probe names the module ${quote(module)}, which is not under "modules"`, {
        ...at(text, 'module'),
        ...suggestion(
          module,
          isFromOutside(modules) ? [] : Object.keys(modules),
          'define it under "modules:"',
        ),
      }),
    )
  }
  checkTargets(text, module ?? '', at(all, index), context)
  checkLabels(
    labels ?? {},
    'a probe',
    {
      job: 'set by promha: the job of the scrape',
      instance: 'set by promha: the target',
      module: 'set by promha: the module of the probe',
      ...takenLabels(replicaLabel),
    },
    names,
    problems,
  )
  for (const [key, value] of [
    ['interval', interval],
    ['timeout', timeout],
  ] as const) {
    const fault = value == null ? undefined : durationFault(value)
    if (fault) problems.push(error(`${key} of a probe: ${fault}`, at(text, key)))
  }
  const timeoutMs = milliseconds(timeout ?? '')
  const intervalMs = milliseconds(interval ?? globalInterval)
  if (timeoutMs !== undefined && intervalMs !== undefined && timeoutMs > intervalMs) {
    problems.push(
      error(
        `a probe has the timeout ${timeout}, which is longer than ${interval == null ? `the global scrape_interval ${globalInterval}` : `its interval ${interval}`}`,
        {
          ...at(text, 'timeout'),
          remedy:
            'Prometheus refuses a timeout that is longer than the interval: shorten it, or set a longer "interval"',
        },
      ),
    )
  }
  return {
    module: module ?? '',
    targets: targets ?? [],
    labels: labelTexts(labels ?? {}),
    ...(interval == null ? {} : { interval }),
    ...(timeout == null ? {} : { timeout }),
  }
}

/** Reports targets that are missing, empty or named twice: a target twice in a job would be two series of one name. */
function checkTargets(
  text: ProbeText,
  module: string,
  where: ReturnType<typeof at>,
  { problems }: Context,
): void {
  const targets = text.targets ?? []
  if (text.targets == null && !wasRejected(text, 'targets')) {
    problems.push(error('a probe has no targets', where))
  } else if (targets.length === 0 && rejectedOf(targets).size === 0 && !wasRejected(text, 'targets')) {
    problems.push(warning(`a probe with the module ${quote(module)} has no targets`, atKey(text, 'targets')))
  }
  for (const [index, target] of targets.entries()) {
    if (/\p{Cc}/u.test(target))
      problems.push(
        error('a target of a probe has a line break or another control character', at(targets, index)),
      )
    else if (target.trim() === '') problems.push(error('a target of a probe is empty', at(targets, index)))
    else if (targets.indexOf(target) < index) {
      problems.push(error(`a probe names the target ${quote(target)} twice`, at(targets, index)))
    }
  }
}
