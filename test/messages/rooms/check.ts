import { checkProblem } from '../../../src/check/messages.ts'
import { samples } from '../samples.ts'

export const checkSamples = samples(checkProblem, {
  badTargetsFile: [
    [
      {
        path: 'targets/app.yml',
        said: 'field lables not found in type struct',
        form: 'Write the file as a list of maps with "targets" and "labels".',
        outside: undefined,
        remedy: 'Did you mean "labels"?',
      },
    ],
    [
      {
        path: 'targets/app.yml',
        said: 'no targets',
        form: 'Write the file as a list of maps with "targets" and "labels".',
        outside: undefined,
        remedy: undefined,
      },
    ],
    [
      {
        path: '/srv/shared/app.yml',
        said: 'no targets',
        form: 'Write the file as a list of maps with "targets" and "labels".',
        outside: true,
        remedy: undefined,
      },
    ],
  ],
  unknownFeature: [['prometheus', 'exemplars', 'of cell eu']],
  flagRefused: [
    [
      {
        program: 'prometheus',
        name: 'web.max-connection',
        of: 'of cell eu',
        shown: "unknown long flag '--web.max-connection'",
        remedy: 'Did you mean "web.max-connections"?',
      },
    ],
  ],
  ruleTestFails: [
    [{ kind: 'alert', what: 'alert A at 3m', lines: ['exp:[], got:[x]'], mostLines: 40 }],
    [{ kind: 'other', what: ' at ', lines: ['cannot read it'], mostLines: 40 }],
  ],
  ruleTestFile: [['../rules/b*.yml', 'matches no file']],
  ruleTestsOutsideFail: [
    ['/srv/promha/site/tests/a.yml', "They read files outside the inventory's directory"],
  ],
  selectorRefused: [
    ['eu', undefined, 'line 4: cannot unmarshal !!str into int'],
    ['eu', '1:2: parse error: unexpected character', 'Checking 1.yml'],
  ],
  flagsUnchecked: [
    ['of prometheus in cell eu', 'checked by prometheus here: the time for all checks was over'],
  ],
  configUnchecked: [
    ['of prometheus in cell eu', 'checked by promtool here: the time for all checks was over'],
  ],
  ruleTestsNotRun: [['eu', 'the time for all checks was over']],
  untrusted: [
    [
      {
        inWords: 'promtool 3.5.0',
        inWords2: 'prometheus in cell eu',
        inventory: 'inventory.yml',
        names: ['promtool 3.5.0'],
        configs: ['prometheus in cell eu'],
        lines: ['promtool 3.5.0 sha256 ab12'],
      },
    ],
    [
      {
        inWords: 'amtool 0.28.1 and promtool 3.5.0',
        inWords2: 'alertmanager in cell eu and prometheus in cell eu',
        inventory: 'inventory.yml',
        names: ['amtool 0.28.1', 'promtool 3.5.0'],
        configs: ['alertmanager in cell eu', 'prometheus in cell eu'],
        lines: ['amtool 0.28.1 sha256 cd34', 'promtool 3.5.0 sha256 ab12'],
      },
    ],
  ],
  checksUnfinished: [
    [5, ['promtool in cell eu', 'promtool in cell us'], true],
    [5, ['promtool in cell eu'], false],
  ],
  refused: [
    [
      {
        refusal: 'promtool refuses the config',
        of: 'prometheus in cell eu',
        said: 'field metric_path not found in type config.ScrapeConfig',
        remedy: 'Did you mean "metrics_path"?',
      },
    ],
  ],
  commandLineRefused: [
    [
      {
        program: 'prometheus',
        of: 'of cell eu',
        said: '--one and --two exclude each other',
        remedy: 'Correct the flags. Run `prometheus --help` to see all flags with their values.',
      },
    ],
  ],
  sourceSilent: [
    [['https://mirror.example/prometheus.tar.gz did not answer'], ['prometheus 3.5.0'], undefined],
    [['https://mirror.example/prometheus.tar.gz did not answer'], ['prometheus 3.5.0'], 'Check the proxy.'],
  ],
  unfetched: [
    [
      {
        programs: 'promtool',
        components: 'prometheus',
        configs: ['prometheus in cell eu'],
        reasons: ['the mirror is down'],
        remedies: 'Make sure that this machine reaches the mirror.',
      },
    ],
    [
      {
        programs: 'promtool',
        components: 'prometheus',
        configs: ['prometheus in cell eu'],
        reasons: [],
        remedies: '',
      },
    ],
  ],
  withheld: [
    [
      'promtool refuses the config',
      'prometheus in cell eu',
      "It names files outside the inventory's directory, so promha does not show what promtool says.",
    ],
  ],
})
