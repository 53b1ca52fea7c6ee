/** The programs of a cell's own long-term stores, and who writes to them. */
import type { MembersOf, StoreProgram, Writer } from '../../../roles/storage/store.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Cell } from '../../inventory/model.ts'
import { intervalOf } from '../../inventory/value/duration.ts'
import { addressOf, type Hosts, memberOf } from '../member/members.ts'
import { replicasOf } from '../member/replicas.ts'
import type { Member, StorePrograms, StoreWriter } from '../model.ts'

/** The cells that write to the stores of a cell: itself, and those that name it. */
export function writersOf({ name: owner }: Pick<Cell, 'name'>, cells: readonly Cell[]): readonly Writer[] {
  return cells.flatMap(({ name, prometheus, storage }) => {
    if (!prometheus || (name !== owner && storage?.cell !== owner)) return []
    const { global, replicaLabel } = prometheus
    return [{ cell: name, interval: intervalOf(global.scrape_interval), replicaLabel }]
  })
}

interface Others {
  readonly cells: readonly Cell[]
  readonly hosts: Hosts
}

export function storesOf(cell: Cell, { cells, hosts }: Others): readonly StorePrograms[] {
  const users = cells.filter(({ name, storage }) => name === cell.name || storage?.cell === cell.name)
  const writers = users.flatMap(one => writerOf(one, hosts))
  const reading = users
    .flatMap(({ grafana }) => grafana?.hosts ?? [])
    .map(host => ({ host, address: addressOf(host, hosts) }))
  const interval = writers.length > 0 ? Math.min(...writers.map(one => one.interval)) : undefined
  return placedPrograms(cell).map(({ key, program, takeover }): StorePrograms => {
    const { component, settings, otherPorts = [], spare, readBy, scraped, retention } = program
    const members = program.hosts.map((name): Member => {
      const member = memberOf(name, settings, hosts)
      const ports = [...(member.otherPorts ?? []), ...otherPorts]
      return ports.length > 0 ? { ...member, otherPorts: ports } : member
    })
    return {
      ...{ component, job: component, metricsPath: '/metrics', members, store: key },
      ...{
        writers,
        reading,
        ...defined({ interval, spare, readBy, takeover, scraped, retention }),
      },
    }
  })
}

function writerOf(cell: Cell, hosts: Hosts): readonly StoreWriter[] {
  const { name, prometheus } = cell
  if (!prometheus) return []
  const { replicaLabel, global } = prometheus
  const replicas = replicasOf(cell, prometheus, hosts)
  return [{ cell: name, replicaLabel, interval: intervalOf(global.scrape_interval), replicas }]
}

/** The cells whose stores a cell uses: itself, and the one whose store it shares. */
export function storeOwners(cell: Cell, cells: readonly Cell[]): readonly Cell[] {
  const { name, storage } = cell
  return [cell, ...cells.filter(other => other.name === storage?.cell && other.name !== name)]
}

/** What listens where, of one store. */
export function storeMembersIn(programs: readonly StorePrograms[], store: string): MembersOf {
  return component =>
    programs.flatMap(one => (one.store === store && one.component === component ? one.members : []))
}

interface PlacedProgram {
  /** Of the store. */
  readonly key: string
  readonly takeover?: number | undefined
  readonly program: StoreProgram
}

export function placedPrograms({ storage }: Pick<Cell, 'storage'>): readonly PlacedProgram[] {
  return layoutsOf(storage).flatMap(({ key, takeover, programs }) =>
    programs.map(program => ({ key, takeover, program })),
  )
}
