/** The words of the problems of a VictoriaMetrics cluster, and of vmselects beside two single nodes. */
import { messages } from '../../../src/diagnostic/problem.ts'
import { quoted } from '../../../src/inventory/text/place.ts'

interface Where {
  /** `storage.victoriametrics.cluster` */
  readonly of: string
  readonly cell: string
}

const partOf = ({ of, cell }: Where) => `${of} of cell ${quoted(cell)}`

export const clusterProblem = messages('victoriametrics-cluster', {
  replicationTooLow: (the: Where & { readonly replication: number }) => ({
    summary: `${partOf(the)}: expected a replication of 2 or more, saw ${the.replication}`,
    detail: 'With one copy of each sample, every vmstorage that is down takes a part of all series with it.',
    remedy: 'Write "replication: 2", or leave it out.',
  }),
  noHosts: (the: Where & { readonly kind: string }) => ({
    summary: `${partOf(the)} names no hosts under ${quoted(the.kind)}`,
    detail: 'A cluster needs hosts for vmstorage, vminsert and vmselect. They may be the same ones.',
    remedy: `Add for example "${the.kind}: [s1, s2, s3]".`,
  }),
  tooFewStorage: (
    the: Where & { readonly least: number; readonly replication: number; readonly count: number },
  ) => ({
    summary: `${partOf(the)}: expected ${the.least} or more vmstorage for a replication of ${the.replication}, saw ${the.count}`,
    detail: `With fewer, samples that arrive while ${the.replication - 1} of them are down do not get ${the.replication} copies, and nothing copies them later.`,
    remedy: `Name ${the.least} hosts under "storage"${the.replication > 2 ? ', or set a lower replication' : ''}. For two hosts, use "hosts" instead of "cluster".`,
  }),
  onlyOne: (the: Where & { readonly kind: 'insert' | 'select' }) => ({
    summary: `${partOf(the)}: expected two or more hosts under ${quoted(the.kind)}, saw 1`,
    detail:
      the.kind === 'insert'
        ? 'While the only vminsert is down, nothing is written.'
        : 'While the only vmselect is down, nothing can be read.',
    remedy: 'Name another host.',
  }),
  besideNodes: (cell: string, keys: readonly string[]) => ({
    summary: `storage.victoriametrics of cell ${quoted(cell)} has "cluster", and beside it ${keys.map(quoted).join(', ')}`,
    detail: 'These keys are about two single nodes.',
    remedy: `Remove one of the two forms. Words of a cluster stand below its parts: "storage: { hosts: [s1, s2, s3], flags: … }".`,
  }),
  nodeTooOld: (the: { readonly cell: string; readonly version: string; readonly from: string }) => ({
    summary: `VictoriaMetrics ${the.version} of cell ${quoted(the.cell)} cannot be read by a vmselect`,
    detail: `A single node answers vmselect from ${the.from} on.`,
    remedy: `Set "versions: { victoriametrics: ${the.from} }" or later, or remove "select": HAProxy then leads to a node without a hole.`,
  }),
})
