/** What is read of the journal of a service that does not come up; journalctl is played by a script. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { diagnoseScript, parseDiagnosis } from '../../src/shell/diagnose.ts'
import { preamble } from '../../src/shell/frame.ts'
import { type MiniHost, miniHost } from './support/host.ts'

describe('what is known of a service that does not come up', () => {
  let host: MiniHost
  beforeEach(() => {
    host = miniHost()
  })
  afterEach(() => host.remove())

  const unit = 'prometheus.service'
  function look(
    ...range: Parameters<typeof diagnoseScript> extends [string, string, ...infer Rest] ? Rest : never
  ) {
    const log = join(host.root, 'asked')
    host.write(
      join(host.root, 'journalctl'),
      `echo "$*" >>${log}
case "$*" in
  *_SYSTEMD_UNIT=*) seq -f 'line %g' 1 20; echo 'panic: out of luck'; echo "$own" ;;
  *) printf '%s\\n' "$own" "${unit}: Main process exited, code=exited, status=203/EXEC" Started Started ;;
esac
`,
    )
    const own = `own='${unit}: Failed at step EXEC spawning /x: No such file or directory'; export own`
    const played = `journalctl() { sh ${join(host.root, 'journalctl')} "$@"; }`
    const script = diagnoseScript('n', unit, ...range).replace(preamble, `${preamble}; ${own}; ${played}`)
    return { seen: parseDiagnosis('n', host.run(script).stdout), asked: host.read(log) ?? '' }
  }

  it("is the program's own lines and those of systemd, each once, since it was told", () => {
    const { seen, asked } = look({ lines: 12, since: 1700000000.5 })
    const last = Array.from({ length: 10 }, (_, index) => `line ${index + 11}`)
    assert.deepEqual(seen.journal, [...last, 'panic: out of luck'])
    assert.deepEqual(seen.manager, [
      `${unit}: Failed at step EXEC spawning /x: No such file or directory`,
      `${unit}: Main process exited, code=exited, status=203/EXEC`,
      'Started',
    ])
    const [one = '', other = ''] = asked.split('\n')
    for (const words of [one, other]) assert.match(words, /^--no-pager .* --since @1700000000 /)
    assert.match(one, / _SYSTEMD_UNIT=prometheus\.service$/)
    // Only root is systemd: any user may write a line that names a unit.
    assert.match(other, / UNIT=prometheus\.service _UID=0$/)
  })

  it('is the last lines of any time where it is not known when it was told, and none if none are wanted', () => {
    assert.doesNotMatch(look({ lines: 3, since: 0 }).asked, /--since/)
    host.remove()
    host = miniHost()
    const { seen, asked } = look()
    assert.deepEqual([seen.journal, seen.manager, asked], [[], [], ''])
  })
})
