/** Entries of remote_write of the user that go to a store of promha: they store what promha's own entries write already. */
import { storageProblem } from '../../../roles/storage/messages.ts'
import { relayEndpoint } from '../../../roles/storage/relay.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, Endpoint } from '../../inventory/model.ts'
import { asWritten } from '../../inventory/text/as-written.ts'
import { at } from '../../inventory/text/place.ts'
import { isIp, isLoopback, shortAddress } from '../../inventory/value/names.ts'
import type { CellTopology, StoreSink } from '../model.ts'

interface StorePlace extends Endpoint {
  /** The cell that has the store. */
  readonly owner: string
  readonly store: string
  /** In a sentence. */
  readonly said: string
  /** Where it runs, if it is a member. */
  readonly host?: string
  /** It is there only for cells that write to the store. */
  readonly forWriters?: true
}

/** All places at which a store of the inventory is asked. `topologies`: of the same cells. */
export function storePlaces(
  cells: readonly Cell[],
  topologies: readonly Pick<CellTopology, 'stores'>[],
): readonly StorePlace[] {
  return cells.flatMap((cell, index): readonly StorePlace[] => {
    const owner = cell.name
    const members = (topologies[index]?.stores ?? []).flatMap(({ store, component, members }) =>
      members.flatMap(({ host, address, port }) =>
        // A name may well be that of the inventory.
        [...new Set([address, host])].map(name => ({
          ...{ owner, store, said: `${component} on ${host}`, host, address: name, port },
        })),
      ),
    )
    const ways = layoutsOf(cell.storage).flatMap(({ key: store, read, relay }): readonly StorePlace[] => [
      ...(read
        ? [{ owner, store, said: 'the address to read it at', address: read.vip.address, port: read.port }]
        : []),
      ...(relay
        ? [
            {
              owner,
              store,
              said: 'the HAProxy that leads there',
              ...relayEndpoint(relay),
              forWriters: true as const,
            },
          ]
        : []),
    ])
    return [...ways, ...members]
  })
}

/** The entries of one cell that go to one of the places. */
export function ownEntryProblems(
  { name, prometheus }: Cell,
  sinks: readonly StoreSink[],
  places: readonly StorePlace[],
): readonly Problem[] {
  const replicas = new Set(prometheus?.replicas.map(({ host }) => host))
  return (prometheus?.remoteWrite ?? []).flatMap(entry => {
    const end = endOf(asWritten(entry, 'url') ?? '')
    if (end === undefined) return []
    const writesTo = ({ owner, store }: StorePlace) =>
      sinks.some(sink => sink.store === owner && sink.kind === store)
    const isThere = (place: StorePlace) => {
      if (place.port !== end.port || (place.forWriters && !writesTo(place))) return false
      const isOnReplica = place.host !== undefined && replicas.has(place.host)
      return spelt(place.address) === spelt(end.address) || (isOnReplica && isLoopback(end.address))
    }
    const place = places.find(isThere)
    if (place === undefined) return []
    const { owner, store, said } = place
    const facts = { cell: name, owner, store, said }
    return [storageProblem.writesToStore(at(entry, 'url'), facts, writesTo(place))]
  })
}

/** Undefined if it is no URL, or one whose host is a reference. */
function endOf(url: string): Endpoint | undefined {
  if (!URL.canParse(url)) return undefined
  const { hostname, port, protocol } = new URL(url)
  const usual = protocol === 'https:' ? 443 : 80
  return { address: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? usual : Number(port) }
}

function spelt(address: string): string {
  if (isIp(address)) return shortAddress(address)
  return isLoopback(address) ? '127.0.0.1' : address.toLowerCase()
}
