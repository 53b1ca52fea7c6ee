import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  conflict,
  findEntry,
  type LockEntry,
  newestLocked,
  withEntry,
} from '../../../src/artifact/lock/lock.ts'
import { lockPath, readLock, writeLock } from '../../../src/artifact/lock/lock-file.ts'
import { formatLock, parseLock } from '../../../src/artifact/lock/lock-text.ts'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { problemText, scratch, sha256 } from '../support.ts'

function entry(version: string, rest: Partial<LockEntry> = {}): LockEntry {
  return {
    component: 'prometheus',
    version,
    source: 'upstream',
    arch: 'amd64',
    archives: [{ name: `prometheus-${version}.linux-amd64.tar.gz`, sha256: sha256(version) }],
    files: [{ path: '/usr/local/bin/prometheus', sha256: sha256(`p${version}`), size: 12 }],
    ...rest,
  }
}

describe('lock', () => {
  const lock = [entry('3.13.2'), entry('3.9.0'), entry('3.5.3', { source: 'debian/forky' })].reduce(
    withEntry,
    [] as readonly LockEntry[],
  )

  it('keeps sources and versions apart', () => {
    assert.equal(newestLocked(lock, 'prometheus', 'upstream'), '3.13.2')
    assert.equal(newestLocked(lock, 'prometheus', 'debian/forky'), '3.5.3')
    assert.equal(newestLocked(lock, 'alertmanager', 'upstream'), undefined)
    assert.equal(
      findEntry(lock, { component: 'prometheus', version: '3.5.3', source: 'upstream', arch: 'amd64' }),
      undefined,
    )
  })

  it('says the same whatever the order of additions', () => {
    assert.equal(
      formatLock([...lock].reverse().reduce(withEntry, [] as readonly LockEntry[])),
      formatLock(lock),
    )
  })

  it('reads back what it writes', () => {
    assert.deepEqual(parseLock(formatLock(lock), 'inventory.lock.yml').lock, lock)
    assert.deepEqual(parseLock(formatLock([]), 'inventory.lock.yml').lock, [])
  })

  it('refuses the same version with another archive or file, naming both hashes', () => {
    const old = entry('3.13.2')
    const archive = entry('3.13.2', {
      archives: [{ name: old.archives[0]?.name ?? '', sha256: sha256('other') }],
    })
    const said = conflict(old, archive, 'inventory.lock.yml')?.detail ?? ''
    assert.match(said, new RegExp(sha256('3.13.2')))
    assert.match(said, new RegExp(sha256('other')))
    const renamed = entry('3.13.2', {
      archives: [{ name: 'prometheus_3.13.2-2_amd64.deb', sha256: sha256('x') }],
    })
    assert.match(
      conflict(old, renamed, 'inventory.lock.yml')?.detail ?? '',
      /locked: .*linux-amd64[\s\S]*fetched: .*-2_amd64/,
    )
    const more = entry('3.13.2', {
      files: [...old.files, { path: '/usr/local/bin/promtool', sha256: sha256('t'), size: 1 }],
    })
    assert.equal(conflict(old, more, 'inventory.lock.yml'), undefined)
  })
})

describe('a damaged lock file', () => {
  const good = formatLock([entry('3.13.2')])
  const at = (text: string) => {
    try {
      parseLock(text, 'inventory.lock.yml')
    } catch (cause) {
      assert.ok(cause instanceof ProblemError)
      const problem = cause.problems[0]
      return { summary: problem?.summary ?? '', file: problem?.source?.file, line: problem?.source?.line }
    }
    throw new Error('expected a problem, but there was none')
  }
  const lineOf = (text: string, part: string) => text.split('\n').findIndex(line => line.includes(part)) + 1

  it('names file and line of a wrong hash', () => {
    const text = good.replace(sha256('3.13.2'), 'abc')
    assert.deepEqual(at(text).line, lineOf(text, '"abc"'))
    assert.equal(at(text).file, 'inventory.lock.yml')
  })
  it('names the line of a conflict marker', () => {
    const text = good.replace('    arch:', '<<<<<<< ours\n    arch:')
    assert.ok((at(text).line ?? 0) >= lineOf(text, '<<<<<<<') - 1)
  })
  it('refuses a format it does not know', () => {
    assert.match(at(good.replace('promha_lock: 1', 'promha_lock: 7')).summary, /format 7/)
  })
  it('refuses an unquoted version that YAML reads as a number', () => {
    const text = good.replace('"3.13.2"', '3.13')
    assert.equal(at(text).line, lineOf(text, 'version: 3.13'))
  })
  it('refuses names that lead elsewhere', () => {
    for (const way of ['../', 'a/../../', 'a/%2e%2E/', 'a/.%2e/'])
      assert.match(at(good.replace('"prometheus-3.13.2', `"${way}prometheus-3.13.2`)).summary, /name/, way)
    assert.match(at(good.replace('"/usr/local/bin/prometheus"', '"/usr/../etc/passwd"')).summary, /path/)
  })
  it('refuses the same release twice', () => {
    const [head = '', body = ''] = good.split('artifacts:\n')
    assert.match(at(`${head}artifacts:\n${body}${body}`).summary, /twice/)
  })
  it('refuses what is no map', () => {
    assert.match(at('just a text').summary, /damaged/)
    assert.match(at('').summary, /damaged/)
  })
})

describe('lock file', () => {
  const directory = scratch()
  const file = lockPath({ file: 'infra/inventory.yml', directory })

  it('lies beside the inventory', () => {
    assert.equal(file.path, join(directory, 'inventory.lock.yml'))
    assert.equal(file.shown, 'infra/inventory.lock.yml')
  })
  it('is empty where it does not exist', async () =>
    assert.deepEqual(await readLock(file), { lock: [], packages: [] }))
  it('is written, and left alone where nothing changes', async () => {
    await writeLock(file, { lock: [entry('3.13.2')] }, { replace: false })
    const before = await stat(file.path, { bigint: true })
    await writeLock(file, { lock: [entry('3.13.2')] }, { replace: false })
    const now = await stat(file.path, { bigint: true })
    assert.deepEqual([now.ino, now.mtimeNs], [before.ino, before.mtimeNs])
  })
  it("keeps another run's entries", async () => {
    await writeLock(file, { lock: [entry('3.14.0')] }, { replace: false })
    assert.deepEqual(
      (await readLock(file)).lock.map(one => one.version),
      ['3.13.2', '3.14.0'],
    )
  })
  it("refuses another run's other bytes unless it is to replace them", async () => {
    const other = entry('3.14.0', {
      archives: [{ name: 'prometheus-3.14.0.linux-amd64.tar.gz', sha256: sha256('?') }],
    })
    const before = await readFile(file.path, 'utf8')
    assert.match(
      await problemText(writeLock(file, { lock: [other] }, { replace: false })),
      /not what the lock file holds/,
    )
    assert.equal(await readFile(file.path, 'utf8'), before)
    await writeLock(file, { lock: [other] }, { replace: true })
    assert.match(await readFile(file.path, 'utf8'), new RegExp(sha256('?')))
  })
  it('is not replaced where it is damaged', async () => {
    await writeFile(file.path, 'promha_lock: [')
    await assert.rejects(writeLock(file, { lock: [entry('3.13.2')] }, { replace: false }), ProblemError)
    assert.equal(await readFile(file.path, 'utf8'), 'promha_lock: [')
  })
})
