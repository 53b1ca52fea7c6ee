import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import type { ReleasedResource, Resource } from '../../../src/resource/model.ts'
import type { StateRecord } from '../../../src/resource/observed.ts'
import {
  parseGeneration,
  type Running,
  readGenerationsScript,
  renderGeneration,
} from '../../../src/shell/record/generation.ts'
import { recordHeader } from '../../../src/shell/record/record.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'

const stamp: StateRecord = {
  ...{ restart: 'r', reload: 'l', all: 'a', time: 1_700_000_000, run: '1700000000000-n', generation: 4 },
  ...{ cell: 'eu', version: '3.5.0', unit: 'prometheus.service', owned: [] },
  health: { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' },
}
const header = recordHeader(stamp)

const storedHash = ({ stored = '' }: ReleasedResource) => stored

const text = fc.string({ unit: 'grapheme', minLength: 1 })
const path = fc.array(text, { minLength: 1, maxLength: 4 }).map(parts => `/${parts.join('/')}`)
const mode = fc.integer({ min: 0, max: 0o7777 })
const hash = fc.stringMatching(/^[0-9a-f]{64}$/)
const effect = fc.constantFrom('none' as const, 'reload' as const, 'restart' as const)
const owner = { owner: text, group: text, mode }
const listed: fc.Arbitrary<Resource> = fc.oneof(
  fc.record({ kind: fc.constant('user' as const), name: text, home: path }),
  fc.record({ kind: fc.constant('directory' as const), path, ...owner }),
  fc.record({ kind: fc.constant('directory' as const), path, ...owner, data: fc.constant(true) }),
  fc.record({ kind: fc.constant('directory' as const), path, ...owner, shared: fc.constant(true) }),
  fc.record({
    ...{ kind: fc.constant('file' as const), path, ...owner, effect },
    content: fc.record({ stored: hash }),
  }),
  fc.record({
    ...{ kind: fc.constant('file' as const), path, ...owner, effect, concealed: fc.constant(true) },
    content: fc.record({ stored: hash }),
  }),
  fc.record({
    ...{ kind: fc.constant('program' as const), path, mode, effect, stored: hash },
    ...{ component: fc.constant('prometheus' as const), version: fc.constant('3.5.0') },
  }),
  fc.record({
    ...{ kind: fc.constant('unit' as const), content: fc.record({ stored: hash }) },
    name: fc.stringMatching(/^[a-z %]+\.service$/),
  }),
)

describe('a generation on a host', () => {
  it('is read as it was written, whatever it is called', () => {
    fc.assert(
      fc.property(fc.array(listed), resources => {
        const written = renderGeneration(header, resources, storedHash)
        assert.equal(written.split('\n').length, resources.length + 2)
        // By way of JSON, since objects by chance have no prototype.
        const wanted = JSON.parse(JSON.stringify({ stamp, resources }))
        assert.deepEqual(parseGeneration('prometheus', written), wanted)
      }),
    )
  })

  it('names the hash of whatever has contents in the sixth field, for a shell to find', () => {
    const stored = 'ab'.repeat(32)
    const owned = { owner: 'root', group: 'a b', mode: 0o640 }
    const written = renderGeneration(
      header,
      [
        { kind: 'file', path: '/etc/x y.yml', ...owned, effect: 'reload', content: { stored } },
        { kind: 'unit', name: 'prometheus.service', content: { stored } },
      ],
      storedHash,
    )
    const lines = written.trimEnd().split('\n').slice(1)
    assert.deepEqual(
      lines.map(line => line.split(' ')[5]),
      [stored, stored],
    )
    assert.deepEqual(lines, [
      `file reload 640 root a%20b ${stored} /etc/x%20y.yml`,
      `unit restart 644 root root ${stored} /etc/systemd/system/prometheus.service`,
    ])
  })

  const broken: readonly (readonly [string, string])[] = [
    ['an empty one', ''],
    ['a header that is none', 'restart=x\n'],
    ['an unknown kind', `${header}\nlink restart 644 root root ${'a'.repeat(64)} /x\n`],
    ['a hash that is cut off', `${header}\nfile reload 640 root root abc /etc/x\n`],
    ['no path', `${header}\nfile reload 640 root root ${'a'.repeat(64)}\n`],
    ['an effect that nobody knows', `${header}\nfile reboot 640 root root ${'a'.repeat(64)} /x\n`],
    ['a mode that is no number', `${header}\ndirectory rwx root root /x\n`],
    ['bad encoding', `${header}\nuser %zz /home\n`],
  ]
  for (const [name, text] of broken)
    it(`is not taken for whole with ${name}`, () => {
      assert.equal(parseGeneration('prometheus', text), undefined)
    })
})

describe('reading kept generations', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-generations-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const keep = (component: string, number: string, text: string) => {
    mkdirSync(join(directory, 'generations', component), { recursive: true })
    writeFileSync(join(directory, 'generations', component, number), text)
  }

  async function read(...running: readonly Running[]) {
    const script = readGenerationsScript(running).render('n').replaceAll('/var/lib/promha', directory)
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script])
    const found = answerOf(readGenerationsScript([]), 'n', stdout)?.texts
    assert.ok(found)
    return Object.fromEntries(found)
  }

  it('gives the newest one before that which runs, by number', async () => {
    for (const number of ['8', '9', '10', '11', '12.new']) keep('prometheus', number, `of ${number}\n`)
    assert.deepEqual(await read({ component: 'prometheus', generation: 11 }), { prometheus: 'of 10\n' })
    assert.deepEqual(await read({ component: 'prometheus', generation: 10 }), { prometheus: 'of 9\n' })
  })

  it('leaves out what has none', async () => {
    keep('prometheus', '1', 'x\n')
    keep('alertmanager', '1', 'of 1\n')
    const found = await read(
      { component: 'prometheus', generation: 1 },
      { component: 'node_exporter', generation: 3 },
      { component: 'alertmanager', generation: 2 },
    )
    assert.deepEqual(found, { alertmanager: 'of 1\n' })
  })

  it('is not believed where it was cut off', () => {
    assert.equal(answerOf(readGenerationsScript([]), 'n', 'n prometheus\nhalf a listing\n')?.texts, undefined)
  })
})
