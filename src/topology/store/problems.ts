/** What is wrong, or probably not meant, between a cell's store and what writes to it. */
import { jobsOf } from '../../../roles/prometheus/settings/jobs.ts'
import { storageProblem } from '../../../roles/storage/messages.ts'
import { layoutsOf, stores } from '../../../roles/storage/stores.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, Inventory } from '../../inventory/model.ts'
import { atKeyOf, atValueOf, cellTextOf } from '../../inventory/origin.ts'
import { asWritten } from '../../inventory/text/as-written.ts'
import { at, quoted, wasRejected } from '../../inventory/text/place.ts'
import { intervalOf, milliseconds } from '../../inventory/value/duration.ts'
import { buildTopology } from '../build.ts'
import { topologyProblem } from '../messages.ts'
import type { CellTopology } from '../model.ts'
import { ownEntryProblems, storePlaces } from './own-entries.ts'
import { writersOf } from './programs.ts'

/** Of cells that are otherwise right. */
export function storeProblems(inventory: Inventory): readonly Problem[] {
  const { cells } = inventory
  if (cells.every(({ storage }) => storage === undefined)) return []
  const topology = buildTopology(inventory)
  const places = storePlaces(cells, topology.cells)
  return topology.cells.flatMap((one, index) => {
    const cell = cells[index]
    if (!cell) return []
    const taken = sinkProblems(cell, one)
    const beside = taken.length > 0 ? taken : ownEntryProblems(cell, one.sinks, places)
    if (!cell.storage) return beside
    return [
      ...beside,
      ...intervalProblems(cell, one),
      ...besideStore(cell, cells),
      ...cellsDiffer(cell, cells),
      ...ownProblems(cell, cells),
      ...labelsDiffer(cell, cells),
    ]
  })
}

/** What the stores themselves say of the cell. */
function ownProblems(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  return stores.flatMap(({ key, besides }) => {
    const settings = cell.storage?.[key]
    return settings ? (besides?.(settings, cell, cells) ?? []) : []
  })
}

/** Names of cells whose store is to be used, and that have none. */
export function sharedStoreProblems(cells: readonly Cell[]): readonly Problem[] {
  return cells.flatMap(cell => {
    const other = cell.storage?.cell
    if (other === undefined) return []
    const where = atValueOf(cell, ['storage', 'cell'])
    const found = cells.find(({ name }) => name === other)
    if (other === cell.name) return [storageProblem.sharedWithItself(where, cell.name)]
    const layouts = layoutsOf(found?.storage)
    if (layouts.some(({ writes }) => writes)) return []
    const [pulling] = layouts
    if (pulling) return [storageProblem.nothingPushed(where, cell.name, { other, store: pulling.key })]
    if (found) return isUnread(found) ? [] : [storageProblem.noSharedStore(where, cell.name, other)]
    const others = cells.map(({ name }) => name).filter(name => name !== cell.name)
    const of = `storage of cell ${quoted(cell.name)}`
    return [topologyProblem.unknownCell(where, of, other, others)]
  })
}

/** Whether its store was wrong and is reported already. */
function isUnread(cell: Cell): boolean {
  const { storage } = cellTextOf(cell)
  return wasRejected(cellTextOf(cell), 'storage') || Object.keys(storage ?? {}).some(key => key !== 'cell')
}

/** A store removes duplicates by one interval, whoever writes to it. */
function cellsDiffer(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  const writers = layoutsOf(cell.storage).some(({ writes }) => writes) ? writersOf(cell, cells) : []
  const shortest = Math.min(...writers.map(({ interval }) => interval))
  if (writers.every(({ interval }) => interval === shortest)) return []
  const saidBy = (name: string) => {
    const global = cells.find(one => one.name === name)?.prometheus?.global ?? {}
    return asWritten(global, 'scrape_interval') ?? '1m'
  }
  const named = writers.map(writer => `${quoted(writer.cell)} ${saidBy(writer.cell)}`)
  const first = writers.find(({ interval }) => interval === shortest)?.cell ?? ''
  return [storageProblem.cellsDiffer(atKeyOf(cell, 'storage'), cell.name, named, saidBy(first))]
}

