import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../../../src/resource/hash.ts'
import type { Staged } from '../../../src/resource/kind/kind.ts'
import { guardText } from '../../../src/shell/change/guard.ts'
import { undoText } from '../../../src/shell/change/undo.ts'
import { confirmScript } from '../../../src/shell/record/confirm.ts'
import { parseRecord } from '../../../src/shell/record/record.ts'
import { recoverScript } from '../../../src/shell/record/recover.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { requireRoot } from '../../security/support/root.ts'
import { type MiniHost, miniHost } from '../support/host.ts'
import {
  change,
  changeProgram,
  confirm,
  confirmOf,
  directory,
  etc,
  mark,
  newEtc,
  newStamp,
  oldEtc,
  oldStamp,
  prepare,
  push,
  request,
  staged,
  undo,
} from '../support/sample-change.ts'

/** How many lines of it may have run when it is killed: between two of its commands. */
function cuts(script: string): readonly number[] {
  const lines = script.split('\n')
  return lines
    .map((_, index) => index)
    .filter(
      count =>
        spawnSync('dash', ['-n', '-c', lines.slice(0, count).join('\n')], { stdio: 'ignore' }).status === 0,
    )
}

function parts(text: string) {
  return sections('nonce', text)
}

describe('change, undo and confirm', function () {
  this.timeout(300_000)
  let host: MiniHost
  before(requireRoot)
  beforeEach(() => {
    host = miniHost()
    prepare(host)
  })
  afterEach(() => host.remove())

  const stamp = () => parseRecord((host.read(host.promha('state/test')) ?? '').trim().split('\n'))

  it('a change puts everything in place and tells the service once, with the guard at work', () => {
    const said = change(host, request(host))
    assert.equal(said.code, 0, said.stderr)
    assert.ok(sections(mark.mark, said.stdout).has('end'))
    const links = {
      '.promha-old.changed': '600 old',
      '.promha-old.mode': '600 same',
      '.promha-old.program': '600 old program',
    }
    assert.deepEqual(etc(host), { ...links, '.promha-old.removed': '600 unwanted', ...newEtc })
    const told = host.told()
    assert.ok(told.indexOf('restart promha-guard.service') < told.indexOf('restart -- test.service'))
    assert.equal(told.filter(line => line === 'restart -- test.service').length, 1)
    assert.equal(stamp()?.restart, 'changing')
    assert.equal(host.read(host.promha('guard')), guardText())
  })

  it('systemd reads all units again once for the guard and once for the change, after both are enabled', () => {
    assert.equal(change(host, request(host, { daemonReload: true })).code, 0)
    assert.deepEqual(
      host.told().filter(line => /^(enable|daemon-reload|restart)/.test(line)),
      [
        'enable --quiet --no-reload promha-guard.service',
        'daemon-reload',
        'restart promha-guard.service',
        'enable --quiet --no-reload -- test.service',
        'daemon-reload',
        'restart -- test.service',
      ],
    )
    undo(host, request(host, { daemonReload: true }))
  })

  it('a check that ends by a failure takes the config if it says so, and otherwise stops the change', () => {
    const saying = (accepted: string) =>
      request(host, {
        checks: [{ program: '/bin/sh', root: '/etc', args: ['-c', 'echo invalid port; exit 1'], accepted }],
      })
    assert.equal(change(host, saying('invalid port')).code, 0)
    undo(host, saying('invalid port'))
    push(host)
    const refused = change(host, saying('something else'))
    assert.deepEqual(sections(mark.mark, refused.stdout).get('check 0'), ['invalid port'])
    assert.equal(sections(mark.mark, refused.stdout).has('end'), false)
  })

  it('a file whose owner does not exist on the host stops the change before it is in its place', () => {
    const wanted = request(host)
    const [made = assert.fail(), first = assert.fail(), ...rest] = wanted.staged
    const strange = { ...first, owner: 'no-such-user' } as Staged
    const said = change(host, { ...wanted, staged: [made, strange, ...rest] })
    assert.notEqual(said.code, 0)
    assert.equal([...sections(mark.mark, said.stdout).keys()].at(-1), first.resource)
    assert.equal(etc(host)['.promha-new.changed']?.slice(4), 'new')
    assert.equal(host.told().includes('restart -- test.service'), false)
  })

  it('without the lock nothing is touched, and the stamp stays', () => {
    host.lock(mark.run, 40)
    const said = change(host, request(host))
    assert.equal([...sections(mark.mark, said.stdout).keys()].at(-1), 'lock')
    assert.deepEqual(host.told(), [])
    host.lock(mark.run)
    assert.ok(parts(undo(host, request(host)).stdout).has('end'))
    // What was sent is cleared away by the next run that holds the lock.
    assert.deepEqual(etc(host), { ...oldEtc, '.promha-new.program': '644 new program' })
    assert.deepEqual(stamp(), oldStamp)
  })

  it('undone after a kill at whichever moment, everything is as it was', () => {
    const wanted = request(host)
    const moments = cuts(changeProgram(wanted).script)
    assert.ok(moments.length > 30, `${moments.length}`)
    let touched = 0
    for (const moment of moments) {
      host.lock(mark.run)
      change(host, wanted, moment)
      const said = undo(host, wanted)
      assert.ok(parts(said.stdout).has('end'), `line ${moment}: ${said.code} ${said.stderr}`)
      if (!parts(said.stdout).has('gone')) {
        assert.deepEqual(etc(host), oldEtc, `line ${moment}`)
        assert.deepEqual(staged(host), [], `line ${moment}`)
      }
      const now = stamp()
      if (now?.undone !== undefined) touched += 1
      assert.deepEqual({ ...now, undone: 0 }, { ...oldStamp, undone: 0 }, `line ${moment}`)
      push(host)
    }
    assert.ok(touched > 10, `${touched}`)
  })

  it('undone twice, or once more by the staged script, nothing more happens', () => {
    const wanted = request(host)
    change(host, wanted)
    host.told()
    const first = parts(undo(host, wanted).stdout)
    assert.ok(first.has('back'))
    assert.match(first.get('restored')?.[0] ?? '', /^\d+$/)
    assert.deepEqual(
      host.told().filter(line => line.startsWith('restart')),
      ['restart -- test.service'],
    )
    assert.ok(parts(undo(host, wanted).stdout).has('gone'))
    assert.deepEqual(host.told(), [])
    assert.deepEqual(etc(host), oldEtc)
  })

  it('a service that did not run is stopped again, and a first build leaves nothing', () => {
    const wanted = request(host, {
      action: 'start',
      before: { ...request(host).before, active: false, enabled: false },
    })
    change(host, wanted)
    host.told()
    assert.ok(!parts(undo(host, wanted).stdout).has('restored'))
    const told = host.told()
    assert.deepEqual(told.slice(0, 2), ['stop -- test.service', 'disable --quiet -- test.service'])
    assert.deepEqual(etc(host), oldEtc)
  })

  it('where the service cannot be told, the files are back and the stamp says that nobody knows', () => {
    const wanted = request(host)
    change(host, wanted)
    host.write(join(host.root, 'answers'), 'fail restart\n')
    assert.ok(parts(undo(host, wanted).stdout).has('end'))
    assert.deepEqual(etc(host), oldEtc)
    assert.equal(stamp()?.restart, 'changing')
  })

  it('whose note of whose change it is was lost to a power cut, it is not taken for settled', () => {
    const wanted = request(host)
    change(host, wanted)
    host.write(host.promha('staging/test/run'), '')
    const said = host.run(recoverScript(mark.run).render('nonce'))
    assert.ok(parts(said.stdout).has('failed test'), said.stdout)
    assert.match(said.stdout, /does not say whose change it is/)
    host.write(host.promha('staging/test/run'), `${mark.mark}\n`)
    host.write(host.promha('staging/test/undo'), '')
    assert.ok(parts(host.run(recoverScript(mark.run).render('nonce')).stdout).has('failed test'))
  })

  it('gives back owners that have no name, and goes on where one cannot be had', () => {
    const path = join(host.root, 'etc/folder')
    mkdirSync(path, { mode: 0o711 })
    const wanted = request(host, { staged: [directory(path, 0o750), ...request(host).staged.slice(1)] })
    const file = join(host.root, 'etc/mode')
    for (const each of [path, file]) chownSync(each, 4242, 4243)
    assert.equal(change(host, wanted).code, 0)
    assert.deepEqual([statSync(path).uid, statSync(path).mode & 0o777, statSync(file).uid], [0, 0o750, 0])
    undo(host, wanted)
    assert.deepEqual([statSync(path).uid, statSync(path).gid], [4242, 4243])
    assert.equal(statSync(path).mode & 0o777, 0o711)
    assert.deepEqual([statSync(file).uid, statSync(file).gid], [4242, 4243])
    push(host)
    change(host, wanted)
    host.write(host.promha('staging/test/owner.0'), 'nobody-knows-him:x 600\n')
    const said = undo(host, wanted)
    assert.match(said.stderr, /the owner of .*folder could not be given back/)
    assert.ok(parts(said.stdout).has('end'))
    assert.ok(host.told().includes('restart -- test.service'))
  })

  it('a confirmed change is kept, remembered and cannot be undone', () => {
    const wanted = request(host)
    change(host, wanted)
    const confirmed = confirm(host, confirmOf(host, wanted))
    assert.ok(parts(confirmed.stdout).has('confirmed'), confirmed.stderr)
    assert.deepEqual(etc(host), newEtc)
    assert.deepEqual(staged(host), [])
    const now = stamp()
    assert.deepEqual({ ...now, time: 0 }, newStamp)
    assert.ok(Math.abs((now?.time ?? 0) - Date.now() / 1000) < 60)
    const listing = host.read(host.promha('generations/test/2')) ?? ''
    assert.equal(parseRecord([listing.split('\n')[0] ?? ''])?.time, now?.time)
    assert.equal(host.read(host.promha(`store/${sha256('created')}`)), 'created')
    assert.equal(host.read(host.promha(`store/${sha256('new program')}`)), 'new program')
    assert.match(host.read(host.promha('programs/test')) ?? '', new RegExp(`^${sha256('new program')} \\d+ `))
    assert.ok(parts(undo(host, wanted).stdout).has('gone'))
    assert.deepEqual(etc(host), newEtc)
  })

  it('cut off in the middle of its confirmation, it is the new one or the old one, and nothing is left over', () => {
    const wanted = request(host)
    const confirmation = confirmOf(host, wanted)
    const moments = cuts(confirmScript(mark, confirmation).render('nonce'))
    const ends = { old: 0, new: 0 }
    for (const moment of moments) {
      host.remove()
      host = miniHost()
      prepare(host)
      const here = request(host)
      change(host, here)
      confirm(host, confirmOf(host, here), moment)
      const said = host.run(recoverScript(mark.run).render('nonce'))
      assert.ok(parts(said.stdout).has('end'), `line ${moment}: ${said.stderr}`)
      const is = stamp()?.generation === 2 ? 'new' : 'old'
      ends[is] += 1
      assert.deepEqual(etc(host), is === 'new' ? newEtc : oldEtc, `line ${moment}`)
      assert.deepEqual(staged(host), [], `line ${moment}`)
    }
    assert.ok(ends.old > 5 && ends.new > 3, JSON.stringify(ends))
  })

  it('what the host undid already is not confirmed', () => {
    const wanted = request(host)
    change(host, wanted)
    host.run(
      `sh ${host.promha('staging/test/undo').replace(join(host.root, 'promha'), '/var/lib/promha')} guard`,
    )
    assert.ok(parts(confirm(host, confirmOf(host, wanted)).stdout).has('undone'))
    assert.deepEqual(etc(host), oldEtc)
    assert.equal(stamp()?.generation, 1)
  })

  it('a program on the same file system is kept as a second link, and remembered as it is then', () => {
    const wanted = request(host)
    host.write(host.promha('program'), 'linked')
    const program = { path: '/var/lib/promha/program', sha256: sha256('linked'), shared: true }
    change(host, wanted)
    const listing = { number: 2, text: `x ${program.sha256}\n` }
    confirm(host, { ...confirmOf(host, wanted), listing, contents: [program], programs: [program] })
    const { ino, ctimeMs } = statSync(host.promha('program'))
    assert.equal(statSync(host.promha(`store/${program.sha256}`)).ino, ino)
    const [, , , ctime, inode] = (host.read(host.promha('programs/test')) ?? '').split(' ')
    assert.equal(Number(inode), ino)
    assert.ok(Math.abs(Number(ctime) * 1000 - ctimeMs) < 1, `${ctime} ${ctimeMs}`)
  })

  it('keeps three generations, and what no generation names goes from the store', () => {
    for (const number of [2, 3, 4, 5, 9])
      host.write(host.promha(`generations/test/${number}`), `x ${sha256(`${number}`)}\n`)
    for (const number of [2, 4, 5, 9]) host.write(host.promha(`store/${sha256(`${number}`)}`), `${number}`)
    host.write(host.promha(`generations/other/1`), `x ${sha256('other')}\n`)
    host.write(host.promha(`store/${sha256('other')}`), 'other')
    const wanted = request(host)
    change(host, wanted)
    const said = confirm(host, confirmOf(host, wanted, { ...newStamp, generation: 6 }))
    assert.equal(said.stderr, '')
    assert.deepEqual(readdirSync(host.promha('generations/test')).sort(), ['4', '5', '6'])
    const kept = ['4', '5', 'other', 'new', 'created', 'new program'].map(sha256).sort()
    assert.deepEqual(readdirSync(host.promha('store')).sort(), kept)
  })

  it('what was there before promha is kept once, as it was', () => {
    const path = join(host.root, 'etc/changed')
    const wanted = request(host, { backups: [path] })
    change(host, wanted)
    confirm(host, confirmOf(host, wanted))
    assert.equal(host.read(host.promha(`backup/test${path}`)), 'old')
    assert.equal(host.read(host.promha('backup/test/.unit')), 'active enabled\n')
    push(host)
    change(host, wanted)
    confirm(host, confirmOf(host, wanted))
    assert.equal(host.read(host.promha(`backup/test${path}`)), 'old')
  })

  it("of a directory in one of the service's own, the group and the mode are noted as they were", () => {
    const [above, path] = [join(host.root, 'etc/own'), join(host.root, 'etc/own/data')]
    mkdirSync(path, { recursive: true, mode: 0o755 })
    chownSync(above, 1, 1)
    chownSync(path, 1, 4298)
    chmodSync(host.root, 0o755)
    const taken = { ...directory(path, 0o750), owner: 'daemon', group: 'daemon' }
    const wanted = request(host, { service: 'daemon', staged: [taken] })
    assert.equal(change(host, wanted).code, 0)
    const { uid, gid, mode } = statSync(path)
    assert.deepEqual([uid, gid, mode & 0o777], [1, 1, 0o750])
    assert.equal(host.read(host.promha('staging/test/owner.0')), '1:4298 755\n')
  })

  it('whose a directory was before promha came is noted once, with its mode, but not of what promha made', () => {
    const [found, made, same] = ['etc/found', 'etc/made', 'etc/same'].map(name => join(host.root, name))
    const paths = [found ?? '', made ?? '', same ?? '']
    for (const path of [paths[0] ?? '', paths[2] ?? '']) mkdirSync(path, { mode: 0o750 })
    chownSync(paths[0] ?? '', 4242, 4243)
    const wanted = (known: boolean) =>
      request(host, {
        service: 'daemon',
        staged: [
          ...paths.map(path => ({ ...directory(path, 0o750, path !== made), known })),
          ...request(host).staged.slice(1),
        ],
      })
    const notes = () => host.read(host.promha('backup/test/.directories'))
    const run = (known: boolean) => {
      assert.equal(change(host, wanted(known)).code, 0)
      assert.ok(parts(confirm(host, confirmOf(host, wanted(known))).stdout).has('confirmed'))
      push(host)
    }
    run(true)
    assert.equal(notes(), undefined, 'promha owned them already')
    chownSync(paths[0] ?? '', 4242, 4243)
    run(false)
    assert.equal(notes(), `daemon 4242:4243 750 ${paths[0]}\n`)
    chownSync(paths[0] ?? '', 4249, 4249)
    run(false)
    assert.equal(notes(), `daemon 4242:4243 750 ${paths[0]}\n`)
  })

  it('what stood there before promha came again is kept beside what stood there at first', () => {
    const wanted = request(host, { adopts: true, backups: [join(host.root, 'etc/changed')] })
    const kept = join(host.root, 'etc/changed')
    host.write(host.promha(`backup/test${kept}`), 'of the first time')
    change(host, wanted)
    assert.ok(parts(confirm(host, confirmOf(host, wanted)).stdout).has('confirmed'))
    assert.equal(host.read(host.promha(`backup/test${kept}`)), 'old')
    const [older = ''] = readdirSync(host.promha('backup')).filter(name => /^test\.\d+$/.test(name))
    assert.equal(host.read(host.promha(`backup/${older}${kept}`)), 'of the first time')
  })

  it('what spoils the store under a right name is replaced by what is in its place', () => {
    const wanted = request(host)
    host.write(host.promha(`store/${sha256('created')}`), 'spoilt')
    host.write(host.promha(`store/${sha256('new program')}`), '')
    change(host, wanted)
    assert.ok(parts(confirm(host, confirmOf(host, wanted)).stdout).has('confirmed'))
    for (const text of ['created', 'new program'])
      assert.equal(host.read(host.promha(`store/${sha256(text)}`)), text)
  })

  it('contents come from the store where they are there, and only if they are what their names say', () => {
    const stored = { name: 'files/0', sha256: sha256('stored') }
    host.write(host.promha(`store/${stored.sha256}`), 'stored')
    host.write(host.promha(`store/${sha256('old one')}`), 'old one')
    const [, first = assert.fail(), , program = assert.fail()] = request(host).staged
    const wanted = request(host, {
      stream: [],
      stored: [stored],
      staged: [first, { ...program, stored: sha256('old one') } as Staged],
    })
    assert.equal(change(host, wanted).code, 0)
    assert.equal(etc(host).changed, '640 stored')
    assert.equal(etc(host).program, '755 old one')
    undo(host, wanted)
    host.write(host.promha(`store/${stored.sha256}`), 'spoilt')
    const said = change(host, wanted)
    assert.notEqual(said.code, 0)
    assert.match(said.stdout, new RegExp(`${stored.sha256}: FAILED`))
    undo(host, wanted)
    assert.deepEqual(etc(host), oldEtc)
  })

  it('what leaves is stopped first; undone it comes back, confirmed it is forgotten', () => {
    const at = (name: string) => join(host.root, name)
    host.write(at('etc/folder/rule'), 'x')
    const wanted = request(host, {
      stream: [],
      staged: [],
      removed: ['etc/changed', 'etc/removed', 'etc/program', 'etc/folder/rule'].map(at),
      emptied: [at('etc/folder'), at('etc/made')],
      enable: false,
      disable: true,
      action: 'stop',
      before: { active: undefined, enabled: undefined },
      leaving: { purged: [at('etc/data')], users: [], groups: [], forgets: true },
    })
    host.write(join(host.root, 'answers'), 'is-active\nis-enabled\n')
    host.write(at('etc/data/wal'), 'x')
    assert.equal(change(host, wanted).code, 0)
    const stopped = host.told().filter(line => line.endsWith('test.service'))
    assert.deepEqual(stopped.slice(2, 4), ['stop -- test.service', 'disable --quiet -- test.service'])
    undo(host, wanted)
    assert.deepEqual(
      host.told().filter(line => /^(enable|start)/.test(line)),
      ['enable --quiet -- test.service', 'start -- test.service'],
    )
    assert.equal(etc(host).changed, '600 old')
    change(host, wanted)
    const guard = () => [host.promha('guard'), at('units/promha-guard.service')].map(path => existsSync(path))
    assert.deepEqual(guard(), [true, true])
    const { listing: _, ...leaving } = confirmOf(host, wanted)
    const said = confirm(host, { ...leaving, contents: [], programs: [] })
    assert.ok(parts(said.stdout).has('confirmed'), said.stderr)
    assert.deepEqual(
      Object.keys(etc(host)).filter(name => name !== '.promha-new.program'),
      ['mode'],
    )
    assert.equal(stamp(), undefined)
    assert.ok(!existsSync(host.promha('generations/test')))
    // Nothing on the host is promha's any more, so nothing is left to guard.
    assert.deepEqual(guard(), [false, false])
  })

  it('what leaves keeps the guard for what stays', () => {
    host.write(host.promha('state/other'), 'header\nmade unit %2Fetc%2Fsystemd%2Fsystem%2Fother.service\n')
    const wanted = request(host, { leaving: { purged: [], users: [], groups: [], forgets: true } })
    change(host, wanted)
    assert.ok(parts(confirm(host, confirmOf(host, wanted)).stdout).has('confirmed'))
    assert.ok(existsSync(host.promha('guard')))
  })

  it('the next run undoes what was touched, and throws away what was only staged or sent', () => {
    const wanted = request(host)
    change(host, wanted)
    host.write(host.promha('staging/waiting/run'), 'promha-other\n')
    host.write(host.promha('staging/waiting/files/0'), 'x')
    const other = join(host.root, 'etc/other')
    host.write(host.promha(`staging/push/${encodeURIComponent(other)}`), `${other}\n`)
    host.write(join(host.root, 'etc/.promha-new.other'), 'half')
    host.lock('2-run')
    const lost = host.run(recoverScript(mark.run).render('nonce'))
    assert.deepEqual([...parts(lost.stdout).keys()], ['lost', 'end'])
    const said = host.run(recoverScript('2-run').render('nonce'))
    assert.ok(parts(said.stdout).has('end'), said.stderr)
    assert.deepEqual(etc(host), oldEtc)
    assert.deepEqual(staged(host), [])
  })

  describe('the guard', () => {
    /** Runs it for a moment only: it never ends while there is something to watch. */
    const watch = () => host.run(`timeout 4 sh /var/lib/promha/guard`)

    it('lets a change be as long as promha is heard', () => {
      change(host, request(host))
      host.lock(mark.run, 50)
      assert.equal(watch().code, 124)
      assert.equal(stamp()?.restart, 'changing')
    })

    it('undoes it once promha was not heard for a minute, and ends', () => {
      change(host, request(host))
      host.lock(mark.run, 61)
      const said = watch()
      assert.equal(said.code, 0, said.stderr)
      assert.match(
        said.stdout,
        /^undoing the change of test, for promha was not heard for 6\d s\ntest is as it was$/m,
      )
      assert.deepEqual(etc(host), oldEtc)
      assert.ok(stamp()?.undone)
      assert.deepEqual(staged(host), [])
    })

    it('gives promha a minute after a boot, of which no lock tells', () => {
      change(host, request(host))
      host.run('rm /run/promha.lock')
      assert.equal(watch().code, 124)
      assert.equal(stamp()?.restart, 'changing')
    })

    it('ends where nothing is to be watched', () => {
      host.write(host.promha('guard'), guardText())
      assert.equal(watch().code, 0)
    })
  })

  it('no script names a content', () => {
    const wanted = request(host)
    const { script, stdin } = changeProgram(wanted)
    for (const text of [script, undoText(mark.mark, wanted)]) assert.doesNotMatch(text, /created/)
    assert.match(Buffer.from(stdin).toString(), /created/)
  })
})
