/** The keys that every component has: `listen`, `flags`, `environment`, `limits`, and `per_host`, which sets them for some hosts. */
import { few } from '../diagnostic/few.ts'
import { error } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { type WrittenEndpoint, writtenEndpoint } from './endpoint.ts'
import { checkFlags, type Own } from './flags.ts'
import { reportPatterns } from './groups.ts'
import { merge } from './merge.ts'
import type { CommonSettings, Endpoint, HostSettings } from './model.ts'
import { addressFault, isIp, shortAddress } from './names.ts'
import { match } from './patterns.ts'
import { at, atKey, quote } from './place.ts'
import type { CellScope } from './replicas.ts'
import type { HostWordsText } from './schema.ts'
import { servedPaths } from './served-path.ts'
import { laidOver, type UnitWords, unitWords } from './unit-words.ts'

interface WordsText extends HostWordsText {
  readonly per_host?: Readonly<Record<string, HostWordsText | null>> | null | undefined
}

/** One component of a cell. */
export interface Kind {
  /** As messages call it: `prometheus`, `exporters.node`. */
  readonly of: string
  /** Flags that promha sets itself. */
  readonly own: Own
  /** Hosts that run it. */
  readonly hosts: readonly string[]
  /** Where it listens if the inventory does not say. */
  readonly listen: Endpoint
  /** The same of `cluster_listen`, if the component has that. */
  readonly clusterListen?: Endpoint
}

/** One entry of `per_host`. */
interface Entry {
  readonly hosts: ReadonlySet<string>
  readonly text: HostWordsText
  readonly flags: CommonSettings['flags']
  readonly words: UnitWords
}

/**
 * The component's `listen` and `flags`, and what some of its hosts have instead. If several entries of `per_host` name one
 * host, later ones override earlier ones. Problems are left in the context.
 */
export function buildCommon(
  text: WordsText,
  kind: Kind,
  cell: CellScope,
  context: Context,
): CommonSettings & Pick<HostSettings, 'clusterListen'> {
  const { problems } = context
  const flags = checkFlags(text.flags, kind.of, kind.own, problems)
  const entries = buildEntries(text, kind, cell, context)
  const listen = endpointsOf('listen', kind.listen, text, entries, kind, cell, context)
  const cluster =
    kind.clusterListen &&
    endpointsOf('cluster_listen', kind.clusterListen, text, entries, kind, cell, context)
  const common = unitWords(text, kind.of, problems)
  const perHost = kind.hosts.flatMap((host): [string, HostSettings][] => {
    const named = entries.filter(({ hosts }) => hosts.has(host))
    const own = listen.on(host)
    const gossip = cluster?.on(host)
    if (named.length === 0 && !own && !gossip) return []
    const merged = named
      .map(entry => entry.flags)
      .reduce((under, over) => merge(under, over) as CommonSettings['flags'], flags)
    return [
      [
        host,
        {
          listen: own?.endpoint ?? listen.common,
          flags: merged,
          ...named.map(entry => entry.words).reduce(laidOver, common),
          ...(gossip ? { clusterListen: gossip.endpoint } : {}),
          ...(gossip?.source ? { clusterSource: gossip.source } : {}),
          ...(own?.source ? { source: own.source } : {}),
        },
      ],
    ]
  })
  checkPaths(perHost, flags, entries, kind, context)
  return {
    listen: listen.common,
    ...(cluster ? { clusterListen: cluster.common } : {}),
    flags,
    ...common,
    ...(perHost.length > 0 ? { perHost: Object.fromEntries(perHost) } : {}),
  }
}

function buildEntries(
  { per_host }: WordsText,
  { of, own, hosts }: Kind,
  cell: CellScope,
  { problems }: Context,
): readonly Entry[] {
  const map = per_host ?? {}
  const running = new Set(hosts)
  return Object.entries(map).map(([pattern, text]): Entry => {
    const where = atKey(map, pattern)
    const name = `per_host of ${of}`
    const found = match([pattern], cell.scope)
    const faults = found.faults.filter(({ kind }) => kind !== 'empty')
    reportPatterns(faults, [pattern], name, cell.candidates, problems, () => where)
    const members = found.hosts.filter(host => running.has(host))
    // A component without hosts, or with wrong ones, is reported already.
    if (members.length === 0 && faults.length === 0 && hosts.length > 0) {
      problems.push(
        error(`${name} names ${quote(pattern)}, where ${of} does not run`, {
          ...where,
          remedy: `name a host that runs it: ${few(hosts.map(quote), 3)}`,
        }),
      )
    }
    return {
      hosts: new Set(members),
      text: text ?? {},
      flags: checkFlags(text?.flags, `${of} on ${pattern}`, own, problems),
      words: unitWords(text ?? {}, `${of} on ${pattern}`, problems),
    }
  })
}

