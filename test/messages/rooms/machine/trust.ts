import { trustProblem } from '../../../../src/trust/messages.ts'
import { samples } from '../../samples.ts'

export const trustSamples = samples(trustProblem, {
  noHome: [['the cache']],
  notOurs: [
    [
      {
        what: 'the lock file',
        path: '/srv/promha/promha.lock.yml',
        why: 'can be written by its group',
        remedy: 'Run `chmod g-w /srv/promha/promha.lock.yml`.',
      },
    ],
  ],
})
