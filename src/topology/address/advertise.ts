/** The address by which the others know an Alertmanager. They are asked, since its own name may lead to 127.0.1.1. */
import { reachableAddress } from '../../inventory/value/names.ts'
import type { Peer } from '../model.ts'

/** What one host says of names and of its own addresses. */
export interface Heard {
  /** Name → IP addresses, in any order; without names that it cannot resolve. */
  readonly names: ReadonlyMap<string, readonly string[]>
  /** What its Alertmanager advertises by its unit, if there is one. */
  readonly advertised?: string
  /** By which of its addresses it speaks to the internet. */
  readonly outward: readonly string[]
  /** All that its interfaces have. */
  readonly addresses: readonly string[]
}

export interface Advertised {
  /** Absent: Alertmanager finds one itself. */
  readonly address?: string
  /** Where the address is from; `kept`: of the present unit. */
  readonly from: 'others' | 'kept' | 'own-name' | 'route' | 'interface' | 'nowhere'
  /** Of `others`: the hosts that resolve the name so. */
  readonly by: readonly string[]
  /** Other members that were asked and cannot resolve the name. */
  readonly deaf: readonly string[]
}

/** Host → what its Alertmanager advertises, for the peers of one cell whose addresses are names. */
export function advertisedOf(
  peers: readonly Peer[],
  heard: ReadonlyMap<string, Heard>,
): ReadonlyMap<string, Advertised> {
  const named = peers.filter(hasUnknownAddress)
  const found = named.map(peer => ({ peer, ...answersOf(peer, peers, heard) }))
  const family = sharedFamily([
    ...peers.flatMap(peer => (hasUnknownAddress(peer) ? [] : [[peer.advertise?.address ?? '']])),
    ...found.flatMap(({ answers }) => (answers.length > 0 ? [answers] : [])),
  ])
  return new Map(
    found
      .filter(({ peer }) => heard.has(peer.host))
      .map(one => {
        const { host } = one.peer
        const chosen = choose(one, heard.get(host), family, peers.length === 1)
        return [host, { ...chosen, deaf: one.deaf }]
      }),
  )
}

/** Whether its advertise address is not in the inventory. */
export function hasUnknownAddress(peer: Peer): boolean {
  return peer.resolved !== undefined || peer.advertise === undefined
}

/** What the other members say of a peer's name; where they disagree, what all of them say, else the first one's. */
function answersOf(peer: Peer, peers: readonly Peer[], heard: ReadonlyMap<string, Heard>) {
  const others = peers.filter(({ host }) => host !== peer.host && heard.has(host))
  const answersFrom = (host: string) => usable(heard.get(host)?.names.get(peer.cluster.address))
  const said = others.map(({ host }) => ({ host, answers: answersFrom(host) }))
  const telling = said.filter(({ answers }) => answers.length > 0)
  const first = telling[0]?.answers ?? []
  const agreed = first.filter(address => telling.every(({ answers }) => answers.includes(address)))
  const answers = agreed.length > 0 ? agreed : first
  return {
    answers,
    by: telling.filter(one => one.answers.some(address => answers.includes(address))).map(({ host }) => host),
    deaf: said.filter(one => one.answers.length === 0).map(({ host }) => host),
  }
}

function choose(
  { peer, answers, by }: { readonly peer: Peer } & Omit<ReturnType<typeof answersOf>, 'deaf'>,
  own: Heard | undefined,
  family: Family | undefined,
  alone: boolean,
): Omit<Advertised, 'deaf'> {
  const kept = usable(own?.advertised === undefined ? [] : [own.advertised])
  const held = usable(own?.addresses)
  const inFamily = (addresses: readonly string[]) => {
    const fitting = addresses.filter(address => family === undefined || familyOf(address) === family)
    return fitting.length > 0 ? fitting : addresses
  }
  const candidates = inFamily(answers)
  const resolved =
    candidates.find(address => kept.includes(address)) ??
    candidates.find(address => held.includes(address)) ??
    candidates[0]
  if (resolved !== undefined) return { address: resolved, from: 'others', by }
  const ways = [
    ['kept', kept],
    ['own-name', usable(own?.names.get(peer.cluster.address))],
    ['route', usable(own?.outward)],
    // Without peers, any address will do.
    ['interface', held.length === 1 || alone ? held : []],
  ] as const
  for (const [from, addresses] of ways) {
    const [address] = inFamily(addresses)
    if (address !== undefined) return { address, from, by: [] }
  }
  return { from: 'nowhere', by: [] }
}

type Family = 'ipv4' | 'ipv6'

/** The family in which every member has an address; IPv4 if both are. */
function sharedFamily(members: readonly (readonly string[])[]): Family | undefined {
  return (['ipv4', 'ipv6'] as const).find(
    family => members.length > 0 && members.every(all => all.some(address => familyOf(address) === family)),
  )
}

function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** Addresses by which another host can be reached, each once, in an order that is always the same. */
function usable(addresses: readonly string[] = []): readonly string[] {
  return [...new Set(addresses.flatMap(address => reachableAddress(address) ?? []))].sort()
}
