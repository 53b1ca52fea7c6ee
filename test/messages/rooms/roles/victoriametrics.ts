import { clusterProblem } from '../../../../roles/victoriametrics/cluster/messages.ts'
import { samples } from '../../samples.ts'

const where = { of: 'storage.victoriametrics.cluster', cell: 'eu' }

export const clusterSamples = samples(clusterProblem, {
  replicationTooLow: [[{ ...where, replication: 1 }]],
  noHosts: [[{ ...where, kind: 'select' }]],
  tooFewStorage: [
    [{ ...where, least: 3, replication: 2, count: 2 }],
    [{ ...where, least: 5, replication: 3, count: 4 }],
  ],
  onlyOne: [[{ ...where, kind: 'insert' }], [{ ...where, of: 'storage.victoriametrics', kind: 'select' }]],
  besideNodes: [['eu', ['hosts', 'flags']]],
  nodeTooOld: [[{ cell: 'eu', version: '1.145.0', from: '1.147.0' }]],
})
