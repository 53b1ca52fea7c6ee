import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { sections } from '../../src/shell/frame.ts'
import { restoreLines } from '../../src/shell/restore.ts'

describe('giving back what was there', () => {
  let base: string
  let home: string
  let root: string
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'promha-restore-'))
    home = join(base, 'home')
    root = join(base, 'root')
    mkdirSync(join(home, 'state'), { recursive: true })
    mkdirSync(root)
  })
  afterEach(() => rmSync(base, { recursive: true }))

  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode })
  }

  /** systemctl is only told of. */
  async function give(...components: readonly string[]) {
    const lines = ['umask 077', ...restoreLines('n', components, { home, root }), 'echo n end']
    const script = lines.join('\n').replaceAll('systemctl ', 'echo told: ')
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script])
    const found = sections('n', stdout)
    assert.ok(found.has('end'))
    return found
  }

  const before = (words: string) => put(join(home, 'backup/prometheus/.unit'), `${words}\n`)

  it('puts files back with their modes, and starts the unit', async () => {
    before('active enabled')
    put(join(home, 'backup/prometheus/etc/prometheus/prometheus.yml'), 'old', 0o604)
    put(join(home, 'backup/prometheus/etc/systemd/system/prometheus.service'), '[Unit]')
    mkdirSync(join(root, 'etc/prometheus'), { recursive: true, mode: 0o751 })
    const lines = (await give('prometheus')).get('given prometheus') ?? []
    assert.equal(readFileSync(join(root, 'etc/prometheus/prometheus.yml'), 'utf8'), 'old')
    assert.equal(statSync(join(root, 'etc/prometheus/prometheus.yml')).mode & 0o777, 0o604)
    assert.equal(statSync(join(root, 'etc/prometheus')).mode & 0o777, 0o751, 'of a directory that is there')
    assert.deepEqual(
      lines.filter(line => !line.startsWith('told:')).sort(),
      [
        '/etc/prometheus/prometheus.yml',
        '/etc/systemd/system/prometheus.service',
        'enabled prometheus.service',
        'started prometheus.service',
      ].sort(),
    )
    assert.ok(lines.includes('told: daemon-reload'))
    assert.equal(existsSync(join(home, 'backup/prometheus')), false)
  })

  it('starts nothing that did not run, and enables nothing that was not', async () => {
    put(join(home, 'backup/prometheus/etc/systemd/system/prometheus.service'), '[Unit]')
    before('enabled')
    const lines = (await give('prometheus')).get('given prometheus') ?? []
    assert.ok(lines.includes('enabled prometheus.service'))
    assert.ok(!lines.includes('started prometheus.service'))
    assert.equal(existsSync(join(root, '.unit')), false)
    put(join(home, 'backup/prometheus/etc/x'), 'old')
    before('active')
    assert.deepEqual(
      (await give('prometheus')).get('given prometheus')?.filter(line => !line.startsWith('told')),
      ['/etc/x', 'started prometheus.service'],
    )
  })

  it('leaves alone what promha still owns, and what has no backup', async () => {
    put(join(home, 'backup/prometheus/etc/x'), 'old')
    put(join(home, 'state/prometheus'), 'restart=x\nmade unit /etc/systemd/system/prometheus.service\n')
    assert.deepEqual([...(await give('prometheus', 'alertmanager')).keys()], ['end'])
    assert.ok(existsSync(join(home, 'backup/prometheus/etc/x')))
    put(join(home, 'state/prometheus'), 'restart=x\nmade data /var/lib/prometheus\n')
    assert.ok((await give('prometheus')).has('given prometheus'))
  })

  it('keeps the backup where it could not be put back, and says why', async () => {
    put(join(home, 'backup/prometheus/etc/x'), 'old')
    writeFileSync(join(root, 'etc'), 'a file')
    const found = await give('prometheus')
    assert.ok(found.has('failed prometheus'))
    assert.match((found.get('given prometheus') ?? []).join('\n'), /etc is not a directory/)
    assert.ok(existsSync(join(home, 'backup/prometheus/etc/x')))
  })
})
