import { clusterProblem } from '../../../../roles/victoriametrics/cluster/messages.ts'
import { samples } from '../../samples.ts'

export const clusterSamples = samples(clusterProblem, {
  replicationTooLow: [['eu', 1]],
  noHosts: [['eu', 'select']],
  tooFewStorage: [
    ['eu', { least: 3, replication: 2, count: 2 }],
    ['eu', { least: 5, replication: 3, count: 4 }],
  ],
  onlyOne: [
    ['eu', 'insert'],
    ['eu', 'select'],
  ],
  besideNodes: [['eu', ['hosts', 'flags']]],
})
