/** A directory that is one thing: sent, put in place, undone, kept in the store, and looked at again. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { packTree } from '../../../src/artifact/archive/tree.ts'
import type { StagedPlace } from '../../../src/resource/kind/kind.ts'
import { pushTreeScript } from '../../../src/shell/change/push.ts'
import type { ChangeRequest } from '../../../src/shell/change/request.ts'
import { probeScript } from '../../../src/shell/observe/probe.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { treeFunctions } from '../../../src/shell/syntax/tree.ts'
import { requireRoot } from '../../security/support/root.ts'
import { type MiniHost, miniHost } from '../support/host.ts'
import {
  change,
  changeProgram,
  confirm,
  confirmOf,
  mark,
  prepare,
  request,
  staged,
  undo,
} from '../support/sample-change.ts'

async function release(files: Readonly<Record<string, string>>) {
  const tar = pack()
  for (const [name, text] of Object.entries(files))
    tar.entry({ name: `app/${name}`, mode: name.startsWith('bin/') ? 0o755 : 0o644 }, text)
  tar.entry({ name: 'app/current', type: 'symlink', linkname: 'bin/app' })
  tar.finalize()
  const chunks: Buffer[] = []
  const out = new Writable({ write: (chunk, _, done) => done(void chunks.push(chunk)) })
  const hash = await packTree(Readable.from(tar), { strip: 1, out })
  return { hash, bytes: gzipSync(Buffer.concat(chunks)) }
}

describe('a tree on a host', function () {
  this.timeout(300_000)
  let host: MiniHost
  let [old, fresh]: Awaited<ReturnType<typeof release>>[] = []
  before(requireRoot)
  before(async () => {
    old = await release({ 'bin/app': 'one', 'public/a.js': 'a', 'public/gone.js': 'gone' })
    fresh = await release({ 'bin/app': 'two', 'public/a.js': 'a', "conf/it's .ini": '', '.hidden/..x': 'y' })
  })
  beforeEach(() => {
    host = miniHost()
    prepare(host)
    rmSync(host.promha('staging'), { recursive: true })
  })
  afterEach(() => host.remove())

  const path = () => join(host.root, 'etc/app')
  const app = () => host.read(join(path(), 'bin/app'))
  const pushed = (bytes: Uint8Array | undefined) => {
    const asked = pushTreeScript(path())
    const said = host.run(asked.render('n'), bytes)
    return { ...said, hash: answerOf(asked, 'n', said.stdout) }
  }
  const send = (sent = fresh) => pushed(sent?.bytes)
  const wanted = (over: Partial<StagedPlace> = {}, more: Partial<ChangeRequest> = {}) => {
    const tree = {
      kind: 'tree',
      resource: `tree:${path()}`,
      path: path(),
      owner: 'root',
      group: 'root',
    } as const
    const item: StagedPlace = { ...tree, mode: 0o755, existed: true, ...over }
    return request(host, { stream: [], staged: [item], removed: [], ...more })
  }
  const kept = (sent = fresh) => {
    const content = { path: path(), sha256: sent?.hash ?? '', shared: true, tree: true } as const
    const listing = { number: 2, text: `tree restart 755 root root ${content.sha256} ${path()}\n` }
    return { ...confirmOf(host, wanted()), contents: [content], programs: [content], listing }
  }
  const look = (deep = false) => {
    const none = { users: [], packages: [], directories: [], hashed: [], programs: [], units: [] }
    const asked = probeScript({ ...none, paths: [path()], trees: [path()], deep })
    const seen = answerOf(asked, 'n', host.run(asked.render('n')).stdout)
    return { hash: seen?.hashes.get(path()), read: seen?.unremembered.has(path()) }
  }
  /** The old one, as a confirmed change left it. */
  const install = () => {
    assert.equal(send(old).hash, old?.hash)
    assert.equal(change(host, wanted({ existed: false })).code, 0)
    assert.ok(sections('nonce', confirm(host, kept(old)).stdout).has('confirmed'))
  }
  const whole = (at: string) =>
    spawnSync('sh', ['-c', `cd ${at} && ls -lAR --time-style=+ | sort`]).stdout.toString()

  it('may have as many things as it is said to, directories without any included', () => {
    for (const name of ['a/b/c', 'd', 'e/.f', 'g'])
      mkdirSync(join(host.root, 'tree', name), { recursive: true })
    const hash = (most: number) =>
      spawnSync('dash', [
        '-c',
        `${treeFunctions}\nmost_of_tree=${most}\ntree_hash "$1"`,
        'sh',
        `${host.root}/tree`,
      ]).stdout.toString()
    assert.match(hash(7), /^[0-9a-f]{64}\n$/)
    assert.equal(hash(7), hash(1_000))
    assert.notEqual(hash(6), hash(7))
  })

  it('arrives whole, whatever its files are called, and has the hash that this machine computed', () => {
    const said = send()
    assert.equal(said.hash, fresh?.hash, said.stderr)
    assert.equal(host.read(join(host.root, "etc/.promha-new.app/conf/it's .ini")), '')
    assert.equal(statSync(join(host.root, 'etc/.promha-new.app/bin/app')).mode & 0o7777, 0o755)
  })

  it('leaves nothing if it was cut short', () => {
    const half = pushed(fresh?.bytes.subarray(0, -20))
    assert.notEqual(half.code, 0)
    assert.ok(!existsSync(join(host.root, 'etc/.promha-new.app')))
    assert.deepEqual(
      staged(host).filter(name => name !== 'push'),
      [],
    )
  })

  it('takes the place of the old one, which comes back whole if it is undone', () => {
    install()
    const before = whole(path())
    send()
    assert.equal(change(host, wanted()).code, 0)
    assert.equal(app(), 'two')
    assert.ok(!existsSync(join(path(), 'public/gone.js')))
    assert.ok(sections('nonce', undo(host, wanted()).stdout).has('end'))
    assert.equal(whole(path()), before)
    assert.ok(!existsSync(join(host.root, 'etc/.promha-old.app')))
  })

  it('is gone again if there was none before', () => {
    send()
    change(host, wanted({ existed: false }))
    assert.equal(app(), 'two')
    undo(host, wanted({ existed: false }))
    assert.ok(!existsSync(path()))
  })

  it('goes back to what was there, wherever the change was killed', () => {
    install()
    const before = whole(path())
    const lines = changeProgram(wanted()).script.split('\n')
    const first = lines.findIndex(line => line.includes('tree:'))
    const cuts = lines
      .map((_, index) => index)
      .filter(count => count >= first)
      .filter(count => spawnSync('dash', ['-n', '-c', lines.slice(0, count).join('\n')]).status === 0)
    assert.ok(cuts.length > 5)
    for (const cut of cuts) {
      // A slow machine takes longer for all of them than the lock lives.
      host.lock(mark.run)
      send()
      change(host, wanted(), cut)
      const said = undo(host, wanted())
      assert.ok(sections('nonce', said.stdout).has('end'), `${cut}: ${said.stderr}`)
      assert.equal(whole(path()), before, `${cut}`)
      assert.deepEqual(staged(host), [], `${cut}`)
    }
  })

  it('is kept in the store, and comes back from there only as it was', () => {
    install()
    send()
    change(host, wanted())
    assert.ok(sections('nonce', confirm(host, kept()).stdout).has('confirmed'))
    assert.ok(!existsSync(join(host.root, 'etc/.promha-old.app')))
    const back = wanted({ stored: fresh?.hash ?? '' })
    assert.equal(change(host, back).code, 0)
    assert.equal(look(true).hash, fresh?.hash)
    undo(host, back)
    writeFileSync(host.promha(`store/${fresh?.hash}/bin/app`), 'spoilt')
    const said = change(host, back)
    assert.notEqual(said.code, 0)
    assert.match(said.stderr, /is not what was put there/)
  })

  it('goes from the store with the last generation that names it', () => {
    install()
    assert.ok(existsSync(host.promha(`store/${old?.hash}`)))
    send()
    change(host, wanted())
    confirm(host, { ...kept(), listing: { number: 2, text: `tree ${fresh?.hash}\n` } })
    assert.ok(!existsSync(host.promha(`store/${old?.hash}`)))
    assert.ok(existsSync(host.promha(`store/${fresh?.hash}`)))
  })

  it('is taken away whole, and comes back whole', () => {
    install()
    const before = whole(path())
    const gone = wanted({}, { staged: [], removed: [path()] })
    assert.equal(change(host, gone).code, 0)
    assert.ok(!existsSync(path()))
    undo(host, gone)
    assert.equal(whole(path()), before)
    change(host, gone)
    assert.ok(
      sections('nonce', confirm(host, { ...kept(old), contents: [], programs: [], change: gone }).stdout).has(
        'confirmed',
      ),
    )
    assert.ok(!existsSync(join(host.root, 'etc/.promha-old.app')))
  })

  it('is not read while the directory is as remembered; --deep sees what changed inside', () => {
    install()
    assert.deepEqual(look(), { hash: old?.hash, read: false })
    appendFileSync(join(path(), 'public/a.js'), '!')
    assert.deepEqual(look(), { hash: old?.hash, read: false })
    assert.notEqual(look(true).hash, old?.hash)
  })

  const drifts: readonly (readonly [string, string])[] = [
    ['a file that is new', 'echo x >public/new.js'],
    ['a file that is gone', 'rm public/a.js'],
    ['another mode', 'chmod g+w public/a.js'],
    ['another owner', 'chown 1 public'],
    ['a link that leads elsewhere', 'ln -sfn /etc/passwd current'],
    ['a pipe, which is not read', 'mkfifo pipe'],
    ['a link to what has no end, which is not read', 'ln -s /dev/zero zero'],
    ['a directory that is empty', 'mkdir .empty'],
  ]
  for (const [what, how] of drifts)
    it(`has another hash with ${what}`, () => {
      install()
      host.run(`cd ${path()} && ${how}`)
      assert.notEqual(look(true).hash, old?.hash)
    })

  it('is seen at once if something is put right into the directory', () => {
    install()
    mkdirSync(join(path(), 'more'))
    const { hash, read } = look()
    assert.ok(read)
    assert.notEqual(hash, old?.hash)
  })

  it('is no tree if a link stands in its place', () => {
    install()
    host.run(`mv ${path()} ${path()}.away; ln -s ${path()}.away ${path()}`)
    assert.equal(look().hash, undefined)
    assert.ok(readFileSync(join(path(), 'bin/app')))
  })
})
