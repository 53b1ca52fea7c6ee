/** A directory that is somebody's stays so, whatever its name; only the state of the host decides. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { parseBarred, type WalkedWay, waysScript } from '../../../src/shell/syntax/way.ts'
import { change, directory, mark, undo } from '../../shell/support/sample-change.ts'
import { data, only, service, useHostile } from '../support/hostile.ts'
import { stranger } from '../support/stranger.ts'

describe('a directory of somebody else', () => {
  const host = useHostile()

  const way = (over: Partial<WalkedWay>): WalkedWay => ({
    ...{ service: service.name, directories: [], entered: [], purged: [] },
    ...over,
  })
  /** What the look before a change says. */
  const barred = (...ways: readonly WalkedWay[]) =>
    parseBarred(ways, host.run(waysScript(ways).join('\n')).stdout.split('\n')).map(
      ({ fault, at, who }) => `${fault} ${at.slice(host.root.length)} ${who}`,
    )
  const taken = (path: string, more = {}) => {
    const wanted = only(host, { staged: [data(path, more)] })
    host.lock(mark.run)
    const said = change(host, wanted)
    const { uid } = statSync(path)
    undo(host, wanted)
    return { ...said, done: sections(mark.mark, said.stdout).has('end'), uid }
  }

  it('keeps what it holds and whose it is', () => {
    const path = host.folder('ops.ssh', stranger, 0o700)
    host.file('ops.ssh/authorized_keys', 'key', stranger)
    const { done, stderr, uid } = taken(path)
    assert.deepEqual([done, uid, statSync(path).mode & 0o777], [false, stranger, 0o700])
    assert.match(stderr, /ops\.ssh is not touched: it belongs to \S+ and holds nothing of the program/)
    assert.deepEqual(barred(way({ directories: [data(path)] })), ['foreign /ops.ssh UNKNOWN'])
  })

  it('keeps what it holds if root owns it', () => {
    const path = host.folder('backups')
    host.file('backups/monday.tar', 'x')
    assert.deepEqual([taken(path).done, statSync(path).uid], [false, 0])
    assert.deepEqual(barred(way({ directories: [data(path)] })), ['foreign /backups root'])
  })

  it('is taken if it is empty, but for what the file system itself has there', () => {
    const path = host.folder('disk', stranger)
    for (const name of ['lost+found', '.snapshot', '.zfs']) host.folder(`disk/${name}`)
    assert.deepEqual(barred(way({ directories: [data(path)] })), [])
    const { done, uid } = taken(path)
    assert.deepEqual([done, uid], [true, service.uid])
  })

  it("is taken if it holds the program's data, a block by its name too", () => {
    const block = '[0-9A-HJKMNP-TV-Z]'.repeat(26)
    host.folder('old/wal', stranger)
    host.folder('blocks/01JABCDEFGHJKMNPQRSTVWXYZ0', stranger)
    assert.ok(taken(host.folder('old', stranger)).done)
    assert.ok(taken(host.folder('blocks', stranger), { holds: [block] }).done)
  })

  it("is the service's already, or known to promha: then nobody asks what it holds", () => {
    host.file('mine/whatever', 'x')
    assert.ok(taken(host.folder('mine', service.uid)).done)
    host.file('known/whatever', 'x')
    assert.ok(taken(host.folder('known', stranger), { known: true }).done)
  })

  it('keeps its config directory where that holds nothing that is to be there', () => {
    const path = host.folder('theirs', stranger)
    host.file('theirs/their.yml', 'x')
    const wanted = { ...directory(path, 0o750), holds: ['prometheus.yml'] }
    assert.deepEqual(barred(way({ directories: [wanted] })), ['foreign /theirs UNKNOWN'])
    host.file('theirs/prometheus.yml', 'x')
    assert.deepEqual(barred(way({ directories: [wanted] })), [])
  })

  it('is named where it is a parent, before anything is changed, as is one that others may write to', () => {
    host.folder('home/ops', stranger)
    host.folder('open', 0, 0o777)
    host.folder('adm', 0, 0o2775)
    const paths = ['home/ops/data', 'open/data', 'adm/data'].map(path => data(host.at(path)))
    host.run(`chgrp users ${host.at('adm')}`)
    assert.deepEqual(barred(way({ directories: paths.slice(0, 2), entered: [host.at('home/ops')] })), [
      'other /home/ops UNKNOWN',
      'open /open everybody',
      'other /home/ops UNKNOWN',
    ])
    // Whether the group has members is the machine's matter.
    assert.deepEqual(barred(way({ purged: [host.at('home/ops/data')] })), ['other /home/ops UNKNOWN'])
  })

  it('counts as closed if only a group may write to it in which there is nobody but root', () => {
    const path = host.folder('bin', 0, 0o2775)
    assert.deepEqual(barred(way({ entered: [path] })), [])
    host.run(`chgrp ${service.gid} ${path}`)
    assert.deepEqual(barred(way({ entered: [path], service: 'games' })), ['open /bin group daemon'])
    chmodSync(path, 0o755)
    assert.deepEqual(barred(way({ entered: [path] })), [])
  })

  it('is open to the members of the group of root, as to those of any other', () => {
    const path = host.folder('bin', 0, 0o775)
    const accounts = 'root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\n'
    const among = (group: string, more = '') => {
      host.file('passwd', accounts + more)
      host.file('group', `root:x:0:${group}\ndaemon:x:1:\n`)
      const own = ['passwd', 'group'].map(name => `mount --bind ${host.at(name)} /etc/${name}`)
      const asked = [way({ entered: [path] })]
      const { stdout } = host.run([...own, ...waysScript(asked)].join('\n'))
      return parseBarred(asked, stdout.split('\n')).map(({ fault, who }) => `${fault} ${who}`)
    }
    for (const members of ['', 'root']) assert.deepEqual(among(members), [])
    assert.deepEqual(among('', 'toor:x:0:0::/root:/bin/sh\n'), [])
    assert.deepEqual(among('joe', 'joe:x:1000:1000::/:/bin/sh\n'), ['open group root'])
    assert.deepEqual(among('root,joe', 'joe:x:1000:1000::/:/bin/sh\n'), ['open group root'])
    assert.deepEqual(among('', 'joe:x:1000:0::/:/bin/sh\n'), ['open group root'])
    // As on RHEL: such a directory is refused there, since a list of accounts that do no harm would have to be kept.
    assert.deepEqual(among('', 'operator:x:11:0::/root:/sbin/nologin\n'), ['open group root'])
    chmodSync(path, 0o755)
    assert.deepEqual(among('joe', 'joe:x:1000:0::/:/bin/sh\n'), [])
  })

  it('is not in the way where the change takes it first', () => {
    const path = host.folder('etc-prometheus', service.uid)
    host.folder('etc-prometheus/rules', service.uid)
    const both = [directory(path, 0o750), directory(`${path}/rules`, 0o750)]
    assert.deepEqual(barred(way({ directories: both, entered: [`${path}/rules`, path] })), [])
    assert.equal(barred(way({ entered: [`${path}/rules`] })).length, 1)
    assert.ok(sections(mark.mark, change(host, only(host, { staged: both })).stdout).has('end'))
  })

  it('finds no directory where a file is', () => {
    host.file('file', 'x')
    mkdirSync(host.at('sub'))
    assert.deepEqual(barred(way({ directories: [data(host.at('file/data'))] })), ['kind /file '])
  })
})
