import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cleanupScript } from '../../../src/shell/change/cleanup.ts'
import { parseHostLock } from '../../../src/shell/lock/lock.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'

describe('removing what is left of promha', () => {
  let base: string
  let home: string
  let lock: string
  let uptime: string
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'promha-traces-'))
    home = join(base, 'home')
    lock = join(base, 'lock')
    uptime = join(base, 'uptime')
    writeFileSync(uptime, '1000.00 1.00\n')
  })
  afterEach(() => rmSync(base, { recursive: true }))

  const put = (path: string, text = 'x') => {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }

  const remove = (...restores: readonly string[]) => removeWith({ restores })

  /** `packages`: the command that removes them. */
  async function removeWith({
    restores = [],
    packages,
  }: {
    restores?: readonly string[]
    packages?: string
  }) {
    const own = { run: '1-own', who: 'alice@laptop', pid: 7, from: '', command: 'destroy' }
    const paths = { home, root: join(base, 'root'), lock, uptime, guard: ['echo guard >&2'] }
    const places = { ...paths, ...(packages === undefined ? {} : { packages: () => [packages] }) }
    const request = { lock: own, restores }
    const script = cleanupScript(request, places).render('n').replaceAll('systemctl ', 'echo told: ')
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', script])
    const found = sections('n', stdout)
    assert.ok(found.has('end'), stdout + stderr)
    return {
      found,
      guarded: !stderr.includes('guard'),
      locked: parseHostLock(found),
    }
  }

  it('removes everything, the lock at last', async () => {
    for (const file of [
      'state/prometheus',
      'store/ab',
      'generations/prometheus/1',
      'programs/x',
      'guard',
      '.x',
    ])
      put(file)
    writeFileSync(lock, '')
    const { found, guarded } = await remove()
    assert.deepEqual([...found.keys()], ['data', 'end'])
    assert.equal(guarded, false)
    assert.deepEqual([existsSync(home), existsSync(lock)], [false, false])
  })

  it('keeps backups and tells of them, and forgets empty ones', async () => {
    put('backup/prometheus/etc/prometheus/prometheus.yml')
    mkdirSync(join(home, 'backup/alertmanager'))
    const { found } = await remove()
    assert.deepEqual(found.get('backups'), ['/prometheus/etc/prometheus/prometheus.yml'])
    assert.deepEqual(readdirSync(home), ['backup'])
    assert.deepEqual(readdirSync(join(home, 'backup')), ['prometheus'])
    assert.equal(existsSync(lock), false)
  })

  it('keeps the manifest of data that is kept, so that it can still go later', async () => {
    put('state/prometheus', 'restart=\nmade user prometheus\nmade data /var/lib/prometheus\n')
    put('store/ab')
    const { found } = await remove()
    assert.deepEqual(found.get('data'), ['/var/lib/prometheus'])
    assert.deepEqual([readdirSync(home), readdirSync(join(home, 'state'))], [['state'], ['prometheus']])
    assert.equal(existsSync(lock), false)
  })

  it('gives back what it is asked for first', async () => {
    put('backup/prometheus/etc/prometheus.yml', 'old')
    put('backup/alertmanager/etc/alertmanager.yml', 'old')
    mkdirSync(join(base, 'root'))
    const { found } = await remove('prometheus', 'node_exporter')
    assert.ok(found.get('given prometheus')?.includes('/etc/prometheus.yml'))
    assert.equal(readFileSync(join(base, 'root/etc/prometheus.yml'), 'utf8'), 'old')
    assert.deepEqual(found.get('backups'), ['/alertmanager/etc/alertmanager.yml'])
  })

  it('stays as long as it owns something, or something is half done', async () => {
    put('state/prometheus', 'restart=x\nfound program /usr/local/bin/prometheus\n')
    assert.deepEqual([...(await remove()).found.keys()], ['owned', 'end'])
    rmSync(join(home, 'state/prometheus'))
    put('staging/prometheus/touched')
    const { found, guarded } = await remove()
    assert.deepEqual([...found.keys()], ['owned', 'end'])
    assert.equal(guarded, true)
    assert.equal(readFileSync(lock, 'utf8'), '', 'the lock is free again')
  })

  it('leaves a host alone on which another run is at work', async () => {
    put('state/prometheus')
    const other = 'run=2-other\nrenewed=990\nsince=1\nwho=bob@desk\npid=1\ncommand=apply\n'
    writeFileSync(lock, other)
    const { found, locked } = await remove()
    assert.deepEqual([...found.keys()], ['held', 'busy', 'end'])
    assert.equal(locked?.state === 'held' && locked.holder?.who, 'bob@desk')
    assert.equal(readFileSync(lock, 'utf8'), other)
    assert.ok(existsSync(home))
  })

  it('leaves alone what another run has put there while packages were removed', async () => {
    put('store/ab')
    const other = 'run=2-other\nrenewed=1059\nsince=1\nwho=bob@desk\npid=1\ncommand=apply\n'
    const packages = `echo '1060.00 1.00' >${uptime}; printf '${other.replaceAll('\n', '\\n')}' >${lock}`
    const { found, guarded, locked } = await removeWith({ packages })
    assert.deepEqual([...found.keys()], ['held', 'busy', 'end'])
    assert.equal(locked?.state === 'held' && locked.holder?.who, 'bob@desk')
    assert.equal(guarded, true)
    assert.ok(existsSync(join(home, 'store/ab')))
    assert.equal(readFileSync(lock, 'utf8'), other)
  })

  it('takes its lock again where packages took longer than that lives, and looks again at what is owned', async () => {
    put('store/ab')
    const late = `echo '1060.00 1.00' >${uptime}`
    assert.deepEqual([...(await removeWith({ packages: late })).found.keys()], ['data', 'end'])
    assert.equal(existsSync(home), false)
    put('store/ab')
    const meanwhile = `mkdir ${home}/state; echo 'found program /x' >${home}/state/prometheus`
    assert.deepEqual([...(await removeWith({ packages: meanwhile })).found.keys()], ['owned', 'end'])
    assert.ok(existsSync(join(home, 'store/ab')))
  })

  it('goes no further where it could not try to remove packages', async () => {
    put('packages/haproxy')
    put('repository/x.deb')
    const { found, guarded } = await removeWith({ packages: '{ echo n unable; echo why; false; }' })
    assert.deepEqual([...found.keys()], ['unable', 'end'])
    assert.equal(guarded, true)
    assert.ok(existsSync(join(home, 'repository/x.deb')))
    assert.equal(readFileSync(lock, 'utf8'), '', 'the lock is free again')
  })

  it('does nothing, and makes nothing, where promha never was', async () => {
    assert.deepEqual([...(await remove()).found.keys()], ['end'])
    assert.deepEqual(readdirSync(base), ['uptime'])
  })
})
