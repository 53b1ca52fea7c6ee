/** The words of the problems whose topic is `storage`. */
import { listFirst } from '../../src/diagnostic/list-first.ts'
import { messages, type Texts } from '../../src/diagnostic/problem.ts'
import { quoted } from '../../src/inventory/text/place.ts'

export const storageProblem = messages('storage', {
  noStore: (cell: string, keys: readonly string[]) => ({
    summary: `storage of cell ${quoted(cell)} names no store`,
    remedy: `Write ${keys.join(' or ')} below "storage:", or remove it.`,
  }),
  nodesNotTwo: (cell: string, count: number) => ({
    summary: `storage.victoriametrics of cell ${quoted(cell)}: expected two hosts, saw ${count}`,
    detail:
      count < 2
        ? 'Two nodes hold the same data, each fed by every replica. One alone would lose what is written while it is down.'
        : 'Three or more servers are a VictoriaMetrics cluster of vmstorage, vminsert and vmselect.',
    remedy:
      count < 2
        ? 'Name two hosts.'
        : 'Name two hosts, or use "cluster: { storage: […], insert: […], select: […] }".',
  }),
  readPortTaken: (cell: string, port: number) => ({
    summary: `storage.victoriametrics of cell ${quoted(cell)} and its "read" address have the same port, ${port}`,
    detail:
      'On the hosts of VictoriaMetrics its port is closed to all but the replicas and HAProxy, whatever address is asked.',
    remedy: 'Give "read" another port, for example 8427.',
  }),
  noRetention: (cell: string) => ({
    summary: `storage.victoriametrics of cell ${quoted(cell)} has no retention`,
    detail: 'VictoriaMetrics keeps one month if nothing is said.',
    remedy: 'Add for example "retention: 365d".',
  }),
  badRetention: (the: Texts<'of' | 'seen'> & { number: string | undefined }) => ({
    summary: `retention of ${the.of}: expected a duration like 365d or 2y, saw ${the.seen}`,
    ...(the.number === undefined
      ? { remedy: 'Write a number with h, d, w or y.' }
      : {
          detail: 'VictoriaMetrics counts a number without a unit in months.',
          remedy: `Write ${the.number}d for days, or ${the.number}y for years.`,
        }),
  }),
  retentionTooShort: (of: string, seen: string) => ({
    summary: `retention of ${of}: expected at least one day, saw ${seen}`,
    remedy: 'Write 1d or more.',
  }),
  indexUnreadable: (the: Texts<'component' | 'release' | 'wanted'>, found: string | undefined) => ({
    summary: `${the.component} ${found} cannot be replaced by ${the.wanted}: it would not find series that were first written after the upgrade`,
    detail:
      'Since 1.133.0 VictoriaMetrics keeps an index in each partition, which earlier releases do not read.',
    remedy: `Keep ${the.release} at 1.133.0 or later under "versions:".`,
  }),
  sameSink: (the: Texts<'cell' | 'what' | 'store'>) => ({
    summary: `an entry of remote_write of cell ${quoted(the.cell)} has the ${the.what} of one that promha writes for its store ${the.store}`,
    detail: 'Prometheus refuses two entries of one name, and two of one URL send everything twice.',
    remedy: 'Remove this entry, or give it another name and URL.',
  }),
  writesToStore: (the: Texts<'cell' | 'owner' | 'store' | 'said'>, isWritten: boolean) => ({
    summary: `an entry of remote_write of cell ${quoted(the.cell)} writes to a store of promha, ${the.store} of cell ${quoted(the.owner)}: its host and port are those of ${the.said}`,
    detail: isWritten
      ? 'promha writes to that store itself, so its samples would be there twice, and with the replica label.'
      : 'Without the relabelling that promha does, the store would have each series once for each replica.',
    remedy: isWritten
      ? 'Remove this entry.'
      : `Replace this entry by "storage: { cell: ${the.owner} }" in cell ${quoted(the.cell)}.`,
  }),
  intervalsDiffer: (
    the: Texts<'cell' | 'interval'>,
    faster: readonly string[],
    slower: readonly string[],
  ) => ({
    severity: 'warning',
    summary: `some jobs of cell ${quoted(the.cell)} do not have the global scrape_interval ${the.interval}, by which its store removes duplicates`,
    detail: [
      ...(faster.length > 0
        ? [`The store keeps one sample every ${the.interval} of ${listFirst(faster)}.`]
        : []),
      ...(slower.length > 0 ? [`It keeps the samples of both replicas of ${listFirst(slower)}.`] : []),
    ].join('\n'),
    remedy: 'Give these jobs the global interval, or change the global one.',
  }),
  localRetention: (cell: string) => ({
    severity: 'warning',
    summary: `prometheus of cell ${quoted(cell)} has no retention, so it keeps 15 days beside the store`,
    detail: 'With a long-term store, 10 days are enough on the replicas.',
    remedy: 'Add "retention: { time: 10d }" under "prometheus:", or the time that you want.',
  }),
  nothingWrites: (cell: string) => ({
    severity: 'warning',
    summary: `nothing writes to the store of cell ${quoted(cell)}: the cell has no Prometheus`,
    remedy: 'Add "prometheus:" to the cell, or remove "storage:".',
  }),
  sharedWithItself: (cell: string) => ({
    summary: `storage of cell ${quoted(cell)} names the cell itself`,
    remedy: 'Remove "cell": the store of its own is used anyway.',
  }),
  noSharedStore: (cell: string, other: string) => ({
    summary: `storage of cell ${quoted(cell)} names cell ${quoted(other)}, which has no store of its own`,
    remedy: `Add a store under "storage:" of cell ${quoted(other)}, or name another cell.`,
  }),
  nothingPushed: (cell: string, { other, store }: Texts<'other' | 'store'>) => ({
    summary: `storage of cell ${quoted(cell)} names cell ${quoted(other)}, whose store is ${store}: nothing can be pushed to it`,
    detail: 'Such a store reads from the replicas of its own cell.',
    remedy: `Write "${store}:" below "storage:" of cell ${quoted(cell)}, too. Several cells may have one bucket.`,
  }),
  cellsDiffer: (store: string, cells: readonly string[], interval: string) => ({
    severity: 'warning',
    summary: `the cells that write to the store of cell ${quoted(store)} have different scrape intervals: ${cells.join(', ')}`,
    detail: `The store removes duplicates every ${interval}. It keeps the samples of both replicas of every job with a longer interval.`,
    remedy: 'Give these cells one scrape_interval.',
  }),
  replicaLabelsDiffer: (store: string, cells: readonly string[]) => ({
    summary: `the cells that write to the store of cell ${quoted(store)} have different replica labels: ${cells.join(', ')}`,
    detail: 'The store knows replicas by one label.',
    remedy: 'Give these cells one replica_label.',
  }),
  storeNeedsIp: (the: Texts<'cell' | 'host' | 'address'>) => ({
    summary: `the ports of the store of cell ${quoted(the.cell)} are closed to all but some hosts, and host ${quoted(the.host)} has the name ${quoted(the.address)} as its address`,
    remedy: `Give host ${quoted(the.host)} an IP address; the name can stay under its "ssh: host:".`,
  }),
})
