import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { downOf, restoreLines } from '../../../src/shell/change/restore.ts'
import { diagnosisIn } from '../../../src/shell/host/diagnose.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'

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
    states = ['ActiveState=active NRestarts=0']
  })
  afterEach(() => rmSync(base, { recursive: true }))

  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode })
  }

  let states: readonly string[]

  /** systemctl is only told of; of a unit it says one state after the other, and the journal has one line. */
  async function give(...components: readonly string[]) {
    const said = states
      .map((state, at) => `${at + 1}) echo '${state.replaceAll(' ', "'; echo '")}' ;;`)
      .join(' ')
    const played = [
      `systemctl() { case $1 in show) n=$(($(cat ${base}/n 2>/dev/null || echo 0) + 1)); echo $n >${base}/n; [ $n -le ${states.length} ] || n=${states.length}; case $n in ${said} esac ;; *) echo "told: $*" ;; esac; }`,
      `journalctl() { case "$*" in *_UID=0*) echo 'status=203/EXEC' ;; *) echo 'password=hunter2' ;; esac; }`,
      'sleep() { :; }',
    ]
    const lines = ['umask 077', ...played, ...restoreLines('n', components, { home, root }), 'echo n end']
    const script = lines.join('\n')
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

  const notes = () => join(home, 'backup/prometheus/.directories')
  const of = (path: string) => {
    const { uid, gid, mode } = statSync(join(root, path))
    return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`
  }

  it('gives directories back their owner, group and mode, those that lie deeper first', async () => {
    put(join(root, 'etc/prometheus/rules/x'), 'x')
    put(join(root, 'var/lib/prometheus/wal'), 'x')
    for (const path of [
      'etc',
      'etc/prometheus',
      'etc/prometheus/rules',
      'var',
      'var/lib',
      'var/lib/prometheus',
    ])
      chmodSync(join(root, path), 0o755)
    put(
      notes(),
      [
        'daemon 4242:4243 755 /etc/prometheus',
        'daemon 0:4243 2770 /etc/prometheus/rules',
        '- 4242:4243 711 /var/lib/prometheus',
        '- 4242:4243 700 /gone',
        '- 0:0 755 /var/lib',
        '',
      ].join('\n'),
    )
    const found = await give('prometheus')
    assert.deepEqual(['etc/prometheus', 'etc/prometheus/rules', 'var/lib/prometheus'].map(of), [
      '4242:4243 755',
      '0:4243 2770',
      '4242:4243 711',
    ])
    assert.deepEqual(
      found.get('given prometheus')?.filter(line => !line.startsWith('told:')),
      ['/var/lib/prometheus', '/etc/prometheus/rules', '/etc/prometheus'].map(path => `directory ${path}`),
    )
    assert.ok(!found.has('failed prometheus'))
    assert.equal(existsSync(join(root, 'gone')), false)
    assert.equal(existsSync(join(home, 'backup/prometheus')), false)
  })

  it("has the service's user give back what lies in a directory of its own", async () => {
    const [user, data] = ['daemon', 'var/lib/prometheus/metrics2']
    put(join(root, `${data}/wal`), 'x')
    for (const path of ['var', 'var/lib']) chmodSync(join(root, path), 0o755)
    for (const path of [base, root]) chmodSync(path, 0o755)
    for (const path of ['var/lib/prometheus', data]) chownSync(join(root, path), 1, 1)
    chmodSync(join(root, data), 0o750)
    put(notes(), `${user} 1:1 755 /${data}\n`)
    assert.ok(!(await give('prometheus')).has('failed prometheus'))
    assert.equal(of(data), '1:1 755')
    put(notes(), `${user} 1:4243 755 /${data}\n`)
    const found = await give('prometheus')
    assert.ok(found.has('failed prometheus'), 'it is in no such group')
    assert.match(
      found.get('given prometheus')?.join('\n') ?? '',
      /has owner, group and mode 1:1 755, and had 1:4243 755/,
    )
    assert.ok(existsSync(notes()))
  })

  it('can be run again once the directories went back to another user', async () => {
    put(join(home, 'backup/prometheus/etc/prometheus/x'), 'old')
    mkdirSync(join(root, 'etc/prometheus'), { recursive: true, mode: 0o755 })
    put(notes(), '- 4242:4243 755 /etc/prometheus\n')
    before('active')
    states = ['ActiveState=failed NRestarts=0']
    assert.ok((await give('prometheus')).has('down prometheus'))
    assert.deepEqual(readdirSync(join(home, 'backup/prometheus')), ['.unit'])
    states = ['ActiveState=active NRestarts=0']
    const lines = (await give('prometheus')).get('given prometheus') ?? []
    assert.deepEqual(
      lines.filter(line => !line.startsWith('told:')),
      ['started prometheus.service'],
    )
    assert.equal(existsSync(join(home, 'backup/prometheus')), false)
  })

  for (const [what, ...seen] of [
    ['failed at once', 'ActiveState=failed NRestarts=0 Result=exit-code'],
    ['ended after a moment', 'ActiveState=active NRestarts=0', 'ActiveState=inactive NRestarts=0'],
    ['was started again', 'ActiveState=active NRestarts=0', 'ActiveState=active NRestarts=1'],
    ['never comes up', 'ActiveState=activating NRestarts=0'],
  ] as const)
    it(`says so where the unit ${what}, with what systemd and the journal say`, async () => {
      put(join(home, 'backup/prometheus/etc/x'), 'old')
      before('active enabled')
      states = seen
      const found = await give('prometheus')
      assert.ok(!found.get('given prometheus')?.includes('started prometheus.service'))
      assert.ok(!found.has('failed prometheus') && found.has('down prometheus'))
      const { active, journal, manager } = diagnosisIn(found, downOf('prometheus'))
      assert.equal(active, /ActiveState=(\w+)/.exec(seen.at(-1) ?? '')?.[1])
      assert.deepEqual([journal, manager], [['password=hunter2'], ['status=203/EXEC']])
    })

  it('keeps the manifest of data that promha made where only directories were given back', async () => {
    const state = join(home, 'state/prometheus')
    put(state, 'restart=x\nmade data /var/lib/prometheus\n')
    put(notes(), '- 4242:4243 755 /etc\n')
    await give('prometheus')
    assert.ok(existsSync(state))
    put(state, 'restart=x\nfound data /var/lib/prometheus\n')
    put(notes(), '- 4242:4243 755 /etc\n')
    await give('prometheus')
    assert.equal(existsSync(state), false)
  })
})
