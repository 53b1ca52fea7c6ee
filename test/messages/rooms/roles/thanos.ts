import { thanosProblem } from '../../../../roles/thanos/messages.ts'
import { samples } from '../../samples.ts'

const too = { cell: 'eu', resolution: 'raw', seen: '"5d"' }

export const thanosSamples = samples(thanosProblem, {
  noPrometheus: [['eu']],
  oneQuery: [['eu']],
  readPortTaken: [['eu', 10_903]],
  needsBucket: [
    ['eu', 'store'],
    ['eu', 'compactor'],
  ],
  noGateway: [['eu']],
  noCompactor: [['eu']],
  compactorsNotOne: [['eu', 2]],
  noCompactorHost: [['eu']],
  badRetention: [[{ ...too, seen: '"30"' }]],
  retentionTooShort: [[too]],
  retentionsDiffer: [['eu', { raw: '30d', '5m': '0d', '1h': '0d' }]],
  sameBucket: [['eu', 'us']],
  blocksByPromha: [['eu', 'storage.tsdb.min-block-duration']],
})
