/** Whom keepalived and HAProxy of a host hear: the other members and no one else, whatever the cell's firewall says. */
import type { CellTopology, Peered } from './model.ts'

/** One entry a host with a keepalived or a HAProxy of the cell. */
export function peeredOf({
  movingAddresses,
  proxies,
}: Pick<CellTopology, 'movingAddresses' | 'proxies'>): readonly Peered[] {
  const groups = movingAddresses.map(({ members }) => members)
  const hosts = new Set([...groups.flat(), ...proxies].map(({ host }) => host))
  return [...hosts].map(host => ({
    host,
    ...heard('keepalived', host, groups),
    ...heard('haproxy', host, [proxies]),
  }))
}

type At = Pick<CellTopology['proxies'][number], 'host' | 'address'>

/** The others of all groups that the host is in, each once and sorted; nothing if it is in none. */
function heard(
  program: 'keepalived' | 'haproxy',
  host: string,
  groups: readonly (readonly At[])[],
): Partial<Peered> {
  const own = groups.filter(group => group.some(member => member.host === host))
  if (own.length === 0) return {}
  const others = own.flat().filter(member => member.host !== host)
  return { [program]: [...new Set(others.map(({ address }) => address))].sort() }
}
