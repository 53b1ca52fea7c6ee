import { m3dbProblem } from '../../../../roles/m3db/messages.ts'
import { samples } from '../../samples.ts'

const of = 'storage.m3db of cell "eu"'

export const m3dbSamples = samples(m3dbProblem, {
  tooFewNodes: [[of, 2]],
  noEtcd: [[of]],
  badEtcd: [
    [of, 2],
    [of, 4],
  ],
  badRetention: [
    [of, '"12"', '12'],
    [of, '"a year"', undefined],
  ],
  retentionTooShort: [[of, '"12h"']],
  readPortTaken: [[of, 7201]],
  costs: [[of]],
  foundedOtherwise: [
    [{ host: 'm1', what: 'retention', found: '365d', wanted: '30d' }],
    [{ host: 'm1', what: 'a scrape interval of', found: '15s', wanted: '30s' }],
    [{ host: 'm1, m2', what: 'hosts', found: 'm1, m2, m3', wanted: 'm1, m2, m4' }],
  ],
})
