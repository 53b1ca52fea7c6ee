/** The programs of a cell's own long-term stores, and who writes to them. */
import type { StoreProgram, Writer } from '../../../roles/storage/store.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Cell } from '../../inventory/model.ts'
import { intervalOf } from '../../inventory/value/duration.ts'
import { addressOf, type Hosts, memberOf } from '../member/members.ts'
import type { Member, StorePrograms } from '../model.ts'

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
  const writers = writersOf(cell, cells)
  const writing = writers
    .flatMap(one => cells.find(({ name }) => name === one.cell)?.prometheus?.replicas ?? [])
    .map(({ host }) => ({ host, address: addressOf(host, hosts) }))
  const interval = writers.length > 0 ? Math.min(...writers.map(one => one.interval)) : undefined
  return placedPrograms(cell).map(({ key, program, takeover }): StorePrograms => {
    const { component, settings, otherPorts = [] } = program
    const members = program.hosts.map((name): Member => {
      const member = memberOf(name, settings, hosts)
      const ports = [...(member.otherPorts ?? []), ...otherPorts]
      return ports.length > 0 ? { ...member, otherPorts: ports } : member
    })
    return {
      ...{ component, job: component, metricsPath: '/metrics', members, store: key },
      ...{
        writers: writers.map(one => one.cell),
        writing,
        ...defined({ interval, replicaLabel: writers[0]?.replicaLabel, takeover }),
      },
    }
  })
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
