import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  createReadStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockPath, writeLock } from '../../../src/artifact/lock/lock-file.ts'
import { openJunit } from '../../../src/cli/input/junit-file.ts'
import { openPlanFile } from '../../../src/cli/input/plan-file.ts'
import { putFile, writeDirectory } from '../../../src/lab/directory.ts'
import type { SavedPlan } from '../../../src/plan/saved/saved.ts'
import { metricsFile } from '../../../src/schedule/name.ts'
import { openTextfile } from '../../../src/schedule/systemd/textfile.ts'
import { putOwn } from '../../../src/schedule/systemd/unit-file.ts'
import { requireRoot } from '../support/root.ts'
import { stranger } from '../support/stranger.ts'

const plan: SavedPlan = {
  promha: 1,
  kind: 'plan',
  inventory: 'inventory.yml',
  selection: { hosts: ['a'], components: ['prometheus'] },
  hosts: [{ host: 'a', status: 'ok', components: [] }],
}
const report = '<?xml version="1.0"?>\n<testsuites/>\n'

describe('files behind a link', () => {
  before(requireRoot)
  let folder: string
  let victim: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-links-'))
    victim = join(folder, 'victim')
    writeFileSync(victim, '')
    mkdirSync(join(folder, 'theirs'))
    chownSync(join(folder, 'theirs'), stranger, stranger)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const at = (name: string) => join(folder, 'theirs', name)

  /** Links under the final name, and under each name that promha once wrote to before. */
  function plant(name: string, target = victim): void {
    const { pid } = process
    for (const one of [name, `${name}.new`, `${name}.${pid}`, `${name}.promha-${pid}`, `.${name}.${pid}.new`])
      symlinkSync(target, at(one))
  }

  /** The victim is as it was, and the name is a plain file of its own. */
  function kept(name: string, text: RegExp, mode: number): void {
    assert.equal(readFileSync(victim, 'utf8'), '')
    assert.equal(statSync(victim).uid, 0)
    assert.ok(lstatSync(at(name)).isFile(), name)
    assert.match(readFileSync(at(name), 'utf8'), text)
    assert.equal(lstatSync(at(name)).mode & 0o777, mode)
    const extra = readdirSync(join(folder, 'theirs')).filter(one => /[0-9a-f]{16}/.test(one))
    assert.deepEqual(extra, [])
  }

  it('are not written when metrics for node_exporter are written', async () => {
    const name = metricsFile('/srv/inventory.yml')
    writeFileSync(victim, 'promha_drift_last_success_timestamp_seconds 12345\n')
    plant(name)
    const textfile = await openTextfile(join(folder, 'theirs'), '/srv/inventory.yml')
    assert.equal(textfile.before, '')
    writeFileSync(victim, '')
    await textfile.write('x 1\n')
    kept(name, /^x 1$/m, 0o644)
  })

  it('are not written when the directory for metrics is a link of somebody else', async () => {
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), at('metrics'))
    await assert.rejects(openTextfile(at('metrics'), '/srv/inventory.yml'), /is a link, and .* belongs/)
    symlinkSync(join(folder, 'real'), join(folder, 'good'))
    await (await openTextfile(join(folder, 'good'), '/srv/inventory.yml')).write('x 1\n')
  })

  it('are not written when a plan is written', async () => {
    rmSync(victim)
    await (await openPlanFile(victim))(plan)
    const before = readFileSync(victim, 'utf8')
    plant('plan.json')
    const write = await openPlanFile(at('plan.json'))
    await write({ ...plan, inventory: 'other.yml' })
    assert.equal(readFileSync(victim, 'utf8'), before)
    assert.match(readFileSync(at('plan.json'), 'utf8'), /other\.yml/)
    assert.ok(lstatSync(at('plan.json')).isFile())
  })

  it('are not written when a JUnit report is written', async () => {
    for (const text of ['', report]) {
      writeFileSync(victim, text)
      plant('junit.xml')
      await assert.rejects(openJunit(at('junit.xml')), /it is a link/)
      rmSync(at('junit.xml'))
      const write = await openJunit(at('junit.xml'))
      symlinkSync(victim, at('junit.xml'))
      await write(report.replace('/>', ' name="x"/>'))
      assert.equal(readFileSync(victim, 'utf8'), text)
      for (const name of readdirSync(join(folder, 'theirs'))) rmSync(at(name))
    }
    await assert.rejects(openJunit(join(folder, 'theirs')), /it is a directory/)
    symlinkSync(join(folder, 'missing'), at('junit.xml'))
    await assert.rejects(openJunit(at('junit.xml')), /it is a link/)
  })

  it('are left alone when a JUnit report goes to a pipe, which must be ours', async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe, at('pipe')])
    const read = createReadStream(pipe, 'utf8')
    const [[text]] = await Promise.all([once(read, 'data'), (await openJunit(pipe))(report)])
    assert.equal(text, report)
    await assert.rejects(openJunit(at('pipe')), /belongs to uid 61234/)
    await (await openJunit('/dev/null'))(report)
  })

  it('are not written when a unit of systemd is written', async () => {
    plant('x.service')
    rmSync(at('x.service'))
    await putOwn(at('x.service'), '# unit\n')
    kept('x.service', /unit/, 0o644)
  })

  it('are not written when a lock file is written', async () => {
    const inventory = { file: 'inventory.yml', directory: join(folder, 'theirs') }
    plant('inventory.lock.yml')
    const key = { component: 'prometheus', version: '3.0.0', arch: 'amd64', source: 'upstream' } as const
    const hash = { sha256: 'a'.repeat(64) }
    const files = [{ path: '/usr/local/bin/prometheus', size: 1, ...hash }]
    const entry = { ...key, archives: [{ name: 'x.tar.gz', ...hash }], files }
    rmSync(at('inventory.lock.yml'))
    await writeLock(lockPath(inventory), { lock: [entry] }, { replace: false })
    kept('inventory.lock.yml', /prometheus/, 0o644)
  })

  it('are not written when a file of a lab is written, nor given to the user who called sudo', async () => {
    const { SUDO_UID, SUDO_GID } = process.env
    process.env.SUDO_UID = process.env.SUDO_GID = String(stranger)
    try {
      plant('ssh_config')
      await putFile(join(folder, 'theirs'), 'ssh_config', 'Host *\n', 0o600)
      kept('ssh_config', /Host/, 0o600)
      assert.equal(lstatSync(at('ssh_config')).uid, stranger)
    } finally {
      Object.assign(process.env, { SUDO_UID, SUDO_GID })
      if (SUDO_UID === undefined) delete process.env.SUDO_UID
      if (SUDO_GID === undefined) delete process.env.SUDO_GID
    }
    symlinkSync(join(folder, 'theirs'), join(folder, '.lab'))
    const lab = { name: 'none', index: 1, base: '/', hosts: [], directory: join(folder, '.lab') }
    await assert.rejects(writeDirectory({ format: 1, ...lab }), /\.lab is a link/)
  })
})
