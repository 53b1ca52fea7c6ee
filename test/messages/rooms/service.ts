import { answerProblem } from '../../../src/shell/syntax/messages.ts'
import { serviceProblem } from '../../../src/verify/messages.ts'
import { samples } from '../samples.ts'

export const answerSamples = samples(answerProblem, {
  tooLarge: [['it has more than 5 lines']],
})

export const serviceSamples = samples(serviceProblem, {
  configRefused: [
    ['prometheus', 'mon-a', true],
    ['prometheus', 'mon-a', false],
  ],
  notReady: [
    [
      {
        component: 'prometheus',
        host: 'mon-a',
        waited: 60_000,
        seen: 'does not listen yet (192.0.2.1:9090)',
      },
    ],
  ],
})
