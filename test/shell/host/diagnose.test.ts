/** What is read of the journal of a service that does not come up; journalctl is played by a script. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diagnoseScript, diagnosisIn, type JournalRange } from '../../../src/shell/host/diagnose.ts'
import { preamble } from '../../../src/shell/syntax/frame.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { staticShell } from '../../../src/shell/syntax/static.ts'
import { type MiniHost, miniHost } from '../support/host.ts'

describe('what is known of a service that does not come up', () => {
  let host: MiniHost
  beforeEach(() => {
    host = miniHost()
  })
  afterEach(() => host.remove())

  const unit = 'prometheus.service'
  function look(range?: JournalRange) {
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
    const asked = diagnoseScript(unit, range)
    const script = asked.render('n').replace(preamble, `${preamble}; ${own}; ${played}`)
    const seen = answerOf(asked, 'n', host.run(script).stdout) ?? assert.fail()
    return { seen, asked: host.read(log) ?? '' }
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

describe('the ports of a service', () => {
  const directory = mkdtempSync(join(tmpdir(), 'promha-listens-'))
  const servers = [createServer(), createServer()]
  before(async () => {
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
    mkdirSync(join(directory, '7'))
    symlinkSync(`/proc/${process.pid}/fd`, join(directory, '7/fd'))
  })
  after(() => {
    for (const server of servers) server.close()
    rmSync(directory, { recursive: true })
  })

  /** With the control group of this very process played. */
  function listens(cgroup: string): readonly string[] {
    writeFileSync(join(directory, '7/cgroup'), cgroup)
    const text = staticShell('host/listens.sh').replaceAll('/proc/[0-9]*', `${directory}/[0-9]*`)
    const { stdout, stderr } = spawnSync('dash', ['-c', `${text}\nlistens mine_exporter.service`])
    assert.equal(stderr.toString(), '')
    return stdout.toString().split('\n').slice(0, -1)
  }

  const own = () => servers.map(server => String((server.address() as AddressInfo).port)).sort()

  it('are those of all processes of its control group, and of no other', () => {
    assert.deepEqual([...listens('0::/system.slice/mine_exporter.service\n')].sort(), own())
    assert.deepEqual([...listens('0::/system.slice/mine_exporter.service/worker\n')].sort(), own())
    assert.deepEqual(listens('0::/system.slice/not_mine_exporter.service2\n'), [])
    assert.deepEqual(listens('0::/system.slice/other.service\n'), [])
  })

  it('are a few numbers, whatever the host says', () => {
    const lines = [
      '9200',
      '9200',
      '0',
      '70000',
      'x',
      '-1',
      '1e3',
      ...Array.from({ length: 50 }, (_, i) => `${i + 1}`),
    ]
    assert.deepEqual(diagnosisIn(new Map([['listens', lines]])).listens, [9200, 1, 2, 3, 4])
  })
})
