/** The words of the problems of a VictoriaMetrics cluster. */
import { messages } from '../../../src/diagnostic/problem.ts'
import { quoted } from '../../../src/inventory/text/place.ts'

const of = (cell: string) => `storage.victoriametrics.cluster of cell ${quoted(cell)}`

export const clusterProblem = messages('victoriametrics-cluster', {
  replicationTooLow: (cell: string, replication: number) => ({
    summary: `${of(cell)}: expected a replication of 2 or more, saw ${replication}`,
    detail: 'With one copy of each sample, every vmstorage that is down takes a part of all series with it.',
    remedy: 'Write "replication: 2", or leave it out.',
  }),
  noHosts: (cell: string, kind: string) => ({
    summary: `${of(cell)} names no hosts under ${quoted(kind)}`,
    detail: 'A cluster needs hosts for vmstorage, vminsert and vmselect. They may be the same ones.',
    remedy: `Add for example "${kind}: [s1, s2, s3]".`,
  }),
  tooFewStorage: (
    cell: string,
    the: { readonly least: number; readonly replication: number; readonly count: number },
  ) => ({
    summary: `${of(cell)}: expected ${the.least} or more vmstorage for a replication of ${the.replication}, saw ${the.count}`,
    detail: `With fewer, samples that arrive while ${the.replication - 1} of them are down do not get ${the.replication} copies, and nothing copies them later.`,
    remedy: `Name ${the.least} hosts under "storage"${the.replication > 2 ? ', or set a lower replication' : ''}. For two hosts, use "hosts" instead of "cluster".`,
  }),
  onlyOne: (cell: string, kind: 'insert' | 'select') => ({
    summary: `${of(cell)}: expected two or more hosts under ${quoted(kind)}, saw 1`,
    detail:
      kind === 'insert'
        ? 'While the only vminsert is down, nothing is written.'
        : 'While the only vmselect is down, nothing can be read.',
    remedy: 'Name another host.',
  }),
  besideNodes: (cell: string, keys: readonly string[]) => ({
    summary: `storage.victoriametrics of cell ${quoted(cell)} has "cluster", and beside it ${keys.map(quoted).join(', ')}`,
    detail: 'These keys are about two single nodes.',
    remedy: `Remove one of the two forms. Words of a cluster stand below its parts: "storage: { hosts: [s1, s2, s3], flags: … }".`,
  }),
})
