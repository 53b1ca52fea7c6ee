/** The words of the problems whose topic is `thanos`. */
import { messages, type Texts } from '../../src/diagnostic/problem.ts'
import { quoted } from '../../src/inventory/text/place.ts'

export const thanosProblem = messages('thanos', {
  noPrometheus: (cell: string) => ({
    summary: `storage.thanos of cell ${quoted(cell)} has no Prometheus to read from`,
    detail: 'Thanos asks the replicas of its own cell, through a sidecar beside each of them.',
    remedy: 'Add "prometheus:" to the cell, or remove "thanos:".',
  }),
  oneQuery: (cell: string) => ({
    summary: `storage.thanos.query of cell ${quoted(cell)}: expected two hosts or more, saw one`,
    detail: 'While the only query is down, nothing can be read.',
    remedy: 'Add another host.',
  }),
  readPortTaken: (cell: string, port: number) => ({
    summary: `storage.thanos.query of cell ${quoted(cell)} and its "read" address have the same port, ${port}`,
    detail:
      'On the hosts of the queries this port is closed to all but some hosts, whatever address is asked.',
    remedy: 'Give "read" another port, for example 10913.',
  }),
  needsBucket: (cell: string, key: string) => ({
    summary: `storage.thanos.${key} of cell ${quoted(cell)} needs an object store, and there is none`,
    detail: 'Without "objstore" nothing is uploaded: the queries ask the sidecars only.',
    remedy: `Add "objstore: objstore.yml", or remove "${key}".`,
  }),
  noGateway: (cell: string) => ({
    summary: `storage.thanos of cell ${quoted(cell)} has an object store and no store gateway`,
    detail: 'The sidecars would upload what nothing can read.',
    remedy: 'Add "store: [HOST, HOST]", or remove "objstore".',
  }),
  noCompactor: (cell: string) => ({
    severity: 'warning',
    summary: `storage.thanos of cell ${quoted(cell)} has an object store and no compactor`,
    detail: 'Nothing merges its blocks, makes coarser resolutions or deletes what is old.',
    remedy: 'Add "compactor: { host: HOST }", unless the compactor of the bucket runs elsewhere.',
  }),
  compactorsNotOne: (cell: string, count: number) => ({
    summary: `storage.thanos.compactor of cell ${quoted(cell)}: expected one host, saw a list of ${count}`,
    detail: 'A bucket has exactly one compactor. Two would destroy its blocks.',
    remedy: 'Write "host: HOST" with one host.',
  }),
  noCompactorHost: (cell: string) => ({
    summary: `storage.thanos.compactor of cell ${quoted(cell)} has no host`,
    remedy: 'Add "host: HOST".',
  }),
  badRetention: (the: Texts<'cell' | 'resolution' | 'seen'>) => ({
    summary: `retention ${the.resolution} of storage.thanos.compactor of cell ${quoted(the.cell)}: expected a duration like 365d, saw ${the.seen}`,
    remedy: 'Write a number with h, d, w or y; 0d keeps everything.',
  }),
  retentionTooShort: (the: Texts<'cell' | 'resolution' | 'seen'>) => ({
    summary: `retention ${the.resolution} of storage.thanos.compactor of cell ${quoted(the.cell)}: expected 0d, or at least 10d, saw ${the.seen}`,
    detail: 'Thanos makes coarser resolutions of blocks only once they are up to ten days old.',
    remedy: 'Write 10d or more, or 0d to keep everything.',
  }),
  retentionsDiffer: (cell: string, kept: Readonly<Record<'raw' | '5m' | '1h', string>>) => ({
    severity: 'warning',
    summary: `the retentions of storage.thanos.compactor of cell ${quoted(cell)} differ: raw ${kept.raw}, 5m ${kept['5m']}, 1h ${kept['1h']}`,
    detail:
      'A resolution that is kept longer than a finer one can only be read coarsely. 0d is for ever, also if nothing is written.',
    remedy: 'Write the same time for "raw", "5m" and "1h".',
  }),
  sameBucket: (cell: string, other: string) => ({
    summary: `the compactors of the cells ${quoted(other)} and ${quoted(cell)} have the same bucket`,
    detail: 'A bucket has exactly one compactor. Two would destroy its blocks.',
    remedy: `Remove "compactor" from one of the two cells, or give cell ${quoted(cell)} a bucket of its own.`,
  }),
  blocksByPromha: (cell: string, flag: string) => ({
    summary: `the flag ${quoted(flag)} of prometheus of cell ${quoted(cell)} is set by promha for Thanos`,
    detail:
      'Prometheus must not merge blocks before they are uploaded; how that is said depends on its version.',
    remedy: 'Remove the flag.',
  }),
})
