import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../../src/resource/hash.ts'
import type { StateRecord } from '../../../src/resource/observed.ts'
import { identityFormat, probeScript } from '../../../src/shell/observe/probe.ts'
import { renderRecord } from '../../../src/shell/record/record.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { miniHost } from '../support/host.ts'

const nothing = {
  users: [],
  packages: [],
  directories: [],
  paths: [],
  hashed: [],
  programs: [],
  trees: [],
  units: [],
  deep: false,
} as const

function run(script: string): string {
  return execFileSync('/bin/sh', ['-c', `${script}\n:`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

describe('probe', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-probe-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('sees the addresses of the host', () => {
    assert.ok(
      answerOf(probeScript(nothing), 'n', run(probeScript(nothing).render('n')))?.addresses.includes(
        '127.0.0.1',
      ),
    )
  })

  it('sees whether a file system is mounted for homes', () => {
    const host = miniHost({ homes: '/home' })
    const seen = (text: string) => answerOf(probeScript(nothing), 'n', text)?.homesMounted
    const text = host.run(probeScript({ ...nothing, homes: true }).render('n')).stdout
    const unasked = host.run(probeScript(nothing).render('n')).stdout
    host.remove()
    assert.deepEqual(
      [seen(text), seen(text.replace(/^mounted$/m, 'none')), seen(unasked)],
      [true, false, undefined],
    )
  })

  it('takes no other mount for one of homes, and knows nothing without the list', () => {
    const list = join(directory, 'mounts')
    const script = probeScript({ ...nothing, homes: true })
      .render('n')
      .replace('/proc/self/mounts', list)
    const seen = (...mounts: readonly string[]) => {
      writeFileSync(list, mounts.map(mount => `${mount} ext4 rw,x= /home 0 0\n`).join(''))
      return answerOf(probeScript(nothing), 'n', run(script))?.homesMounted
    }
    assert.equal(seen('/dev/a /', '/dev/b /homes', '/home/c.img /srv/home'), false)
    for (const place of ['/home', '/root/data', '/home/a\\040b'])
      assert.equal(seen('/dev/a /', `/dev/b ${place}`), true)
    rmSync(list)
    assert.equal(answerOf(probeScript(nothing), 'n', run(script))?.homesMounted, undefined)
  })

  it('sees how the host resolves names, and what its Alertmanager advertises', () => {
    const { lookups } =
      answerOf(
        probeScript(nothing),
        'n',
        run(probeScript({ ...nothing, names: ['localhost', 'no-such-name.invalid'] }).render('n')),
      ) ?? {}
    assert.ok(lookups?.names.get('localhost')?.some(address => address === '127.0.0.1' || address === '::1'))
    assert.equal(lookups?.names.has('no-such-name.invalid'), false)
    const told = answerOf(
      probeScript(nothing),
      'n',
      'n lookups\nname a.b 198.18.0.1\nname a.b 198.18.0.1\ncluster.advertise-address=[fd00::1]:9094\n192.0.2.1 via 198.18.0.254 dev eth0 src 198.18.0.1 uid 0 \\    cache\nn end\n',
    )
    assert.deepEqual(told?.lookups, {
      names: new Map([['a.b', ['198.18.0.1']]]),
      outward: ['198.18.0.1'],
      advertised: 'fd00::1',
    })
    assert.equal(
      answerOf(probeScript(nothing), 'n', run(probeScript(nothing).render('n')))?.lookups,
      undefined,
    )
  })

  it('sees files, directories, links, modes and hashes, odd names included', () => {
    const odd = join(directory, "it's $HOME  `x` ü")
    writeFileSync(odd, 'content')
    chmodSync(odd, 0o640)
    mkdirSync(join(directory, 'dir'))
    symlinkSync('dir', join(directory, 'link'))
    const absent = join(directory, 'absent')
    const [folder, led] = [join(directory, 'folder'), join(directory, 'led')]
    mkdirSync(folder)
    symlinkSync('folder', led)
    const paths = [odd, join(directory, 'dir'), join(directory, 'link'), absent]
    const seen = answerOf(
      probeScript(nothing),
      'n',
      run(
        probeScript({
          ...nothing,
          directories: [folder, led, `${absent}/x`],
          paths,
          hashed: [odd, absent],
          users: ['root', 'no-such'],
        }).render('n'),
      ),
    )
    assert.ok(seen)
    assert.equal(seen.paths.get(odd)?.mode, 0o640)
    assert.equal(seen.paths.get(odd)?.type, 'file')
    assert.equal(seen.paths.get(odd)?.owner, 'root')
    assert.equal(seen.paths.get(join(directory, 'dir'))?.type, 'directory')
    assert.equal(seen.paths.get(join(directory, 'link'))?.type, 'link')
    assert.equal(seen.paths.get(folder)?.type, 'directory')
    assert.equal(seen.paths.get(led)?.type, 'directory', 'a link to a directory is as good as one')
    assert.equal(seen.paths.has(absent), false)
    assert.equal(seen.hashes.get(odd), createHash('sha256').update('content').digest('hex'))
    assert.deepEqual([...seen.users], ['root'])
    assert.equal(seen.root, process.getuid?.() === 0)
  })

  it('counts nothing that stands before its own first line', () => {
    const seen = answerOf(
      probeScript(nothing),
      'n',
      `motd: n host\nx86\n${run(probeScript(nothing).render('n'))}`,
    )
    assert.equal(seen?.machine, execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim())
  })

  it('is nothing where the script was cut off', () => {
    assert.equal(
      answerOf(probeScript(nothing), 'n', run(probeScript(nothing).render('n')).replace(/n end\n/, '')),
      undefined,
    )
  })

  it('tells when a process was started, by the clock of the host', () => {
    const show = ['Id=a.service', 'ActiveState=active', 'ExecMainStartTimestampMonotonic=5500000']
    const never = ['Id=b.service', 'ActiveState=inactive', 'ExecMainStartTimestampMonotonic=0']
    const host = ['n host', 'x86_64', 'root', '100.50', '2000.50', 'systemd']
    const seen = answerOf(
      probeScript(nothing),
      'n',
      [...host, 'n units', ...show, ...never, 'n end', ''].join('\n'),
    )
    assert.equal(seen?.units.get('a.service')?.since, 1905.5)
    assert.ok(seen?.units.has('b.service'))
    assert.equal(seen.units.get('b.service')?.since, undefined)
    assert.deepEqual([seen.root, seen.systemd, seen.machine], [true, true, 'x86_64'])
  })

  it('tells which drop-ins say what a unit of promha says too, and nothing of them that may be secret', () => {
    const drop = (name: string, text: string) => {
      writeFileSync(join(directory, name), text)
      return join(directory, name)
    }
    const [limits, start, other] = [
      drop('limits.conf', '[Service]\nMemoryMax=2G\nEnvironment=GOGC=50\n#ExecStart=/bin/no\n'),
      drop(
        'start.conf',
        '[Service]\n ExecStart =\nExecStart=/bin/other  --token=secret *\\n\nUser = me\nGroup=%i-group\n',
      ),
      drop('other.conf', '[Service]\nEnvironment="A=secret" "REPLICA=c"\nDynamicUser=yes\n'),
    ]
    const shown = [
      `Id=a.service\nLoadState=loaded\nDropInPaths=${limits} ${start} /etc/*.conf`,
      `Id=b.service\nLoadState=masked\nDropInPaths=${limits}`,
      `Id=c.service\nLoadState=loaded\nDropInPaths=${other}`,
      'Id=d.service\nLoadState=not-found\nDropInPaths=',
    ].join('\n\n')
    const systemctl = `systemctl() { cat <<'DONE'\n${shown}\nDONE\n}`
    const output = run(
      `${systemctl}\n${probeScript({ ...nothing, units: ['a.service', 'b.service'] }).render('n')}`,
    )
    assert.doesNotMatch(output, /token|secret|i-group/)
    const units = answerOf(probeScript(nothing), 'n', output)?.units
    assert.deepEqual(units?.get('a.service')?.replaced, [
      { path: start, key: 'User', value: 'me' },
      { path: start, key: 'Group', value: '%' },
      { path: start, key: 'ExecStart', value: '' },
      { path: start, key: 'ExecStart', value: sha256('/bin/other --token=secret *\\n') },
    ])
    assert.deepEqual(units.get('b.service')?.replaced, undefined)
    assert.equal(units.get('b.service')?.load, 'masked')
    assert.deepEqual(units.get('c.service')?.replaced, [
      { path: other, key: 'DynamicUser', value: 'yes' },
      { path: other, key: 'Environment', value: 'c' },
    ])
    assert.ok(units.has('d.service'))
  })

  it('sees which users may do what root may', () => {
    const getent = `getent() {
      case $1 in
        passwd) printf '%s\\n' 'mine-exp:x:0:999::/:/bin/sh' 'node-exp:x:990:990::/:/usr/sbin/nologin' 'sql-exp:x:991:991::/:/bin/sh' ;;
        group) case " $* " in *' sudo '*) printf '%s\\n' 'node-exp:x:990:sql-exp' 'sudo:x:27:admin,sql-exp' 'docker:x:28:sql-exp-2' ;; esac ;;
      esac
    }`
    const users = ['mine-exp', 'node-exp', 'sql-exp']
    const seen = answerOf(
      probeScript(nothing),
      'n',
      run(`${getent}\n${probeScript({ ...nothing, users }).render('n')}`),
    )
    assert.deepEqual(
      [...(seen?.powers ?? [])],
      [
        ['mine-exp', ['uid 0']],
        ['sql-exp', ['sudo']],
      ],
    )
  })

  it('sees what promha owns, whoever asks, and what an earlier run has left', () => {
    const host = miniHost()
    try {
      const look = () =>
        answerOf(probeScript(nothing), 'n', host.run(`${probeScript(nothing).render('n')}\n:`).stdout)
      assert.deepEqual([look()?.records.size, look()?.unfinished], [0, []])
      const owned = [{ kind: 'file' as const, name: '/etc/a b', found: true }]
      const empty = {
        restart: '',
        reload: '',
        all: '',
        time: 1,
        run: '',
        generation: 2,
        cell: 'eu',
        version: '',
      }
      const stamp: StateRecord = { ...empty, unit: 'node_exporter.service', owned }
      host.write(host.promha('state/node_exporter'), renderRecord(stamp))
      host.write(host.promha('state/prometheus'), 'restart=a reload=b time=1\n')
      host.write(host.promha('state/node_exporter.new'), 'half')
      mkdirSync(host.promha('staging/push'), { recursive: true })
      assert.deepEqual([...(look()?.records ?? [])], [['node_exporter', stamp]])
      const second = { ...stamp, unit: 'sql_2_exporter.service' }
      host.write(host.promha('state/sql_2_exporter'), renderRecord(second))
      assert.deepEqual(look()?.records.get('sql_2_exporter'), second)
      assert.equal(look()?.misnamed, undefined)
      host.write(host.promha('state/evil_exporter'), renderRecord({ ...stamp, unit: 'ssh.service' }))
      assert.equal(look()?.records.get('evil_exporter')?.unit, '')
      assert.deepEqual([...(look()?.misnamed ?? [])], [['evil_exporter', 'ssh.service']])
      assert.equal(look()?.backups, undefined)
      host.write(host.promha('backup/legacy_exporter/.unit'), 'active\n')
      host.write(host.promha('backup/legacy_exporter.1700000000/.unit'), 'active\n')
      assert.deepEqual(look()?.backups, ['legacy_exporter'])
      host.write(host.promha('state/alertmanager'), '')
      assert.deepEqual(look()?.damaged, ['prometheus', 'alertmanager'])
      assert.deepEqual(look()?.unfinished, [])
      host.write(host.promha('staging/push/x'), '/usr/local/bin/x\n')
      host.write(host.promha('staging/prometheus/touched'), '')
      host.write(host.promha('staging/alertmanager/run'), 'promha-1\n')
      assert.deepEqual(look()?.unfinished, [
        { name: 'alertmanager', touched: false },
        { name: 'prometheus', touched: true },
        { name: 'push', touched: false },
      ])
    } finally {
      host.remove()
    }
  })

  describe('programs', () => {
    const memory = '/var/lib/promha/programs'
    const file = `${memory}/test-of-the-probe`
    let program: string
    before(() => mkdirSync(memory, { recursive: true }))
    beforeEach(() => {
      program = join(directory, 'program')
      writeFileSync(program, 'one')
      const identity = execFileSync('stat', ['-c', identityFormat, program], {
        encoding: 'utf8',
        env: { LC_ALL: 'C' },
      })
      // A hash that is plainly not the file's own: seen again, it can only have been remembered.
      writeFileSync(file, `${'0'.repeat(64)} 1 2 3 4 /other\n${'a'.repeat(64)} ${identity}`)
    })
    afterEach(() => rmSync(file, { force: true }))

    const look = (deep: boolean) => {
      const seen = answerOf(
        probeScript(nothing),
        'n',
        run(probeScript({ ...nothing, programs: [program], deep }).render('n')),
      )
      return { hash: seen?.hashes.get(program), hashed: seen?.unremembered.has(program) }
    }
    const real = () => createHash('sha256').update(readFileSync(program)).digest('hex')

    it('are not read while size, times and inode are those remembered', () => {
      assert.deepEqual(look(false), { hash: 'a'.repeat(64), hashed: false })
    })

    it('are read when deep', () => {
      assert.deepEqual(look(true), { hash: real(), hashed: true })
    })

    it('are read once changed, though size and modification time were put back', () => {
      const { atime, mtime } = statSync(program)
      writeFileSync(program, 'two')
      utimesSync(program, atime, mtime)
      assert.deepEqual(look(false), { hash: real(), hashed: true })
    })
  })
})
