/** `listen` and `cluster_listen` of a component: what all of its hosts have, and what single ones have instead. */
import { grouped } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Context } from '../context.ts'
import type { Endpoint, HostSettings, PlacedEndpoint } from '../model.ts'
import type { HostWordsText } from '../schema/schema-words.ts'
import { at, quoted } from '../text/place.ts'
import type { WrittenEndpoint } from '../value/endpoint.ts'
import { isWildcard, joinHostPort, overlaps, writtenEndpoints } from '../value/endpoint.ts'
import { isIp, isNamed, shortAddress } from '../value/names.ts'
import type { ComponentKind } from './common-words.ts'
import { cellProblem } from './messages.ts'
import type { CellScope } from './scope.ts'

/** The first is the one at which others reach the program. */
type Several<T> = readonly [T, ...T[]]

interface Endpoints {
  readonly common: Several<PlacedEndpoint>
  /** Undefined if the host has what all have. */
  on(
    host: string,
  ): { readonly endpoints: Several<PlacedEndpoint>; readonly source?: HostSettings['source'] } | undefined
}

interface WrittenListens {
  readonly key: 'listen' | 'cluster_listen'
  /** If nothing is written. */
  readonly standard: Endpoint
  readonly text: HostWordsText
  /** Of `per_host`. */
  readonly entries: readonly { readonly hosts: ReadonlySet<string>; readonly text: HostWordsText }[]
}

/** The endpoints of a component, and how single hosts differ from them. Wrong ones are reported. */
export function endpointsOf(
  { key, standard, text, entries }: WrittenListens,
  kind: ComponentKind,
  cell: CellScope,
  { problems }: Context,
): Endpoints {
  const common = writtenEndpoints(text, key, standard, problems)
  const own = entries.flatMap(({ text: entry, hosts }) =>
    entry[key] == null ? [] : [{ hosts, written: writtenEndpoints(entry, key, common[0], problems) }],
  )
  const writtenFor = (host: string) => own.findLast(({ hosts }) => hosts.has(host))?.written ?? common
  const resolved = (written: WrittenEndpoint, host: string): PlacedEndpoint => {
    const address = written.self ? (cell.hosts.get(host)?.address ?? '') : written.address
    // A host name was reported by checkSelf.
    const ip = isIp(address) ? shortAddress(address) : standard.address
    return placed(written, ip)
  }
  const listens = { key, kind, cell, writtenFor, resolved, problems }
  checkSelf(listens)
  for (const written of [common, ...own.map(one => one.written)]) checkOne(listens, written)
  checkOverlaps(listens)
  return {
    common: each(common, written => placed(written, written.self ? standard.address : written.address)),
    on(host) {
      const written = writtenFor(host)
      if (written === common && !common.some(({ self }) => self)) return undefined
      const [{ self, owner, key: place }] = written
      return {
        endpoints: each(written, one => resolved(one, host)),
        ...(written === common && !self ? {} : at(owner, place)),
      }
    },
  }
}

/** What the checks of `listen` work with. */
interface Listens {
  readonly key: string
  readonly kind: ComponentKind
  readonly cell: CellScope
  writtenFor(host: string): Several<WrittenEndpoint>
  resolved(written: WrittenEndpoint, host: string): Endpoint
  readonly problems: Problem[]
}

function placed({ port, owner, key, wrong }: WrittenEndpoint, address: string): PlacedEndpoint {
  return { address, port, ...at(owner, key), ...(wrong ? { wrong } : {}) }
}

function each<T, U>([first, ...others]: Several<T>, map: (one: T) => U): Several<U> {
  return [map(first), ...others.map(map)]
}

/** Reports hosts that should listen on their own address and have a name as it: a host may resolve its name to 127.0.1.1. */
function checkSelf({ key, kind: { of, hosts }, cell, writtenFor, problems }: Listens): void {
  const addressOf = (host: string) => cell.hosts.get(host)?.address ?? ''
  const named = hosts.filter(host => isNamed(addressOf(host)))
  const own = named
    .flatMap(host => writtenFor(host).map(written => ({ written, host })))
    .filter(({ written }) => written.self)
  for (const [{ owner, key: place }, found] of grouped(own, ({ written }) => written)) {
    const all = found.map(({ host }) => host)
    const [first = ''] = all
    const address = addressOf(first)
    problems.push(cellProblem.selfNeedsIp(at(owner, place), { key, of, first, address, hosts: all }))
  }
}

/** Reports a list of addresses for a program that takes one only. */
function checkOne({ key, kind, problems }: Listens, written: Several<WrittenEndpoint>): void {
  const [first, second] = written
  const { oneAddress } = kind
  if (second === undefined || oneAddress === undefined) return
  const of = `${key} of ${kind.of}`
  const wildcard = joinHostPort({ ...first, address: '0.0.0.0' })
  const facts = { of, count: written.length, oneAddress, wildcard }
  problems.push(cellProblem.severalAddresses(at(second.owner, second.key), facts))
}

/** Reports addresses of one program that exclude each other: it could not open the second one, and would not start. */
function checkOverlaps({ key, kind: { of, hosts }, writtenFor, resolved, problems }: Listens): void {
  const reported = new Set<WrittenEndpoint>()
  for (const host of hosts) {
    const all = writtenFor(host).flatMap(written =>
      written.wrong ? [] : [{ written, endpoint: resolved(written, host) }],
    )
    for (const [index, { written, endpoint }] of all.entries()) {
      const other = all.slice(0, index).find(one => overlaps(one.endpoint, endpoint))?.endpoint
      if (other === undefined || reported.has(written)) continue
      reported.add(written)
      const [wide, narrow] = isWildcard(endpoint.address) ? [endpoint, other] : [other, endpoint]
      const both = isWildcard(wide.address)
        ? `${joinHostPort(wide)} is every address of the host, ${narrow.address} included`
        : `${joinHostPort(narrow)} is there twice on host ${quoted(host)}`
      problems.push(cellProblem.listensClash(at(written.owner, written.key), key, of, both))
    }
  }
}
