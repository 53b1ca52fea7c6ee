/** Who once could write to a file cannot do so once it is promha's, not even by what he has open. */
import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { sha256 } from '../../../src/resource/hash.ts'
import { change, mark, undo } from '../../shell/support/sample-change.ts'
import { done, only, service, useHostile } from '../support/hostile.ts'

describe('a file that somebody holds open', () => {
  const host = useHostile()
  const owned = (path: string, text: string) => ({
    ...{ resource: `unit:${path}`, path: host.at(path), owner: 'root', group: 'root', mode: 0o644 },
    ...{ kind: 'unit' as const, existed: true },
    kept: sha256(text),
  })

  it('gets its owner as a copy, so that what is written to it later is not read', () => {
    host.file('system/x.service', '[Unit]', service.uid)
    const handle = openSync(host.at('system/x.service'), 'a')
    const wanted = only(host, { staged: [owned('system/x.service', '[Unit]')] })
    const said = change(host, wanted)
    assert.ok(done(said), said.stderr)
    writeSync(handle, 'ExecStart=/bin/evil')
    closeSync(handle)
    assert.equal(readFileSync(host.at('system/x.service'), 'utf8'), '[Unit]')
    assert.equal(statSync(host.at('system/x.service')).uid, 0)
    undo(host, wanted)
    assert.equal(statSync(host.at('system/x.service')).uid, service.uid)
  })

  it('is a failure if it is not what was looked at any more', () => {
    host.file('system/x.service', 'evil', service.uid)
    const said = change(host, only(host, { staged: [owned('system/x.service', '[Unit]')] }))
    assert.ok(!done(said))
    assert.match(said.stderr, /x\.service changed meanwhile/)
    assert.equal(statSync(host.at('system/x.service')).uid, service.uid)
  })

  it('is no program that root runs as a check: a copy is', () => {
    const text = '#!/bin/sh\necho checked\n'
    host.file('bin2/tool', text, service.uid, 0o755)
    const program = {
      ...owned('bin2/tool', text),
      kind: 'program' as const,
      resource: 'program:tool',
      mode: 0o755,
    }
    const check = { program: host.at('bin2/tool'), root: '/etc/x', args: [] }
    const good = change(host, only(host, { staged: [program], checks: [check] }))
    assert.ok(done(good), good.stderr)
    undo(host, only(host, { staged: [program] }))
    host.file('bin2/tool', `#!/bin/sh\ntouch ${host.at('ran')}\n`, service.uid, 0o755)
    host.lock(mark.run)
    const bad = change(host, only(host, { staged: [program], checks: [check] }))
    assert.match(bad.stderr, /tool changed meanwhile/)
    assert.equal(host.read(host.at('ran')), undefined)
  })
})
