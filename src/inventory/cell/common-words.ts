/** The keys that every component has: `listen`, `flags`, `environment`, `files`, `limits`, and `per_host`, which sets them for some hosts. */
import { defined } from '../../diagnostic/defined.ts'
import type { Context } from '../context.ts'
import { filesOfMap } from '../file/user-files.ts'
import { reportPatterns } from '../host/groups.ts'
import type { CommonSettings, Endpoint, HostSettings, PlacedEndpoint, UserFile } from '../model.ts'
import type { FlagsText, HostWordsText } from '../schema/schema-words.ts'
import { at, atKey } from '../text/place.ts'
import { merge } from '../value/merge.ts'
import { match } from '../value/patterns.ts'
import { checkFlags, type Own } from './flags.ts'
import { endpointsOf } from './listens.ts'
import { cellProblem } from './messages.ts'
import type { CellScope } from './scope.ts'
import { pathFlags, servedPaths } from './served-path.ts'
import { laidOver, type UnitWords, unitWords } from './unit-words.ts'

interface WordsText extends HostWordsText {
  readonly per_host?: Readonly<Record<string, HostWordsText | null>> | null | undefined
}

/** One component of a cell. */
export interface ComponentKind {
  /** As messages call it: `prometheus`, `exporters.node`. */
  readonly of: string
  /** Flags that promha sets itself. */
  readonly own: Own
  /** Reports further flags that the inventory may not set. */
  readonly checkFlags?: (flags: FlagsText, problems: Context['problems']) => void
  /** Hosts that run it. */
  readonly hosts: readonly string[]
  /** Where it listens if the inventory does not say. */
  readonly listen: Endpoint
  /** The same of `cluster_listen`, if the component has that. */
  readonly clusterListen?: Endpoint
  /** Why its program listens on one address only; absent: it takes several. */
  readonly oneAddress?: string | undefined
  /** Names in its directory of files that promha itself writes. */
  readonly ownFiles?: readonly string[]
  /** The flag for the path of its metrics; absent: `web.telemetry-path`. */
  readonly pathFlag?: string | undefined
}

/** One entry of `per_host`. */
interface Entry {
  readonly hosts: ReadonlySet<string>
  readonly text: HostWordsText
  readonly flags: CommonSettings['flags']
  readonly words: UnitWords
  readonly files: readonly UserFile[]
}

/** The component's words, and what some hosts have instead; later entries of `per_host` override earlier ones. */
export function buildCommon(
  text: WordsText,
  kind: ComponentKind,
  cell: CellScope,
  context: Context,
): CommonSettings & Pick<HostSettings, 'clusterListen'> {
  const { problems } = context
  const flags = checkFlags(text.flags, kind.of, kind.own, problems)
  kind.checkFlags?.(text.flags ?? {}, problems)
  const files = text.files && filesOfMap(text.files, kind.ownFiles ?? [], context)
  const entries = buildEntries(text, kind, cell, context)
  const listen = endpointsOf({ key: 'listen', standard: kind.listen, text, entries }, kind, cell, context)
  const cluster =
    kind.clusterListen &&
    endpointsOf({ key: 'cluster_listen', standard: kind.clusterListen, text, entries }, kind, cell, context)
  const common = unitWords(text, kind.of, problems)
  const perHost = kind.hosts.flatMap((host): [string, HostSettings][] => {
    const named = entries.filter(({ hosts }) => hosts.has(host))
    const own = listen.on(host)
    const gossip = cluster?.on(host)
    if (named.length === 0 && !own && !gossip) return []
    const merged = named
      .map(entry => entry.flags)
      .reduce((under, over) => merge(under, over) as CommonSettings['flags'], flags)
    const byName = new Map(named.flatMap(entry => entry.files.map(file => [file.name, file] as const)))
    const words = {
      ...listenWords(own?.endpoints ?? listen.common),
      flags: merged,
      ...named.map(entry => entry.words).reduce(laidOver, common),
      ...(byName.size > 0 ? { files: [...byName.values()] } : {}),
      ...(gossip ? { clusterListen: endpointOf(gossip.endpoints[0]) } : {}),
      ...defined({ clusterSource: gossip?.source, source: own?.source }),
    }
    return [[host, words]]
  })
  checkPaths(perHost, flags, entries, kind, context)
  return {
    ...listenWords(listen.common),
    ...(cluster ? { clusterListen: endpointOf(cluster.common[0]) } : {}),
    flags,
    ...common,
    ...(files ? { files } : {}),
    ...(perHost.length > 0 ? { perHost: Object.fromEntries(perHost) } : {}),
  }
}

function listenWords([first, ...others]: readonly [PlacedEndpoint, ...PlacedEndpoint[]]) {
  return { listen: endpointOf(first), ...(others.length > 0 ? { alsoListen: others } : {}) }
}

function endpointOf({ address, port, wrong }: PlacedEndpoint): PlacedEndpoint {
  return { address, port, ...(wrong ? { wrong } : {}) }
}

function buildEntries(
  { per_host, files }: WordsText,
  { of, own, hosts, ownFiles = [], checkFlags: checkMore }: ComponentKind,
  cell: CellScope,
  context: Context,
): readonly Entry[] {
  const { problems } = context
  const map = per_host ?? {}
  const running = new Set(hosts)
  return Object.entries(map).map(([pattern, text]): Entry => {
    const where = atKey(map, pattern)
    const name = `per_host of ${of}`
    const found = match([pattern], cell.scope)
    const faults = found.faults.filter(({ kind }) => kind !== 'empty')
    const named = { patterns: [pattern], of: name, candidates: cell.candidates, placeOf: () => where }
    reportPatterns(faults, named, problems)
    const members = found.hosts.filter(host => running.has(host))
    // A component without hosts, or with wrong ones, is reported already.
    if (members.length === 0 && faults.length === 0 && hosts.length > 0) {
      problems.push(cellProblem.perHostWithoutProgram(where, { name, pattern, of, hosts }))
    }
    checkMore?.(text?.flags ?? {}, problems)
    return {
      hosts: new Set(members),
      text: text ?? {},
      flags: checkFlags(text?.flags, `${of} on ${pattern}`, own, problems),
      words: unitWords(text ?? {}, `${of} on ${pattern}`, problems),
      files: filesOfMap(text?.files ?? {}, ownFiles, context, Object.keys(files ?? {})),
    }
  })
}

/** Reports hosts with different paths: one scrape job, load balancer or list of Alertmanagers leads to all of them. */
function checkPaths(
  perHost: readonly (readonly [string, HostSettings])[],
  flags: CommonSettings['flags'],
  entries: readonly Entry[],
  { of, hosts, pathFlag }: ComponentKind,
  { problems }: Context,
): void {
  const known = new Map(perHost)
  const pathsOf = (host: string) => servedPaths(known.get(host)?.flags ?? flags, pathFlag)
  const [first = ''] = hosts
  const other = hosts.find(host => pathsOf(host) !== pathsOf(first))
  if (other === undefined) return
  const names = pathFlags(pathFlag)
  const nameIn = (entry?: Entry) => names.find(name => entry && Object.hasOwn(entry.flags, name)) ?? ''
  const isOfThem = ({ hosts: own }: Entry) => own.has(other) || own.has(first)
  const entry = entries.findLast(each => nameIn(each) !== '' && isOfThem(each))
  const name = nameIn(entry)
  problems.push(cellProblem.differentPaths(entry ? at(entry.flags, name) : {}, { of, other, first, name }))
}