interface Endpoints {
  readonly common: Endpoint
  /** Undefined if the host has what all have. */
  on(host: string): { readonly endpoint: Endpoint; readonly source?: HostSettings['source'] } | undefined
}

/** The endpoint of a component, and how single hosts differ from it. */
function endpointsOf(
  key: 'listen' | 'cluster_listen',
  standard: Endpoint,
  text: WordsText,
  entries: readonly Entry[],
  kind: Kind,
  cell: CellScope,
  { problems }: Context,
): Endpoints {
  const common = writtenEndpoint(text, key, standard, problems)
  const own = entries.flatMap(({ text: entry, hosts }) =>
    entry[key] == null ? [] : [{ hosts, written: writtenEndpoint(entry, key, common, problems) }],
  )
  const writtenFor = (host: string) => own.findLast(({ hosts }) => hosts.has(host))?.written ?? common
  checkSelf(key, kind, cell, writtenFor, problems)
  const { address, port } = common.self ? { ...standard, port: common.port } : common
  return {
    common: { address, port },
    on(host) {
      const written = writtenFor(host)
      if (written === common && !common.self) return undefined
      const { owner } = written
      const own = written.self ? (cell.hosts.get(host)?.address ?? '') : written.address
      // A host name was reported by checkSelf.
      const ip = isIp(own) ? shortAddress(own) : standard.address
      return { endpoint: { address: ip, port: written.port }, ...at(owner, key) }
    },
  }
}

/** Reports hosts that should listen on their own address and have a name as it: a host may resolve its name to 127.0.1.1. */
function checkSelf(
  key: string,
  { of, hosts }: Kind,
  cell: CellScope,
  writtenFor: (host: string) => WrittenEndpoint,
  problems: Context['problems'],
): void {
  const named = new Map<object, string[]>()
  for (const host of hosts) {
    const { self, owner } = writtenFor(host)
    const address = cell.hosts.get(host)?.address ?? ''
    if (!self || address === '' || isIp(address) || addressFault(address)) continue
    named.set(owner, [...(named.get(owner) ?? []), host])
  }
  for (const [owner, all] of named) {
    const [first = ''] = all
    const address = cell.hosts.get(first)?.address ?? ''
    problems.push(
      error(
        `${key} of ${of}: "self" needs an IP address, and host ${quote(first)} has the name ${quote(address)} as its address`,
        {
          ...at(owner, key),
          ...(all.length > 1 ? { detail: `The same is true of ${few(all.slice(1).map(quote), 3)}.` } : {}),
          remedy: `give ${all.length > 1 ? 'each of them' : `host ${quote(first)}`} an IP address; the name can stay under its "ssh: host:"`,
        },
      ),
    )
  }
}

/** Reports hosts with different paths: one scrape job, load balancer or list of Alertmanagers leads to all of them. */
function checkPaths(
  perHost: readonly (readonly [string, HostSettings])[],
  flags: CommonSettings['flags'],
  entries: readonly Entry[],
  { of, hosts }: Kind,
  { problems }: Context,
): void {
  const known = new Map(perHost)
  const pathsOf = (host: string) => servedPaths(known.get(host)?.flags ?? flags)
  const [first = ''] = hosts
  const other = hosts.find(host => pathsOf(host) !== pathsOf(first))
  if (other === undefined) return
  const names = ['web.route-prefix', 'web.external-url', 'web.telemetry-path']
  const entry = entries.findLast(
    each =>
      names.some(name => Object.hasOwn(each.flags, name)) && (each.hosts.has(other) || each.hosts.has(first)),
  )
  const name = names.find(one => entry && Object.hasOwn(entry.flags, one)) ?? ''
  problems.push(
    error(`${of} would serve different paths on host ${quote(other)} and on host ${quote(first)}`, {
      ...(entry ? at(entry.flags, name) : {}),
      detail: 'Expected: one path on all hosts, since one scrape job leads to all of them.',
      remedy: `give ${quote(name)} the same path on every host`,
    }),
  )
}
