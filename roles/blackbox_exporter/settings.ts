import { type Own, plainHttpFlags } from '../../src/inventory/cell/flags.ts'
import { type CellScope, memberHosts } from '../../src/inventory/cell/scope.ts'
import type { Context } from '../../src/inventory/context.ts'
import { buildProbes, probesSchema } from '../../src/inventory/exporter/probes.ts'
import type { CellText, CommonSettings, Probe, YamlMap } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, isFromOutside, typeOf, wasRejected } from '../../src/inventory/text/place.ts'
import { upstreamMap } from '../../src/inventory/upstream/upstream.ts'
import { isYamlMap } from '../../src/inventory/upstream/upstream-values.ts'
import { buildLed, type Failover, failoverSchema } from '../common/failover.ts'
import { componentProblem } from '../messages.ts'
import type { CellPart } from '../part.ts'

const prober = { of: 'blackbox', parameters: ['module'], required: 'module' }

const schema = t.keys({
  hosts: t.texts,
  failover: failoverSchema,
  modules: t.upstreamOrPath,
  probes: probesSchema(prober.parameters),
  ...t.words,
})

type BlackboxText = t.TextOf<typeof schema>

/** One or two probers, each of which can serve all probes. */
export interface BlackboxSettings extends CommonSettings {
  readonly hosts: readonly string[]
  /** Absent where there is one prober only. */
  readonly failover?: Failover
  /** `modules:` in upstream's form. */
  readonly modules: YamlMap
  /** They were read from outside the inventory's directory. */
  readonly outside?: true
  readonly probes: readonly Probe[]
}

declare module '../../src/inventory/model.ts' {
  interface Parts {
    blackbox: { text: BlackboxText; settings: BlackboxSettings }
  }
}

export const blackboxOwnFlags: Own = {
  ...plainHttpFlags,
  'config.file': 'use "modules"',
  'config.check': 'promha runs it before a config is used',
  'web.listen-address': 'use "listen"',
}

/** The config's usual name in the directory of shipped files: a file of that name would be taken for the config. */
const ownFiles = ['blackbox_exporter.yml']

export const part: CellPart<'blackbox'> = {
  key: 'blackbox',
  schema,
  upstream: ['modules.**'],
  readHere: ['modules.*.prober', 'modules.modules.*.prober'],
  names: { instead: ['modules'] },
  build: buildBlackbox,
  probers: said => [said],
}

function buildBlackbox(text: BlackboxText, cell: CellScope, context: Context, { prometheus }: CellText) {
  const hosts = memberHosts(text, { key: 'blackbox', one: 'blackbox exporter' }, cell, context)
  const led = {
    key: 'blackbox',
    hosts,
    whom: hosts.length > 1 ? 'the prober that is up' : undefined,
    own: blackboxOwnFlags,
    ownFiles,
    port: 9115,
    proxyPort: 9215,
  }
  const { common, failover } = buildLed(text, led, cell, context)
  const modules = buildModules(text, context)
  const config = modules && { modules }
  return {
    hosts,
    ...(failover ? { failover } : {}),
    ...common,
    modules: modules ?? {},
    ...(isFromOutside(modules ?? {}) ? { outside: true as const } : {}),
    probes: buildProbes(text.probes ?? [], { ...prober, config }, prometheus, context),
  }
}

/** Undefined if they could not be read: then it is unknown whether a probe names one that does not exist. */
function buildModules(text: BlackboxText, context: Context): YamlMap | undefined {
  if (wasRejected(text, 'modules')) return undefined
  if (text.modules == null) return {}
  const read = upstreamMap(text, 'modules', context)
  if (read === undefined) return undefined
  const modules = unwrapped(read)
  const { problems } = context
  for (const [name, module] of Object.entries(modules)) {
    if (!isYamlMap(module)) {
      problems.push(componentProblem.moduleNotAMap(at(modules, name), name, typeOf(module)))
      continue
    }
    // The exporter's own check accepts any prober. Only a warning: a later release may have more probers.
    const own = asWritten(module, 'prober')
    if (own !== undefined && !probers.includes(own))
      problems.push(componentProblem.unknownProber(at(module, 'prober'), name, own, probers))
  }
  return modules
}

const probers: readonly string[] = ['http', 'tcp', 'dns', 'icmp', 'grpc', 'unix']

/** The modules of a whole blackbox.yml, which has the one key `modules`. A module of that name would have a `prober`. */
function unwrapped(read: YamlMap): YamlMap {
  const inner = read.modules
  if (Object.keys(read).length !== 1 || !isYamlMap(inner)) return read
  return typeof inner.prober === 'string' ? read : inner
}
