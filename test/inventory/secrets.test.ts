// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
import assert from 'node:assert/strict'
import { describe as describeProblem } from '../../src/diagnostic/describe.ts'
import { parts } from '../../src/inventory/secrets.ts'
import { head, prometheus, read } from './harness.ts'

const exporters = 'cells: { eu: { exporters: { node: {} } } }\n'

describe('secrets of the inventory', () => {
  before(() => {
    process.env.PROMHA_TEST_SECRET = 's3cret-of-env'
  })
  after(() => {
    delete process.env.PROMHA_TEST_SECRET
  })

  const cut: readonly (readonly [string, readonly unknown[]])[] = [
    ['plain', ['plain']],
    ['', []],
    ['${env:A}', [{ kind: 'env', argument: 'A', text: '${env:A}' }]],
    ['a${file:b c}d', ['a', { kind: 'file', argument: 'b c', text: '${file:b c}' }, 'd']],
    [
      "${cmd:awk '{print $1}' f}",
      [{ kind: 'cmd', argument: "awk '{print $1}' f", text: "${cmd:awk '{print $1}' f}" }],
    ],
    ['$${env:A}', ['${env:A}']],
    ['$${1} ${2} $1 {{ $x }} ${REPLICA} $$', ['$${1} ${2} $1 {{ $x }} ${REPLICA} $$']],
    ['${env:A', [{ fault: 'is not closed by "}"', text: '${env:A' }]],
    ['${cmd: }', [{ fault: 'is empty', text: '${cmd: }' }]],
    ['${ENV:A}', ['${ENV:A}']],
  ]
  for (const [text, expected] of cut) {
    it(`cuts ${JSON.stringify(text)}`, () => assert.deepEqual(parts(text), expected))
  }

  it('are expanded from the environment, files and commands, and collected', async () => {
    const { inventory, problems } = await read(
      `${prometheus(
        'remote_write: [{ url: "http://x/${env:PROMHA_TEST_SECRET}?a=$1&b=${2}", bearer_token: "${cmd:printf of; printf Cmd; echo}" }]',
        'external_labels: { a: "${file:secret.txt}", b: "$${env:X}", c: "{{ $labels.x }} ${REPLICA}" }',
      )}`,
      { 'secret.txt': 'ofFile\r\n' },
    )
    assert.ok(inventory, problems.map(describeProblem).join('\n'))
    const settings = inventory.cells[0]?.prometheus
    assert.deepEqual(settings?.remoteWrite, [
      { url: 'http://x/s3cret-of-env?a=$1&b=${2}', bearer_token: 'ofCmd' },
    ])
    assert.deepEqual(settings?.externalLabels, {
      a: 'ofFile',
      b: '${env:X}',
      c: '{{ $labels.x }} ${REPLICA}',
    })
    assert.deepEqual([...inventory.secrets].sort(), ['ofCmd', 'ofFile', 's3cret-of-env'])
  })

  it('run no command where the inventory is only validated', async () => {
    const { inventory } = await read(
      `${head}ssh: { sudo: { password: "\${cmd:exit 1}" } }\n${exporters}`,
      {},
      { secrets: false },
    )
    assert.deepEqual(inventory?.secrets, [])
    assert.deepEqual(inventory?.hosts[0]?.ssh.sudo, { password: 'placeholder-1' })
  })

  it('of commands that were not run are no errors, whatever stands in their place', async () => {
    const text = prometheus(
      'listen: "${cmd:echo 127.0.0.1:9090}"',
      'global: { scrape_interval: "${cmd:echo 15s}" }',
      'remote_write: [ { url: "${cmd:cat}" } ]',
    )
    const { inventory, problems } = await read(text, {}, { secrets: false })
    assert.deepEqual(problems, [])
    assert.equal(inventory?.placeholders, true)
    assert.equal((await read(prometheus(), {}, { secrets: false })).inventory?.placeholders, undefined)
    const others = await read(
      text.replace('listen:', 'lsten:').replace('echo 15s}', 'echo 15s}${env:PROMHA_NONE}'),
      {},
      { secrets: false },
    )
    assert.deepEqual(
      others.problems.map(({ summary }) => summary.replace(/ in cells.*/, '')),
      ['unknown key "lsten"', '"${env:PROMHA_NONE}": the environment variable is not set'],
    )
  })

  it('run a command once, with its input closed', async () => {
    const { inventory } = await read(
      `${head}ssh: { user: "\${cmd:cat; echo x >> ran; wc -l < ran | tr -d ' ' | sed s/^/u/}", sudo: { password: "\${cmd:cat; echo x >> ran; wc -l < ran | tr -d ' ' | sed s/^/u/}" } }\n${exporters}`,
    )
    assert.equal(inventory?.hosts[0]?.ssh.user, 'u1')
  })

  it('show what a failed command complains of, never what it prints', async () => {
    const { problems } = await read(
      `${head}ssh: { user: "\${cmd:printf the-; printf secret; echo locked >&2; exit 2}" }\n${exporters}`,
    )
    assert.equal(problems[0]?.detail, 'locked')
    assert.doesNotMatch(JSON.stringify(problems), /the-secret/)
  })

  it('are not told when the value is of the wrong form', async () => {
    const { problems } = await read(
      `${head.replace('198.18.0.11', '"${env:PROMHA_TEST_SECRET}/"')}ssh: { port: "\${env:PROMHA_TEST_SECRET}", user: "\${env:PROMHA_TEST_SECRET} x" }
groups: { g: ["\${env:PROMHA_TEST_SECRET}"] }
cells:
  eu:
    hosts: ["\${env:PROMHA_TEST_SECRET}", "!\${env:PROMHA_TEST_SECRET}"]
    prometheus:
      replicas: { a: mon-a, b: "\${env:PROMHA_TEST_SECRET}" }
      replica_label: "\${env:PROMHA_TEST_SECRET}"
      listen: "\${env:PROMHA_TEST_SECRET}"
      data_dir: "\${env:PROMHA_TEST_SECRET}"
      retention: { time: "\${env:PROMHA_TEST_SECRET}", size: "\${env:PROMHA_TEST_SECRET}" }
      global: { scrape_interval: "\${env:PROMHA_TEST_SECRET}" }
      scrape_configs: [{ job_name: "\${env:PROMHA_TEST_SECRET}" }, { job_name: "\${env:PROMHA_TEST_SECRET}" }]
      targets: { x: [{ targets: ["\${env:PROMHA_TEST_SECRET}/"] }] }
      rule_files: ["\${env:PROMHA_TEST_SECRET}", "\${env:PROMHA_TEST_SECRET}*"]
      files: { x: "\${env:PROMHA_TEST_SECRET}" }
      flags: { x: "\${env:PROMHA_TEST_SECRET}" }
    alertmanager:
      hosts: ["\${env:PROMHA_TEST_SECRET}", "\${env:PROMHA_TEST_SECRET}"]
      config: "\${env:PROMHA_TEST_SECRET}"
versions: { prometheus: "\${env:PROMHA_TEST_SECRET}" }
artifacts: { from: "\${env:PROMHA_TEST_SECRET}", suite: "\${env:PROMHA_TEST_SECRET}" }
`,
    )
    assert.ok(problems.length > 15)
    for (const problem of problems)
      assert.doesNotMatch(JSON.stringify(problem), /s3cret-of-env/, describeProblem(problem))
  })

  it('take the lines of passwords out of code frames', async () => {
    const { problems } = await read(
      `${head}ssh: { sudo: { password: hunter2 }, bogus: 1 }\n${prometheus(
        'remote_write:',
        '  - url: http://x',
        '    basic_auth:',
        '      password: |',
        '        hunter2',
        '    bearer_token: hunter2',
        '    bearer_token: hunter2',
        'alertmanagers: [{ url: "http://me:hunter2@x" }]',
      ).replace(head, '')}`,
    )
    assert.equal(problems.length, 3, problems.map(describeProblem).join('\n'))
    for (const problem of problems) assert.doesNotMatch(JSON.stringify(problem), /hunter2/)
  })

  it('may not stand in a flag, which every user of the host can read', async () => {
    const { problems } = await read(
      prometheus('flags: { web.external-url: "http://${env:PROMHA_TEST_SECRET}" }'),
    )
    assert.match(problems[0]?.summary ?? '', /holds a secret/)
    const validated = await read(
      prometheus('flags: { web.external-url: "${cmd:cat}" }'),
      {},
      { secrets: false },
    )
    assert.match(validated.problems[0]?.summary ?? '', /holds a secret/)
  })

  it('are masked where they are written out, too', async () => {
    const { inventory } = await read(`${head}ssh: { sudo: { password: hunter2 } }\n${exporters}`)
    assert.deepEqual(inventory?.secrets, ['hunter2'])
  })
})
