import { aloneProblem } from '../../../src/engine/availability/messages.ts'
import { samples } from '../samples.ts'

const told = { component: 'thanos_compactor', host: 'st-b', because: 'two of them would destroy data' }

export const aloneSamples = samples(aloneProblem, {
  unknown: [[told, 'connection refused']],
  runsElsewhere: [
    [told, { pid: 12, unit: 'thanos-compact.service' }],
    [told, { pid: 12 }],
  ],
})
