import { secretProblem } from '../../../../src/inventory/secret/messages.ts'
import { samples } from '../../samples.ts'

export const secretSamples = samples(secretProblem, {
  referenceNotAllowed: [
    [['cells', 'eu', 'blackbox', 'probes', 0, 'module'], '${env:HOME}', false],
    [['artifacts', 'from'], '${env:HOST}', true],
  ],
  badReference: [
    [
      '${env:1NAME}',
      'is not a valid name of an environment variable',
      'Write ${env:NAME}, with a name of letters, digits and "_".',
    ],
  ],
  unresolved: [['${cmd:pass show sudo}', 'the command ended with 2', { detail: 'the store is locked' }]],
  unresolvedYet: [
    [
      '${env:SUDO_PASSWORD}',
      'the environment variable is not set',
      'Set SUDO_PASSWORD before you start promha, or name a file that holds it with --environment-file.',
    ],
  ],
  fileNotExpanded: [
    ['${env:…}', true, true],
    ['${HOST}', false, false],
    ['${env:…}', false, true],
  ],
  secretInFlag: [
    [
      {
        bare: 'bind.stats-url',
        of: 'exporters.bind',
        secret: false,
        secretFlag: undefined,
        credentials: undefined,
      },
    ],
    [
      {
        bare: 'web.auth',
        of: 'exporters.mine',
        secret: true,
        secretFlag: 'Use "environment: { AUTH: … }".',
        credentials: undefined,
      },
    ],
    [
      {
        bare: 'scrape_uri',
        of: 'exporters.apache',
        secret: false,
        secretFlag: undefined,
        credentials: 'Use "environment: { SCRAPE_URI: … }".',
      },
    ],
  ],
  nearReference: [
    ['${vault:…}', undefined, undefined],
    ['${nv:…}', '${env:NAME}', undefined],
    ['${HOST}', '${env:NAME}', 'HOST'],
  ],
})
