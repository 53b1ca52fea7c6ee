/** promha's own temporary names in a directory that was somebody else's are no way to root's files. */
import assert from 'node:assert/strict'
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { relativeNameFault } from '../../../src/inventory/value/names.ts'
import { pushScript } from '../../../src/shell/change/push.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { change, directory, mark, undo } from '../../shell/support/sample-change.ts'
import { against, done, only, service, testRuns, useHostile } from '../support/hostile.ts'
import { stranger } from '../support/stranger.ts'

describe('a planted temporary name', function () {
  this.timeout(60_000)
  const host = useHostile()
  const placed = (path: string) => ({
    ...{ resource: `file:${path}`, path, owner: 'root', group: service.name, mode: 0o640 },
    ...{ kind: 'file' as const, existed: true, source: 'files/0' },
  })
  const taken = (folder: string) => ({ ...directory(host.at(folder), 0o750), holds: ['prometheus.yml'] })
  const writes = (folder: string, directories = [taken(folder)]) =>
    only(host, {
      stream: [{ name: 'files/0', bytes: Buffer.from('new') }],
      staged: [...directories, placed(host.at(`${folder}/prometheus.yml`))],
    })

  it('is removed once the directory is taken, and the file is a fresh one', () => {
    host.folder('etc2', service.uid)
    host.link('etc2/.promha-new.prometheus.yml', host.at('victim/shadow'), service.uid)
    host.link('etc2/.promha-old.prometheus.yml', host.at('victim/shadow'), service.uid)
    host.folder('etc2/.promha-new.folder', service.uid)
    host.file('etc2/prometheus.yml', 'old', service.uid)
    const said = change(host, writes('etc2'))
    assert.ok(done(said), said.stderr)
    assert.deepEqual(readdirSync(host.at('etc2')).sort(), ['.promha-old.prometheus.yml', 'prometheus.yml'])
    assert.equal(readFileSync(host.at('etc2/prometheus.yml'), 'utf8'), 'new')
    undo(host, writes('etc2'))
    assert.equal(readFileSync(host.at('etc2/prometheus.yml'), 'utf8'), 'old')
    assert.equal(statSync(host.at('etc2')).uid, service.uid)
  })

  it('keeps nothing from going back, and is not put in place by the way back', () => {
    host.folder('etc2', service.uid)
    host.file('etc2/prometheus.yml', 'old', service.uid)
    const wanted = writes('etc2')
    // It ends before anything was put in place: what lies there then was planted.
    change(host, writes('etc2', []))
    host.link('etc2/.promha-old.prometheus.yml', host.at('victim/shadow'), service.uid)
    const said = undo(host, wanted)
    assert.ok(sections('nonce', said.stdout).has('end'), said.stderr)
    assert.ok(!lstatSync(host.at('etc2/prometheus.yml')).isSymbolicLink())
    assert.equal(readFileSync(host.at('etc2/prometheus.yml'), 'utf8'), 'old')
  })

  it('is not written through in a directory that the change does not take: that is refused', () => {
    host.folder('etc2', service.uid)
    host.link('etc2/.promha-new.prometheus.yml', host.at('victim/shadow'), service.uid)
    const said = change(host, writes('etc2', []))
    assert.ok(!done(said))
    assert.match(said.stderr, /etc2 is not touched/)
  })

  it('takes no program that is pushed', () => {
    const bytes = gzipSync('program')
    host.folder('bin', stranger)
    host.link('bin/.promha-new.tool', host.at('victim/shadow'), stranger)
    const said = host.run(pushScript(host.at('bin/tool')).render('n'), bytes)
    assert.notEqual(said.code, 0)
    assert.match(said.stderr, /bin is not touched: \S+bin belongs to/)
    host.folder('bin', 0)
    assert.equal(host.run(pushScript(host.at('bin/tool')).render('n'), bytes).code, 0)
    assert.ok(lstatSync(host.at('bin/.promha-new.tool')).isFile())
    assert.equal(host.run(pushScript(host.at('share/deep/tool')).render('n'), bytes).code, 0)
    assert.equal(statSync(host.at('share/deep')).mode & 0o777, 0o755)
  })

  it('wins no race against the taking of its directory', async () => {
    host.folder('etc2', service.uid)
    const planting = `cd ${host.at('etc2')}; while ${testRuns}; do ln -s ${host.at('victim/shadow')} .promha-new.prometheus.yml; rm -f .promha-new.prometheus.yml; done`
    let [changed, undone] = [0, 0]
    await against(service.uid, planting, () => {
      for (let turn = 0; turn < 10; turn += 1) {
        host.folder('etc2', service.uid)
        host.lock(mark.run)
        if (done(change(host, writes('etc2')))) changed += 1
        if (sections('nonce', undo(host, writes('etc2')).stdout).has('end')) undone += 1
      }
    })
    assert.ok(changed > 0, 'no change came to its end')
    assert.ok(undone > 0, 'no change was undone')
  })

  it('is no name that an inventory gives a file', () => {
    for (const name of ['.promha-new.x', 'rules/.promha-old.x.yml', '.promha-/x'])
      assert.match(relativeNameFault(name) ?? '', /begins with "\.promha-"/)
    assert.equal(relativeNameFault('promha.yml'), undefined)
    assert.equal(relativeNameFault('.hidden'), undefined)
  })
})
