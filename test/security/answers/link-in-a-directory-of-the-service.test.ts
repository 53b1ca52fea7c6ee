/** Who runs a service may lead root nowhere: not by a link in a directory of its own, at whichever moment it comes. */
import assert from 'node:assert/strict'
import { existsSync, lstatSync, mkdirSync, statSync } from 'node:fs'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { serve, takeDirectory, wayFunctions } from '../../../src/shell/syntax/way.ts'
import { change, directory, mark, undo } from '../../shell/support/sample-change.ts'
import { against, data, done, facts, only, service, testRuns, useHostile } from '../support/hostile.ts'
import { stranger } from '../support/stranger.ts'

describe('a link in a directory of the service', function () {
  this.timeout(120_000)
  const host = useHostile()

  it('leads no chown of a data directory elsewhere', () => {
    host.folder('own', service.uid)
    host.link('own/metrics2', host.at('victim/system'), service.uid)
    const said = change(host, only(host, { staged: [data(host.at('own/metrics2'))] }))
    assert.ok(!done(said))
    assert.match(said.stderr, /own\/metrics2 is not touched: it lies in a directory of daemon/)
  })

  it('leads no chown elsewhere from the middle of a path', () => {
    host.folder('own', service.uid)
    host.link('own/deep', host.at('victim'), service.uid)
    const said = change(host, only(host, { staged: [data(host.at('own/deep/system'))] }))
    assert.ok(!done(said))
    assert.match(said.stderr, /own\/deep\/system is not touched: it lies in a directory of daemon/)
  })

  it('leads no chown elsewhere behind a link of root', () => {
    host.folder('own', stranger)
    host.link('own/deep', host.at('victim'), stranger)
    host.link('way', host.at('own/deep'))
    const said = change(host, only(host, { staged: [data(host.at('way/system'))] }))
    assert.match(said.stderr, /own belongs to \S+/)
  })

  it('leads no chown elsewhere if only the link belongs to somebody else', () => {
    host.link('data', host.at('victim/system'), service.uid)
    const said = change(host, only(host, { staged: [data(host.at('data'))] }))
    assert.match(said.stderr, /data is a link of daemon/)
  })

  it('is followed where it is of root, like all that leads to it', () => {
    host.folder('disk')
    host.link('data', host.at('disk/prometheus'))
    host.folder('disk/prometheus')
    const wanted = only(host, { staged: [data(host.at('data'))] })
    const said = change(host, wanted)
    assert.ok(done(said), said.stderr)
    assert.equal(statSync(host.at('disk/prometheus')).uid, service.uid)
    undo(host, wanted)
    assert.equal(statSync(host.at('disk/prometheus')).uid, 0)
    assert.ok(lstatSync(host.at('data')).isSymbolicLink())
  })

  it("what lies below the service's own directory is made and given its mode by that user", () => {
    host.folder('own', service.uid)
    const path = host.at('own/metrics2')
    const wanted = only(host, { staged: [data(path, { existed: false })] })
    const said = change(host, wanted)
    assert.ok(done(said), said.stderr)
    const { uid, gid, mode } = statSync(path)
    assert.deepEqual([uid, gid, mode & 0o777], [service.uid, service.gid, 0o750])
    const back = undo(host, wanted)
    assert.ok(sections('nonce', back.stdout).has('end'), back.stdout + back.stderr)
    assert.ok(!existsSync(path))
  })

  it('and one that is there is only given its mode, which the way back restores', () => {
    host.folder('own', service.uid)
    const path = host.folder('own/metrics2', service.uid, 0o755)
    const wanted = only(host, { staged: [data(path)] })
    assert.ok(done(change(host, wanted)))
    assert.equal(statSync(path).mode & 0o777, 0o750)
    undo(host, wanted)
    assert.equal(statSync(path).mode & 0o777, 0o755)
  })

  it('a config directory below it is refused', () => {
    host.folder('own', service.uid)
    const said = change(host, only(host, { staged: [directory(host.at('own/rules'), 0o750)] }))
    assert.match(said.stderr, /own belongs to daemon/)
  })

  it('wins no race against the chown, however often the two are exchanged', async () => {
    host.folder('own', service.uid)
    mkdirSync(host.at('notes'))
    const [own, target] = [host.at('own'), host.at('victim/system')]
    const swap = `cd ${own}; while ${testRuns}; do rm -rf metrics2; mkdir metrics2; rm -rf metrics2; ln -sT ${target} metrics2; done`
    const one = takeDirectory(data(`${own}/metrics2`), service.name, '0750', host.at('notes/one'))
    const other = takeDirectory(
      data(`${own}/metrics2`, { owner: 'root' }),
      'root',
      '0700',
      host.at('notes/two'),
    )
    // Until the directory was met as well as the link, so that there was a race.
    const loop = `i=0 took= refused=
until [ $i -ge 25 ] && [ -n "$took" ] && [ -n "$refused" ] || [ $i -ge 500 ]; do
  if (${one}) 2>/dev/null; then took=took; else refused=refused; fi
  (${other}) 2>/dev/null && echo "given to root"
  i=$((i + 1))
done
echo "$took $refused"`
    let told = ''
    await against(service.uid, swap, () => {
      told = host.run([wayFunctions, serve(service.name), loop].join('\n')).stdout
    })
    assert.equal(told, 'took refused\n')
  })

  it('whatever the owners, modes and links on the way, nothing outside is changed', () => {
    let seed = 20_261_129
    const chance = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % below
    }
    const pick = <T>(all: readonly T[]) => all[chance(all.length)] as T
    let worked = 0
    let refused = 0
    for (let round = 0; round < 36; round += 1) {
      const base = `tree${round}`
      host.folder(base)
      let path = base
      const touched = new Set<string>()
      for (let depth = 0; depth < 3; depth += 1) {
        const uid = pick([0, 0, 0, 0, service.uid, stranger])
        path = `${path}/${depth}`
        if (chance(4) === 0) {
          // Those of root lead to where root wants them to.
          const victims = uid === 0 ? [] : [host.at('victim'), host.at('victim/system')]
          const to = pick([...victims, host.at(`${base}/beside`)])
          if (to.endsWith('beside')) host.folder(`${base}/beside`, pick([0, service.uid]), 0o755)
          host.link(path, to, uid)
          break
        }
        host.folder(path, uid, pick([0o755, 0o755, 0o750, 0o775, 0o777, 0o1777]))
        touched.add(path)
        for (const name of ['.promha-new.file', '.promha-old.file', 'file'])
          if (chance(3) === 0) host.link(`${path}/${name}`, host.at('victim/shadow'), uid)
      }
      const deep = chance(2) === 0 ? path : `${path}/system`
      const dir = pick([data(host.at(deep)), directory(host.at(deep), 0o750)])
      const file = {
        ...{ resource: 'file:x', path: `${host.at(deep)}/file`, owner: 'root', group: 'root', mode: 0o640 },
        ...{ kind: 'file' as const, existed: false, source: 'files/0' },
      }
      const wanted = only(host, {
        stream: [{ name: 'files/0', bytes: Buffer.from('new') }],
        staged: dir.owner === 'root' ? [dir, file] : [dir],
        removed: dir.owner === 'root' ? [] : [file.path],
        backups: chance(3) === 0 && existsSync(file.path) ? [file.path] : [],
      })
      host.lock(mark.run)
      const said = change(host, wanted)
      if (done(said)) worked += 1
      else refused += 1
      host.unharmed(`round ${round}: ${JSON.stringify(wanted)}\n${said.stderr}`)
      host.lock(mark.run)
      undo(host, wanted)
      host.unharmed(`undo of round ${round}: ${said.stderr}`)
      assert.ok(Object.keys(facts(host.at(base))).length > 0)
    }
    assert.ok(worked > 4 && refused > 4, `${worked} ${refused}`)
  })
})
