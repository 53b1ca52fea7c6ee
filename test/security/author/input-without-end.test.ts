/** One line, or one link, of an inventory must not take all of the machine's time or memory. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { readTar } from '../../../src/artifact/archive/tar.ts'
import { lockPath, readLock } from '../../../src/artifact/lock/lock-file.ts'
import { mayBeConcealed } from '../../../src/inventory/secret/secret-keys.ts'
import { range, source } from '../../../src/inventory/text/source-text.ts'
import { globMatcher } from '../../../src/inventory/value/glob.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { readConfigFile } from '../../../src/ssh/config/config-file.ts'
import { createHostKeys } from '../../../src/ssh/key/host-keys.ts'
import { createKeyRing } from '../../../src/ssh/key/identity.ts'
import { readNamedFile } from '../../../src/trust/plain-file.ts'
import { tarGz } from '../../artifact/support.ts'
import { prometheus, read } from '../../inventory/harness.ts'

describe('input without end', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-endless-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const matches = (glob: string, text: string) => {
    const found = globMatcher(glob)
    return 'fault' in found ? found.fault : found.matches(text)
  }

  it('is no glob: what repeats what repeats is literal', () => {
    const long = 'a'.repeat(200)
    for (const glob of ['+(*a|a*a|aa)b', '(a+)+b', '(a|aa)+b', '[a]+[a]+[a]+[a]+[a]+b', '{a,a*,*a}{a,*}b'])
      assert.equal(matches(glob, long), false, glob)
    assert.equal(matches('a (old)/*.yml', 'a (old)/x.yml'), true)
    assert.equal(matches('a+b|c/{x,y}*.y?ml', 'a+b|c/y1.yaml'), true)
    assert.equal(matches('**/rules/**/*.yml', 'a/b/rules/c/d.yml'), true)
    assert.equal(matches('!x', '!x'), true)
  })

  it('is no glob: one with too much of anything is refused', () => {
    for (const [glob, fault] of [
      ['*a*a*a*b', /more than 3 "\*" between/],
      ['**/a/**/b/**/c', /more than 2 "\*\*"/],
      ['{a,a}'.repeat(30), /too many alternatives/],
      [`{${'a,'.repeat(300)}}`, /too many alternatives/],
      ['a'.repeat(1001), /longer than 1000/],
    ] as const)
      assert.match(String(matches(glob, 'a')), fault)
    assert.equal(matches('{1..1000000}', '7'), false)
  })

  it('is refused of rule files, with the reason', async () => {
    const name = `${'a'.repeat(40)}.yml`
    const { problems } = await read(prometheus('rule_files: ["rules/*a*a*a*a*b"]'), { [`rules/${name}`]: '' })
    assert.match(problems.map(({ summary }) => summary).join('\n'), /has more than 3 "\*"/)
  })

  it('is no line of colons', () => {
    const text = `x: "${'://'.repeat(300_000)}${':'.repeat(300_000)}"`
    const shown = (line: string) => range({ source: source('i.yml', line), start: 0, end: 1 }).text
    assert.equal(shown(text), text)
    assert.equal(shown('x: http://me:pass@host/'), undefined)
    assert.equal(shown('x: http://a/ http://:pass@host/'), undefined)
    // A token may be the user, and a password may stand without a scheme before it.
    assert.equal(shown('x: http://me@host:1/'), undefined)
    assert.equal(shown('x: a:b@c'), undefined)
    assert.equal(shown('x: http://host:1/ b@c'), 'x: http://host:1/ b@c')
  })

  /** A source of `text` that counts how often its text and its lines are asked for. */
  const counted = (text: string) => {
    const plain = source('i.yml', text)
    const asked = { text: 0, lines: 0 }
    const { lineStarts } = plain
    const count = (key: 'text' | 'lines', value: unknown) => {
      asked[key] += 1
      return value
    }
    Object.defineProperty(plain, 'text', { get: () => count('text', text) })
    Object.defineProperty(plain, 'lineStarts', { get: () => count('lines', lineStarts) })
    return { plain, asked }
  }

  it('is no text of many keys: a place is looked up for a fault only', () => {
    const { plain, asked } = counted(Array.from({ length: 1_000 }, (_, index) => `k${index}:\n`).join(''))
    assert.deepEqual(parseYaml(plain).problems, [])
    assert.equal(asked.lines, 0)
    assert.ok(asked.text < 10, `${asked.text}`)
  })

  it('is no text before a fault: only the lines that it is below are read', () => {
    const lines = (count: number) => {
      const { plain, asked } = counted(`${'a: 1\n'.repeat(count)}b:\n  c: ]\n`)
      const start = count * 5 + 8
      assert.equal(range({ source: plain, start, end: start + 1 }).text, '  c: ]')
      return asked.text
    }
    assert.equal(lines(1_000), lines(10))
    assert.ok(lines(1_000) < 10, `${lines(1_000)}`)
    const above = function* () {
      yield* ['  c: ]', 'b:']
      assert.fail('a line above what has no indentation is read')
    }
    assert.equal(mayBeConcealed(above()), false)
  })

  it('is no archive that unpacks to more than any program', async () => {
    const unwanted = await tarGz({ 'a/zeros': Buffer.alloc(3_000_000), 'a/wanted': 'x' })
    assert.ok(unwanted.length < 10_000)
    const taken: string[] = []
    const read = (limit: number) =>
      readTar(
        Readable.from([gunzipSync(unwanted)]),
        name => name === 'a/wanted',
        async (name, content) => {
          taken.push(name)
          for await (const _ of content) {
            // Read to its end.
          }
        },
        { limit },
      )
    await assert.rejects(read(1_000_000), /unpacks to more than 1000000 bytes/)
    await read(4_000_000)
    assert.deepEqual(taken, ['a/wanted'])
  })

  it('is no file that a name leads to', async () => {
    const site = join(folder, 'site')
    mkdirSync(site)
    const file = join(site, 'inventory.lock.yml')
    const lock = () => readLock(lockPath({ file: 'inventory.yml', directory: site }))
    assert.deepEqual(await lock(), { lock: [], packages: [] })
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const endless of ['/dev/zero', pipe]) {
      symlinkSync(endless, file)
      await assert.rejects(lock(), /inventory\.lock\.yml is not a plain file/)
      await assert.rejects(readConfigFile(file, false), /not a plain file/)
      await assert.rejects(readNamedFile(file), /not a plain file/)
      const ring = createKeyRing(() => new Error('never asked'), undefined)
      assert.equal((await ring.load(file)).state, 'unusable')
      const target = { address: 'a', port: 22, knownHosts: [file] } as never
      await assert.rejects(createHostKeys()(target), /not a plain file/)
      rmSync(file)
    }
    writeFileSync(file, 'a'.repeat(2000))
    await assert.rejects(readNamedFile(file, 1000), /at most 1000 bytes/)
    await assert.rejects(readNamedFile(join(site, 'none')), { code: 'ENOENT' })
  })
})
