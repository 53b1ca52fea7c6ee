/** Nothing is removed, given back or shown through a link that somebody else could put there. */

import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { restoreLines } from '../../../src/shell/change/restore.ts'
import { preflightScript } from '../../../src/shell/observe/preflight.ts'
import { probeScript } from '../../../src/shell/observe/probe.ts'
import { recoverScript } from '../../../src/shell/record/recover.ts'
import { sections } from '../../../src/shell/syntax/frame.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { serve, wayFunctions, within } from '../../../src/shell/syntax/way.ts'
import { change, confirm, confirmOf, directory, mark, undo } from '../../shell/support/sample-change.ts'
import { only, service, useHostile } from '../support/hostile.ts'
import { stranger } from '../support/stranger.ts'

describe('what lies behind a link', function () {
  this.timeout(60_000)
  const host = useHostile()

  /** Ends a component whose data is purged. */
  function purge(path: string) {
    const wanted = only(host, { leaving: { purged: [host.at(path)], users: [], groups: [], forgets: false } })
    change(host, wanted)
    return confirm(host, { ...confirmOf(host, wanted), contents: [], programs: [] })
  }

  it('is not purged: not behind the directory, its parent or a name in it', () => {
    host.folder('own', service.uid)
    host.link('own/data', host.at('victim'), service.uid)
    host.link('own/deep', host.at('victim'), service.uid)
    assert.ok(sections('nonce', purge('own/data').stdout).has('confirmed'))
    assert.ok(!existsSync(host.at('own/data')))
    purge('own/deep/system')
    assert.ok(existsSync(host.at('own/deep/system')))
    host.folder('plain/data', service.uid)
    host.link('plain/data/away', host.at('victim'), service.uid)
    purge('plain/data')
    assert.ok(!existsSync(host.at('plain/data')))
  })

  it('is not purged where the parent is of somebody else', () => {
    host.folder('ops', stranger)
    host.file('ops/data/wal', 'x', stranger)
    assert.match(purge('ops/data').stderr, /ops is not touched|ops\/data is not touched|ops belongs to/)
    assert.ok(existsSync(host.at('ops/data/wal')))
  })

  it('what the service has below its own directory is purged by the service, and nothing else', () => {
    host.folder('own/data', service.uid)
    host.folder('own', service.uid)
    host.file('own/data/wal', 'x', service.uid)
    host.file('own/kept/of-root', 'x')
    purge('own/data')
    assert.ok(!existsSync(host.at('own/data')))
    const removed = host.run(
      [wayFunctions, serve(service.name), within(host.at('own/kept/of-root'), 'rm', '-f', '--')].join('\n'),
    )
    assert.notEqual(removed.code, 0)
    assert.ok(existsSync(host.at('own/kept/of-root')))
  })

  it('is not written to by restore', () => {
    host.folder('etc2', service.uid)
    host.link('etc2/rules', host.at('victim'), service.uid)
    host.file('promha/backup/test/etc2/rules/shadow', 'evil')
    const lines = restoreLines('n', ['test'], { home: '/var/lib/promha', root: host.root })
    host.write(host.promha('state/test'), 'x\n')
    const said = host.run(['PATH=/usr/sbin:/usr/bin:/sbin:/bin', ...lines].join('\n'))
    assert.ok(sections('n', said.stdout).has('failed test'), said.stdout + said.stderr)
    assert.match(said.stdout, /is not touched/)
    assert.ok(existsSync(host.promha('backup/test/etc2/rules/shadow')))
  })

  it('gets no owner back, and loses no file, where the way back meets another directory by then', () => {
    const path = host.folder('etc2/rules', service.uid)
    const file = `${path}/shadow`
    const wanted = only(host, {
      stream: [{ name: 'files/0', bytes: Buffer.from('new') }],
      staged: [
        { ...directory(path, 0o750), known: true },
        {
          ...{ kind: 'file', resource: 'file:x', path: file, owner: 'root', group: 'root', mode: 0o640 },
          ...{ existed: false, source: 'files/0' },
        },
      ],
    })
    assert.ok(sections(mark.mark, change(host, wanted).stdout).has('end'))
    // Somebody loosened the parent meanwhile, and the service made use of it.
    host.folder('etc2', service.uid)
    host.run(`cd ${host.at('etc2')}; mv rules away; ln -s ${host.at('victim')} rules; chown -h daemon rules`)
    const said = undo(host, wanted)
    assert.match(said.stderr, /is not touched/)
    assert.equal(said.code, 1)
  })

  it('loses no name to the clearing away of what was pushed', () => {
    host.folder('bin2', stranger)
    host.link('bin2/deep', host.at('victim'), stranger)
    host.write(host.at('victim/.promha-new.x'), 'of root')
    host.prepared()
    host.write(host.promha('staging/push/x'), `${host.at('bin2/deep/x')}\n`)
    host.run(recoverScript(mark.run).render('n'))
    assert.ok(existsSync(host.at('victim/.promha-new.x')))
  })

  it('is not shown as the old text of a file', () => {
    host.folder('etc2', service.uid)
    host.link('etc2/prometheus.yml', host.at('victim/shadow'), service.uid)
    host.link('etc2/rules', host.at('victim'), service.uid)
    host.file('etc2/plain.yml', 'old', service.uid)
    host.run(`mkfifo ${host.at('etc2/pipe')}; ln ${host.at('victim/shadow')} ${host.at('etc2/hard')}`)
    host.prepared()
    const request = {
      ...{ services: [], directories: [], versions: [], addresses: [], largest: 100 },
      contents: ['prometheus.yml', 'rules/shadow', 'pipe', 'hard', 'plain.yml'].map(name =>
        host.at(`etc2/${name}`),
      ),
    }
    const seen = answerOf(
      preflightScript(request),
      'n',
      host.run(preflightScript(request).render('n')).stdout,
    )
    assert.deepEqual(
      [...(seen?.contents ?? [])].map(([path, text]) => [path, text.toString()]),
      [[host.at('etc2/plain.yml'), 'old']],
    )
  })

  it('is not read for its hash where it never ends', () => {
    host.run(`mkfifo ${host.at('pipe')}`)
    host.link('zero', '/dev/zero', service.uid)
    const paths = [host.at('pipe'), host.at('zero'), host.at('system')]
    const empty = { users: [], packages: [], directories: [], trees: [], units: [], deep: false } as const
    const probe = { ...empty, paths, hashed: paths, programs: paths }
    host.file('system', 'x')
    const seen = answerOf(probeScript(probe), 'n', host.run(probeScript(probe).render('n')).stdout)
    assert.deepEqual([...(seen?.hashes.keys() ?? [])], [host.at('system')])
  })

  it('a pipe in the place of a file keeps no change waiting', () => {
    host.folder('etc2', service.uid)
    host.run(`mkfifo ${host.at('etc2/prometheus.yml')}`)
    const path = host.at('etc2')
    const said = change(
      host,
      only(host, {
        staged: [{ ...directory(path, 0o750), known: true }],
        backups: [`${path}/prometheus.yml`],
      }),
    )
    assert.match(said.stderr, /is neither a file nor a link/)
    assert.equal([...sections(mark.mark, said.stdout).keys()].at(-1), 'backup')
    assert.equal(statSync(path).uid, 0)
    assert.ok(readFileSync(host.at('victim/shadow')))
  })
})
