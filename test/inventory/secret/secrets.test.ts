// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
import assert from 'node:assert/strict'
import { describe as describeProblem } from '../../../src/diagnostic/describe.ts'
import { textParts } from '../../../src/inventory/secret/references.ts'
import { alertmanager, head, prometheus, read } from '../harness.ts'

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
    [
      '${env:A',
      [{ fault: 'is not closed by "}"', remedy: 'Write "}" where the reference ends.', text: '${env:A' }],
    ],
    ['${cmd: }', [{ fault: 'is empty', remedy: 'Write ${cmd:COMMAND}.', text: '${cmd: }' }]],
    ['${ENV:A}', ['${ENV:A}']],
  ]
  for (const [text, expected] of cut) {
    it(`cuts ${JSON.stringify(text)}`, () => assert.deepEqual(textParts(text), expected))
  }

  it('are expanded from the environment, files and commands, and collected', async () => {
    const { inventory, problems } = await read(
      `${prometheus(
        'remote_write: [{ url: "http://x/${env:PROMHA_TEST_SECRET}?a=$1&b=${2}", bearer_token: "${cmd:printf of; printf Cmd; echo}", name: "${file:secret.txt}" }]',
        'external_labels: { b: "$${env:X}", c: "{{ $labels.x }} ${REPLICA}" }',
      )}`,
      { 'secret.txt': 'ofFile\r\n' },
    )
    assert.ok(inventory, problems.map(describeProblem).join('\n'))
    const settings = inventory.cells[0]?.prometheus
    assert.deepEqual(settings?.remoteWrite, [
      { url: 'http://x/s3cret-of-env?a=$1&b=${2}', bearer_token: 'ofCmd', name: 'ofFile' },
    ])
    assert.deepEqual(settings?.externalLabels, { b: '${env:X}', c: '{{ $labels.x }} ${REPLICA}' })
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

  it('that are not resolved are no errors: placeholders stand in their places', async () => {
    const text = prometheus(
      'scrape_configs: [ { job_name: a, scrape_interval: "${cmd:echo 15s}" } ]',
      'remote_write: [ { url: "${cmd:cat}" }, { url: "http://x/${cmd:cat}" } ]',
    )
    const { inventory, problems } = await read(text, {}, { secrets: false })
    assert.deepEqual(problems, [])
    assert.equal(inventory?.placeholders, true)
    assert.deepEqual(inventory.cells[0]?.prometheus?.remoteWrite, [
      { url: 'http://placeholder-2.invalid/' },
      { url: 'http://x/placeholder-2' },
    ])
    const mail = await read(
      alertmanager().replace('config: {', 'config: { global: { smtp_smarthost: "${cmd:cat}" },'),
      {},
      { secrets: false },
    )
    assert.deepEqual(mail.inventory?.cells[0]?.alertmanager?.config.global, {
      smtp_smarthost: 'placeholder-1.invalid:25',
    })
    assert.equal((await read(prometheus(), {}, { secrets: false })).inventory?.placeholders, undefined)
  })

  it('run a command once, with its input closed', async () => {
    const { inventory } = await read(
      `${head}ssh: { sudo: { password: "\${cmd:cat; echo x >> ran; wc -l < ran | tr -d ' ' | sed s/^/u/}" } }\n${prometheus(
        'remote_write: [{ url: http://x, bearer_token: "${cmd:cat; echo x >> ran; wc -l < ran | tr -d \' \' | sed s/^/u/}" }]',
      ).replace(head, '')}`,
    )
    assert.deepEqual(inventory?.hosts[0]?.ssh.sudo, { password: 'u1' })
    assert.equal(inventory?.cells[0]?.prometheus?.remoteWrite[0]?.bearer_token, 'u1')
  })

  it('show what a failed command complains of, never what it prints', async () => {
    const { problems } = await read(
      `${head}ssh: { sudo: { password: "\${cmd:printf the-; printf secret; echo locked >&2; exit 2}" } }\n${exporters}`,
    )
    assert.equal(problems[0]?.detail, 'locked')
    assert.doesNotMatch(JSON.stringify(problems), /the-secret/)
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

  it('are masked where they are written out, too', async () => {
    const { inventory } = await read(`${head}ssh: { sudo: { password: hunter2 } }\n${exporters}`)
    assert.deepEqual(inventory?.secrets, ['hunter2'])
  })
})