/** Whether it writes to a store, its own or another cell's. */
function isPushedTo({ storage }: Cell): boolean {
  return storage?.cell !== undefined || layoutsOf(storage).some(({ writes }) => writes)
}

/** Where a store takes the samples of one replica of several, it knows them by one label. */
function labelsDiffer(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  if (!layoutsOf(cell.storage).some(({ takeover }) => takeover !== undefined)) return []
  const writers = writersOf(cell, cells)
  if (new Set(writers.map(({ replicaLabel }) => replicaLabel)).size <= 1) return []
  const named = writers.map(writer => `${quoted(writer.cell)} ${writer.replicaLabel}`)
  return [storageProblem.replicaLabelsDiffer(atKeyOf(cell, 'storage'), cell.name, named)]
}

/** The user's own entries that have the name or the URL of one of promha's. */
function sinkProblems(cell: Cell, { sinks }: CellTopology): readonly Problem[] {
  return (cell.prometheus?.remoteWrite ?? []).flatMap(entry => {
    for (const key of ['name', 'url'] as const) {
      const written = asWritten(entry, key)
      const same = sinks.find(sink => written !== undefined && spelt(sink[key]) === spelt(written))
      if (!same) continue
      const what = key === 'url' ? 'URL' : key
      return [storageProblem.sameSink(at(entry, key), { cell: cell.name, what, store: same.kind })]
    }
    return []
  })
}

function spelt(text: string): string {
  return text.replace(/\/+$/, '').toLowerCase()
}

/** Jobs of which the store would keep too few samples, or those of both replicas. */
function intervalProblems(cell: Cell, { jobs: generated }: CellTopology): readonly Problem[] {
  const { prometheus, name, storage } = cell
  if (!prometheus || !storage || !isPushedTo(cell)) return []
  const global = intervalOf(prometheus.global.scrape_interval)
  const jobs = [
    ...generated.map(job => ({
      ...{ job: job.name, interval: milliseconds(job.interval) ?? global },
      where: undefined,
    })),
    ...jobsOf(prometheus).map(({ job }) => ({
      job: asWritten(job, 'job_name') ?? '',
      interval: milliseconds(asWritten(job, 'scrape_interval')) ?? global,
      where: at(job, 'scrape_interval'),
    })),
  ].filter(({ interval }) => interval !== global)
  if (jobs.length === 0) return []
  const named = (wanted: (interval: number) => boolean) =>
    jobs.filter(({ interval }) => wanted(interval)).map(({ job }) => quoted(job))
  const faster = named(interval => interval < global)
  const slower = named(interval => interval > global)
  const interval = asWritten(prometheus.global, 'scrape_interval') ?? '1m'
  const where = jobs.find(job => job.where)?.where ?? atKeyOf(cell, 'storage')
  return [storageProblem.intervalsDiffer(where, { cell: name, interval }, faster, slower)]
}

function besideStore(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  const { name, prometheus, storage } = cell
  const isUsed = cells.some(other => other.prometheus && other.storage?.cell === name)
  if (!prometheus && isUsed) return []
  if (!prometheus) return [storageProblem.nothingWrites(atKeyOf(cell, 'storage'), name)]
  const { time, size } = prometheus.retention
  const isSet = time !== undefined || size !== undefined || isSaidUpstream(prometheus.further)
  // Without a store that keeps anything itself, the replicas are all that there is.
  const isKept = storage?.cell !== undefined || layoutsOf(storage).some(({ keepsNothing }) => !keepsNothing)
  return isSet || !isKept ? [] : [storageProblem.localRetention(atKeyOf(cell, 'prometheus'), name)]
}

/** Whether upstream's own key says it: `storage.tsdb.retention`. */
function isSaidUpstream(further: unknown): boolean {
  const below = (value: unknown, key: string) =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  return ['storage', 'tsdb', 'retention'].reduce(below, further) !== undefined
}
