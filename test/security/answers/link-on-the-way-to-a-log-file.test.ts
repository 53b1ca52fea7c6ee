/** The service's user may lead no command that promha tells root to type elsewhere. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseWritten, writtenScript } from '../../../src/shell/observe/written.ts'

describe('a link on the way to a log file', () => {
  let directory = ''
  const at = (name: string) => join(directory, name)
  const folder = (name: string, owner = 0, mode = 0o755) => {
    mkdirSync(at(name))
    chmodSync(at(name), mode)
    chownSync(at(name), owner, owner)
  }
  before(function () {
    if (process.getuid?.() !== 0) this.skip()
    // Not in /tmp, which everybody may write to.
    directory = mkdtempSync('/var/lib/promha-written-')
    chmodSync(directory, 0o755)
  })
  afterEach(() => execFileSync('find', [directory, '-mindepth', '1', '-delete']))
  after(() => {
    if (directory !== '') rmSync(directory, { recursive: true })
  })

  const fault = (name: string, user = 'nobody') => {
    const script = writtenScript([{ user, path: at(name) }])
    const lines = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\n')
    const found = parseWritten(lines).get(at(name))
    return found && [found.why, found.at?.slice(directory.length + 1) ?? found.sure]
  }

  it('is named, and not followed, where another user can have made it', () => {
    folder('log', 65534)
    symlinkSync('/etc/shadow', at('log/query.log'))
    assert.deepEqual(fault('log/query.log'), ['link', 'log/query.log'])
    assert.deepEqual(fault('log/query.log', 'no-such-user'), ['link', 'log/query.log'])
    symlinkSync('/etc', at('log/sub'))
    assert.deepEqual(fault('log/sub/shadow'), ['link', 'log/sub'])
    assert.deepEqual(fault('log/sub/deep/shadow'), ['link', 'log/sub'])
    symlinkSync('/nowhere', at('log/dangling'))
    assert.deepEqual(fault('log/dangling'), ['link', 'log/dangling'])
    folder('shared', 0, 0o777)
    symlinkSync('/etc', at('shared/log'))
    assert.deepEqual(fault('shared/log/q'), ['link', 'shared/log'])
    symlinkSync(at('log/sub'), at('byroot'))
    assert.deepEqual(fault('byroot/shadow'), ['link', 'log/sub'])
    execFileSync('mkfifo', [at('log/pipe')])
    assert.deepEqual(fault('log/pipe'), ['kind', 'log/pipe'])
  })

  it('is followed where only root can have made it', () => {
    folder('disk', 65534)
    symlinkSync('disk', at('link'))
    assert.equal(fault('link/q'), undefined)
    writeFileSync(at('disk/root.log'), '')
    chmodSync(at('disk/root.log'), 0o600)
    assert.deepEqual(fault('link/root.log'), ['file', true])
  })

  it('could come on a way that others may change, so that no command is told for it', () => {
    folder('log', 65534)
    assert.deepEqual(fault('log/new/q'), ['missing', false])
    assert.deepEqual(fault('log/new/deep/q'), ['missing', false])
    mkdirSync(at('log/closed'))
    assert.deepEqual(fault('log/closed/q'), ['closed', false])
    assert.deepEqual(fault('new/q'), ['missing', true])
  })
})
