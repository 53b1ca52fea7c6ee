import { ringProblem } from '../../../../roles/ring/messages.ts'
import { samples } from '../../samples.ts'

const of = 'storage.cortex of cell "eu"'

export const ringSamples = samples(ringProblem, {
  tooFewMembers: [[of, 2]],
  noRetention: [[of, 'Cortex']],
  badRetention: [
    [of, '"12"', '12'],
    [of, '"a year"', undefined],
  ],
  retentionTooShort: [[of, '"12h"']],
  badFailover: [[of, '"soon"']],
  failoverTooShort: [[of, '"5s"', 13]],
  readPortTaken: [[of, 9009]],
  floodsGossip: [[{ label: 'cortex', wanted: '1.20.0', least: '1.21.1' }]],
  olderMinor: [[{ name: 'cortex', found: '1.22.0', wanted: '1.21.1' }]],
  skipsMinor: [[{ name: 'mimir', found: '3.0.1', wanted: '3.2.1', through: '3.1' }]],
})
