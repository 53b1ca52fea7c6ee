/** What Grafana may ask of the stores that a cell uses. */
import type { StoreDatasource } from '../../../roles/storage/store.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import type { Cell } from '../../inventory/model.ts'
import type { Hosts } from '../member/members.ts'
import { storeMembersIn, storeOwners, storesOf } from './programs.ts'

interface Others {
  readonly cells: readonly Cell[]
  readonly hosts: Hosts
}

/** As each store says itself. A shared one of a kind that the cell has of its own has the name of its cell, too. */
export function datasourcesOfStores(cell: Cell, others: Others): readonly StoreDatasource[] {
  return storeOwners(cell, others.cells).flatMap(owner => {
    const programs = storesOf(owner, others)
    return layoutsOf(owner.storage).flatMap(({ key, datasources }) => {
      const isSecond = owner !== cell && cell.storage?.[key] !== undefined
      const found = datasources?.(storeMembersIn(programs, key)) ?? []
      return found.map(one => (isSecond ? { ...one, name: `${one.name} of ${owner.name}` } : one))
    })
  })
}
