import { storageProblem } from '../../../../roles/storage/messages.ts'
import { samples } from '../../samples.ts'

const of = 'storage.victoriametrics of cell "eu"'

export const storageSamples = samples(storageProblem, {
  noStore: [['eu', ['victoriametrics']]],
  nodesNotTwo: [
    ['eu', 1],
    ['eu', 3],
  ],
  readPortTaken: [['eu', 8428]],
  noRetention: [['eu']],
  badRetention: [[{ of, seen: '"12"', number: '12' }], [{ of, seen: '"a year"', number: undefined }]],
  retentionTooShort: [[of, '"12h"']],
  indexUnreadable: [
    [{ component: 'victoriametrics', release: 'victoriametrics', wanted: '1.112.0' }, '1.145.0'],
    [{ component: 'vmstorage', release: 'victoriametrics_cluster', wanted: '1.112.0' }, '1.145.0'],
  ],
  sameSink: [[{ cell: 'eu', what: 'URL', store: 'victoriametrics' }]],
  writesToStore: [true, false].map(isWritten => [
    { cell: 'eu', owner: 'central', store: 'victoriametrics', said: 'victoriametrics on vm-a' },
    isWritten,
  ]),
  intervalsDiffer: [
    [{ cell: 'eu', interval: '15s' }, ['"fast"'], []],
    [{ cell: 'eu', interval: '15s' }, [], ['"slow"', '"slower"']],
  ],
  localRetention: [['eu']],
  nothingWrites: [['central']],
  sharedWithItself: [['eu']],
  noSharedStore: [['eu', 'us']],
  cellsDiffer: [['central', ['"eu" 15s', '"us" 30s'], '15s']],
  nothingPushed: [['us', { other: 'eu', store: 'thanos' }]],
  replicaLabelsDiffer: [['central', ['"eu" prometheus_replica', '"us" replica']]],
  storeNeedsIp: [[{ cell: 'eu', host: 'named', address: 'named.example.net' }]],
})
