/** Outputs of upstream's tools, taken apart. */
import assert from 'node:assert/strict'
import { type Finding, findings, plainMessage } from '../../../src/check/finding/message.ts'

const log = [
  'time=2026-11-22T20:18:19.290Z level=INFO source=main.go:98 msg="Starting blackbox_exporter" version="(version=0.28.0)"',
  'time=2026-11-22T20:18:19.290Z level=ERROR source=main.go:102 msg="Error loading config" err="error parsing config file: yaml: unmarshal errors:\\n  line 3: field \\"foo\\" not found in type config.plain"',
].join('\n')

const cases: Readonly<Record<string, readonly [string, readonly Finding[]]>> = {
  'promtool check config': [
    'Checking prometheus.yml\n\n  FAILED: parsing YAML file prometheus.yml: yaml: unmarshal errors:\n  line 39: field metric_path not found in type config.ScrapeConfig\n  line 41: cannot unmarshal !!str `maybe` into bool\n',
    [
      { text: 'field metric_path not found in type config.ScrapeConfig', line: 39, file: 'prometheus.yml' },
      { text: 'cannot unmarshal !!str `maybe` into bool', line: 41, file: 'prometheus.yml' },
    ],
  ],
  'promtool check config, without a place': [
    '  FAILED: parsing YAML file prometheus.yml: parse "http://h:port/w": invalid port ":port" after host\n',
    [{ text: 'parse "http://h:port/w": invalid port ":port" after host', file: 'prometheus.yml' }],
  ],
  'promtool check config, after what a library logs': [
    'Checking prometheus.yml\n2026/11/30 07:58:47 WARN: failed to get session token: 403 Forbidden\n\tstatus code: 403, request id: \ncaused by: EC2MetadataError: failed to make EC2Metadata request\n\n  FAILED: parsing YAML file prometheus.yml: EC2 SD configuration requires a region\n',
    [{ text: 'EC2 SD configuration requires a region', file: 'prometheus.yml' }],
  ],
  'promtool check config, two errors joined': [
    '  FAILED: parsing YAML file prometheus.yml: invalid \'a\': duplicated attribute "b"\nempty attribute\n',
    [
      { text: 'invalid \'a\': duplicated attribute "b"', file: 'prometheus.yml' },
      { text: 'empty attribute', file: 'prometheus.yml' },
    ],
  ],
  'promtool check rules, whose two streams do not come in order': [
    'Checking rules/a.yml\nChecking rules/b.yml\n  SUCCESS: 2 rules found\n\n  FAILED:\nrules/a.yml: yaml: unmarshal errors:\nChecking rules/c.yml\n  line 5: field exprr not found in type rulefmt.Rule\n  FAILED:\nrules/c.yml: 6:15: group "g", rule 1, "A": could not parse expression: 3:1: parse error: unclosed left parenthesis\nrules/c.yml: group "g", rule 1, "A": invalid label name: __name__\n',
    [
      { text: 'field exprr not found in type rulefmt.Rule', line: 5, file: 'rules/a.yml' },
      {
        text: 'group "g", rule 1, "A": could not parse expression: 3:1: parse error: unclosed left parenthesis',
        line: 6,
        column: 15,
        file: 'rules/c.yml',
      },
      { text: 'group "g", rule 1, "A": invalid label name: __name__', file: 'rules/c.yml' },
    ],
  ],
  'promtool check rules, which reads each file twice': [
    'r.yml: yaml: unmarshal errors:\n  line 3: cannot unmarshal !!map into []rulefmt.Rule\nr.yml: yaml: unmarshal errors:\n  line 3: cannot unmarshal !!map into []rulefmt.RuleNode\n',
    [{ text: 'cannot unmarshal !!map into []rulefmt.Rule', line: 3, file: 'r.yml' }],
  ],
  'promtool check rules, with the places of two that exclude each other': [
    "r.yml: 0:0: 4:17: 5:16: group \"y\", rule 1, \"H\": only one of 'record' and 'alert' must be set\nr.yml: yaml: line 1: did not find expected '-' indicator\nr.yml: yaml: line 1: did not find expected '-' indicator\n",
    [
      {
        text: 'group "y", rule 1, "H": only one of \'record\' and \'alert\' must be set',
        line: 5,
        column: 16,
        file: 'r.yml',
      },
      { text: "not valid YAML: did not find expected '-' indicator", line: 1, file: 'r.yml' },
    ],
  ],
  'amtool check-config': [
    'Checking \'alertmanager.yml\'  FAILED: undefined receiver "x" used in route\n\namtool: error: failed to validate 1 file(s)\n\n',
    [{ text: 'undefined receiver "x" used in route', file: 'alertmanager.yml' }],
  ],
  'amtool check-config, which logs a warning before its error': [
    'time=2026-11-30T04:20:15.014Z level=WARN source=featurecontrol.go:151 msg="Experimental receiver name in metrics enabled"\nChecking \'a.yml\'  FAILED: no route provided in config\n\nts=2026-11-30T04:20:15.014Z caller=x.go:1 level=warn msg="old form"\namtool: error: failed to validate 1 file(s)\n',
    [{ text: 'no route provided in config', file: 'a.yml' }],
  ],
  'amtool check-config, of a template': [
    'Checking \'alertmanager.yml\'  SUCCESS\nFound:\n - global config\n - route\n - 0 inhibit rules\n - 1 receivers\n - 1 templates\n  FAILED: template: bad.tmpl:2:3: function "nope" not defined\n\namtool: error: failed to validate 1 file(s)\n',
    [{ text: 'function "nope" not defined', file: 'bad.tmpl', line: 2, column: 3 }],
  ],
  'the log of blackbox_exporter': [log, [{ text: 'field "foo" not found in type config.plain', line: 3 }]],
  keepalived: [
    "(keepalived.conf.filled.test: Line 14) number '300' outside range [1, 255]\n",
    [{ text: "number '300' outside range [1, 255]", file: 'keepalived.conf.filled.test', line: 14 }],
  ],
  haproxy: [
    "[NOTICE]   (12) : haproxy version is 3.0.11\n[ALERT]    (12) : config : parsing [haproxy.cfg:34] : 'bind' : invalid address\n[ALERT]    (12) : config : Error(s) found in configuration file : haproxy.cfg\n[ALERT]    (12) : config : Fatal errors found in configuration.\n",
    [{ text: "'bind' : invalid address", file: 'haproxy.cfg', line: 34 }],
  ],
  'a command line': [
    "Error parsing command line arguments: unknown long flag '--no.such.flag'\nprometheus: error: unknown long flag '--no.such.flag', try --help\n",
    [{ text: "unknown long flag '--no.such.flag'" }],
  ],
  nothing: ['', []],
}

describe('what a tool prints', () => {
  for (const [title, [message, wanted]] of Object.entries(cases))
    it(`is taken apart: ${title}`, () => assert.deepEqual(findings(message), wanted))

  it('is bounded', () => {
    const many = findings(
      Array.from({ length: 1000 }, (_, n) => `a.yml: ${n}:1: ${'x'.repeat(9000)}`).join('\n'),
    )
    assert.equal(many.length, 100)
    assert.ok(many.every(({ text }) => text.length <= 4000))
  })

  it('is the error of a log alone', () => {
    assert.equal(
      plainMessage(log),
      'error parsing config file: yaml: unmarshal errors:\n  line 3: field "foo" not found in type config.plain',
    )
    assert.equal(plainMessage('ts=1 level=error msg="no" err=EOF\nsaid besides'), 'EOF\nsaid besides')
  })

  it('is unchanged if it is not a log', () => {
    for (const said of ['', 'blackbox_exporter: error: unknown long flag', 'a\nlevel=info msg=x\nb'])
      assert.equal(plainMessage(said), said)
  })
})
