/** Whichever command of a change fails, the change ends there and is undone: one fault after the other is tried. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChangeRequest } from '../../../src/shell/change/request.ts'
import { confirmScript } from '../../../src/shell/record/confirm.ts'
import { parseRecord } from '../../../src/shell/record/record.ts'
import { preamble, sections } from '../../../src/shell/syntax/frame.ts'
import { requireRoot } from '../../security/support/root.ts'
import { type MiniHost, miniHost } from '../support/host.ts'
import {
  changeProgram,
  confirmOf,
  etc,
  mark,
  oldEtc,
  prepare,
  request,
  undo,
} from '../support/sample-change.ts'

/** All that a change runs which is not built into the shell; `restorecon` only where there is one. */
const commands = [
  ...['cat', 'chmod', 'chown', 'cp', 'flock', 'head', 'ln', 'mkdir', 'mv', 'restorecon', 'rm', 'sed'],
  ...['sha256sum', 'stat', 'sync', 'systemctl', 'touch'],
]

/** What may fail: there is another way, or nothing depends on it. */
const harmless = [
  // Everything is written to the disks instead.
  /^sync -- /,
  /^systemctl reset-failed /,
  // Only tells whether the guard that is there is the same: it is installed again.
  /^cat .*guard/,
]

describe('a change of which one command fails', function () {
  this.timeout(300_000)
  let host: MiniHost
  before(requireRoot)
  afterEach(() => host.remove())

  const at = (name: string) => join(host.root, name)
  const wanted = (): ChangeRequest => request(host, { backups: [at('etc/changed')], daemonReload: true })

  /** Notes each call, and has the Nth one fail without doing anything. */
  function shadows(): string {
    const body = (name: string) =>
      `${name}() { echo "${name} $*" >>${at('calls')}; if [ "$(command wc -l <${at('calls')})" = "$(command cat ${at('fault')})" ]; then echo 'a fault' >&2; return 1; fi; ${name === 'restorecon' ? ':' : `command ${name} "$@"`}; }`
    return commands.map(body).join('\n')
  }

  const noted = () => (host.read(at('calls')) ?? '').trimEnd().split('\n')

  function arm(fault: number): void {
    writeFileSync(at('fault'), `${fault}\n`)
    writeFileSync(at('calls'), '')
  }

  function attempt(fault: number) {
    host = miniHost()
    prepare(host)
    arm(fault)
    const change = wanted()
    const { script, stdin } = changeProgram(change)
    const said = host.run(script.replace(preamble, `${preamble}\n${shadows()}`), stdin)
    return { ended: sections(mark.mark, said.stdout).has('end'), calls: noted(), said }
  }

  /** As far as `attempt` without a fault, and then a confirmation of which a command fails. */
  function attemptToConfirm(fault: number) {
    attempt(0)
    arm(fault)
    const confirmation = confirmOf(host, wanted())
    const { render, stdin } = confirmScript(mark, confirmation)
    const script = render('nonce').replace(preamble, `${preamble}\n${shadows()}`)
    const said = host.run(script, stdin?.('nonce') as Uint8Array)
    const stamp = parseRecord((host.read(host.promha('state/test')) ?? '').trimEnd().split('\n'))
    return { confirmed: sections('nonce', said.stdout).has('confirmed'), stamp, calls: noted() }
  }

  it('ends there, and everything is as it was once it is undone', () => {
    const whole = attempt(0)
    assert.ok(whole.ended, whole.said.stderr)
    const names = new Set(whole.calls.map(call => call.split(' ')[0]))
    for (const name of ['chown', 'chmod', 'mv', 'ln', 'mkdir', 'sync', 'restorecon', 'systemctl'])
      assert.ok(names.has(name), name)
    host.remove()
    const survived: string[] = []
    for (const [index, call] of whole.calls.entries()) {
      const { ended, said } = attempt(index + 1)
      if (ended) {
        if (!harmless.some(pattern => pattern.test(call))) survived.push(call)
      } else {
        assert.notEqual(said.code, 0, call)
        undo(host, wanted())
        const { '.promha-new.program': _pushed, ...left } = etc(host)
        assert.deepEqual(left, oldEtc, call)
      }
      host.remove()
    }
    assert.deepEqual(survived, [])
    host = miniHost()
  })

  it('is confirmed as a whole, or undone', () => {
    const whole = attemptToConfirm(0)
    assert.ok(whole.confirmed)
    host.remove()
    for (const [index, call] of whole.calls.entries()) {
      const { confirmed, stamp } = attemptToConfirm(index + 1)
      assert.equal(stamp?.generation, confirmed ? 2 : 1, call)
      if (!confirmed) {
        undo(host, wanted())
        const { '.promha-new.program': _pushed, ...left } = etc(host)
        assert.deepEqual(left, oldEtc, call)
      }
      host.remove()
    }
    host = miniHost()
  })
})
