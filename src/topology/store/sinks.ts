/** What the replicas of a cell write to: promha's own entries of remote_write, the same on every replica. */
import type { StoreWrite } from '../../../roles/storage/store.ts'
import { layoutsOf } from '../../../roles/storage/stores.ts'
import { defined } from '../../diagnostic/defined.ts'
import type { Cell, YamlMap } from '../../inventory/model.ts'
import { anyOf } from '../federate.ts'
import type { Hosts } from '../member/members.ts'
import type { StoreSink } from '../model.ts'
import { storeMembersIn, storeOwners, storesOf, writersOf } from './programs.ts'
import { writerMark } from './writer-mark.ts'

/** Ten shards are enough for a pair. Too many requests are a reason to wait, not to drop samples. */
const queue: YamlMap = { max_shards: 10, retry_on_http_429: true }

export function sinksOf(cell: Cell, others: Others): readonly StoreSink[] {
  const { prometheus, storage } = cell
  if (!prometheus || !storage) return []
  return storeOwners(cell, others.cells).flatMap(owner =>
    sinksTo(owner, cell, prometheus.replicaLabel, others),
  )
}

interface Others {
  readonly cells: readonly Cell[]
  readonly hosts: Hosts
}

/** What a cell writes to the stores of `owner`. */
function sinksTo(owner: Cell, cell: Cell, label: string, others: Others): readonly StoreSink[] {
  const programs = storesOf(owner, others)
  const drops = collectedToo(owner, cell, others.cells)
  return layoutsOf(owner.storage).flatMap(({ key, writes }) => {
    return (writes?.(storeMembersIn(programs, key)) ?? []).map((write): StoreSink => {
      const { url, member, queue: own, headers } = write
      const name = `promha-${write.name}`
      const rules = [...drops, ...relabelling(write, label)]
      const relabel = rules.length > 0 ? { write_relabel_configs: rules } : {}
      const entry = { name, url, ...defined({ headers }), queue_config: { ...queue, ...own }, ...relabel }
      return { name, url, store: owner.name, kind: key, ...defined({ member }), entry }
    })
  })
}

/** What is the same but for the replica has to look the same to a store that removes duplicates by time. */
function relabelling({ replicaLabel }: StoreWrite, label: string): readonly YamlMap[] {
  if (replicaLabel === 'kept') return []
  return [writerMark(label), { action: 'labeldrop', regex: anyOf([label]) }]
}

/** Series that a cell collects from cells that write them to the same store themselves. */
function collectedToo(owner: Cell, cell: Cell, cells: readonly Cell[]): readonly YamlMap[] {
  const writers = writersOf(owner, cells).map(writer => writer.cell)
  const regex = anyOf(writers.filter(name => name !== cell.name))
  return cell.federation && regex !== '' ? [{ source_labels: ['cell'], regex, action: 'drop' }] : []
}
