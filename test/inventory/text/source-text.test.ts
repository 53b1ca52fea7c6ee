/** Lines of the user's as errors show them: none with a secret, whatever the error is of. */
import assert from 'node:assert/strict'
import { holdsCredentials, mayBeConcealed } from '../../../src/inventory/secret/secret-keys.ts'
import { at, membersOf } from '../../../src/inventory/text/place.ts'
import { range, source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { head, read } from '../harness.ts'

/** What every problem of a text shows, and a place in each of its lines as if all were at fault. */
function shown(text: string): string {
  const from = source('x.yml', text)
  const { problems } = parseYaml(from)
  const lines = from.lineStarts.map(start => range({ source: from, start, end: start }))
  return JSON.stringify([problems, lines])
}

const unparsed = (text: string) => shown(`${text}\n? [\n`)

describe('a line with a secret', () => {
  const config = '"[security]\\nadmin_password = hunter2\\n[x]\\ny = hunter2\\n"'
  const secrets: Readonly<Record<string, string>> = {
    'of a config on one line': `config: ${config}`,
    'of a config on one line among others': `grafana: { hosts: [a], config: ${config}, port: 1 }`,
    'of a config in a block': 'a:\n  config: |\n    [x]\n    y = hunter2\n',
    'of a config over quoted lines': 'a:\n  config: "[x]\n\n    y = hunter2\n\n    "\n',
    'of a query': 'remote_write:\n  - url: https://a.example/push?token=hunter2\n',
    'of a query behind others': 'url: "http://a.example/?a=1&k=hunter2"',
    'of a user': 'url: https://hunter2@a.example/x',
    'of a password with a slash': 'url: http://u:hun/hunter2@a.example/x',
    'of an address without a scheme': 'proxy: u:hunter2@a.example:3128',
    'of a flag': "args: ['--x.password=hunter2']",
    'of a connection': 'source: "host=x user=y password=hunter2"',
    'of a comment': 'a: b # token = hunter2',
  }
  for (const [title, text] of Object.entries(secrets))
    it(`is not shown: ${title}`, () => {
      assert.doesNotMatch(shown(text), /hunter2/, 'parsed')
      assert.doesNotMatch(unparsed(text), /hunter2/, 'not parsed')
    })

  const broken: Readonly<Record<string, string>> = {
    'below its key': 'basic_auth:\n  password:\n    "hunter2',
    'below its key in a list': 'a:\n- password: "x\n  hunter2',
    'of a private key': 'tls_config:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n    hunter2\n',
    'of a header': 'headers: { Authorization: Bearer hunter2hunter2, X-Api-Key: hunter2 }',
  }
  for (const [title, text] of Object.entries(broken))
    it(`is not shown in a text that cannot be parsed: ${title}`, () =>
      assert.doesNotMatch(unparsed(text), /hunter2/))

  it('is not shown by errors of other keys on it', async () => {
    const grafana = `{ hosts: [mon-a], hosts: [mon-b], config: ${config}, prot: 1, flags: { x: y } }`
    for (const end of ['', ' }', ' ]', ', "'])
      for (const said of [grafana, grafana.replace('hosts: [mon-b], ', '')]) {
        const { problems } = await read(`${head}cells:\n  eu:\n    grafana: ${said}${end}\n`)
        assert.ok(problems.length > 0)
        assert.doesNotMatch(JSON.stringify(problems), /hunter2/)
      }
  })

  it('is told from lines without one', () => {
    const lines = [
      'config: alertmanager.yml',
      'config: "alertmanager.yml"',
      'url: http://a.example:9090/api/v1/write',
      'expr: a@1 + b',
      'targets: ["a:9090", "b:9090"]',
      'to: ops@example.net',
      'a: b # basic auth',
    ]
    for (const line of lines) {
      assert.ok(!mayBeConcealed([line]), line)
      assert.ok(!holdsCredentials(line), line)
      const from = source('x.yml', line)
      const { value } = parseYaml(from)
      const [key = ''] = membersOf(value as object).keys()
      assert.equal(at(value as object, key).source?.text, line)
    }
  })

  it('is looked for in linear time', function () {
    this.timeout(3000)
    for (const part of [
      'config: "',
      '://',
      '?',
      'a:',
      'x-',
      'bearer ',
      '-----BEGIN ',
      'password',
      '://?',
      '@',
    ])
      for (const line of [part.repeat(100_000), `http://${part.repeat(100_000)}`])
        assert.equal(typeof (holdsCredentials(line) || mayBeConcealed([line])), 'boolean')
  })
})
