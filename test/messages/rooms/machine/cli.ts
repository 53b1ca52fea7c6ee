import { cliProblem } from '../../../../src/cli/messages.ts'
import { samples } from '../../samples.ts'

export const cliSamples = samples(cliProblem, {
  inventoryNotOurs: [
    [
      {
        file: '/srv/promha/inventory.yml',
        path: '/srv/promha',
        why: 'can be written by its group',
        quote: '/srv/promha/inventory.yml',
        remedy: 'Run `chmod g-w /srv/promha`.',
        words: ['promha', 'plan'],
      },
    ],
  ],
  variableNamesNoFile: [['gone.yml']],
  noInventory: [['inventory.yml']],
  confirmationRequired: [['Apply these changes?']],
  notConfirmed: [[]],
  noJunitReport: [['report.xml']],
  junitUnwritable: [['reports/promha.xml', 'its directory does not exist']],
  unforeseen: [
    ['Cannot read properties of undefined', 'at plan (plan.js:7:9)'],
    ['Cannot read properties of undefined', undefined],
  ],
  endedAtOnce: [[true], [false]],
  planOfOtherInventory: [['eu.plan', '/srv/us/inventory.yml', '/srv/eu/inventory.yml']],
  notWithPlan: [['limit']],
  notBuilt: [['/opt/promha/dist/promha.js']],
  planUnreadable: [['eu.plan', 'no such file or directory']],
  noSavedPlan: [['eu.plan']],
  graphUnwritable: [['topology.svg', 'EACCES: permission denied']],
  planUnwritable: [['plans/eu.plan', 'no such file or directory']],
  usage: [
    ["unknown command 'aply'", 'Did you mean apply? ', 'promha --help'],
    ["missing required argument 'inventory'", '', 'promha plan --help'],
  ],
})
