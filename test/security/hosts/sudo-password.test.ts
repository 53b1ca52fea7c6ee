/** On real hosts with a real sudo, on a terminal: a typed password goes where the user says, and not to a turned host. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { stringify } from 'yaml'
import { command } from '../../../src/shell/syntax/quote.ts'
import { useFleet } from '../../e2e/support/fleet.ts'
import { program } from '../../e2e/support/promha.ts'

const secret = 'correct-horse'
const hosts = ['mon-a', 'mon-b', 'app-01']

interface Talk {
  readonly code: number | undefined
  /** What was seen on the terminal. */
  readonly seen: string
  readonly questions: readonly string[]
}

describe('a sudo password on real hosts', function () {
  this.timeout(120_000)
  const fleet = useFleet()
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-sudo-'))
    for (const host of hosts) {
      await fleet.inside(host, `echo 'ops:${secret}' | chpasswd; cp -p /etc/sudoers.d/ops /root/ops.sudoers`)
    }
  })
  after(async () => {
    for (const host of hosts) await fleet.inside(host, 'mv /root/ops.sudoers /etc/sudoers.d/ops')
    await rm(directory, { recursive: true, force: true })
  })

  const wantsPassword = (host: string) =>
    fleet.inside(host, "echo 'ops ALL=(ALL:ALL) ALL' > /etc/sudoers.d/ops")

  /** Runs `promha status` on a terminal and answers each question, the shown ones with y or n. */
  async function status(answer: (question: string) => string, sudo: unknown = true): Promise<Talk> {
    const inventory = join(directory, 'inventory.yml')
    await writeFile(
      inventory,
      stringify({
        promha: 1,
        ssh: { config: fleet.lab().sshConfig, sudo },
        hosts: Object.fromEntries(hosts.map(name => [name, { address: fleet.host(name).address }])),
        cells: { lab: { exporters: { node: { hosts: ['all'] } } } },
      }),
    )
    const words = command(process.execPath, program, 'status', inventory)
    const child = execa('script', ['--quiet', '--return', '--command', words, '/dev/null'], {
      env: { XDG_STATE_HOME: join(directory, 'state'), TERM: 'dumb', NO_COLOR: '1' },
      reject: false,
      timeout: 60_000,
    })
    const questions: string[] = []
    let seen = ''
    let answered = 0
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString()
      const fresh = seen.slice(answered)
      const asked = /((?:WARNING|sudo)[^\r\n]*(?:password of ops on [\w-]+: |\[y\/N\] ))$/.exec(fresh)
      if (asked === null) return
      answered = seen.length
      questions.push(asked[1] ?? '')
      child.stdin.write(`${answer(asked[1] ?? '')}\r`)
    })
    const { exitCode } = await child
    assert.ok(!seen.includes(secret), seen)
    return { code: exitCode, seen, questions }
  }

  const notes = () => readFile(join(directory, 'state/promha/sudo-without-password'), 'utf8').catch(() => '')
  const place = (host: string) => `ops@${fleet.host(host).address}:22`

  it('is asked for once and shared as told, and a host that starts to ask is left out of that', async () => {
    await wantsPassword('mon-a')
    await wantsPassword('mon-b')
    const first = await status(question => (question.endsWith('[y/N] ') ? 'y' : secret))
    assert.equal(first.code, 0, first.seen)
    assert.equal(first.questions.length, 2, first.questions.join('\n'))
    assert.match(first.questions[0] ?? '', /^sudo password of ops on mon-[ab]: $/)
    assert.match(
      first.questions[1] ?? '',
      /use it for the other (host|2 hosts) as ops too \(.*mon-[ab].*\)\?/,
    )
    assert.ok((await notes()).includes(place('app-01')))
    assert.ok(!(await notes()).includes(place('mon-a')))

    await wantsPassword('app-01')
    const second = await status(question => {
      if (question.endsWith('[y/N] ')) return 'y'
      return question.startsWith('WARNING') ? '' : secret
    })
    assert.match(second.seen, /mon-a +node_exporter .* absent/)
    assert.doesNotMatch(second.seen, /app-01 +node_exporter .* absent/)
    const warned = second.questions.filter(question => question.startsWith('WARNING'))
    assert.equal(warned.length, 1, second.questions.join('\n'))
    assert.match(warned[0] ?? '', /^WARNING: app-01 needed no sudo password in an earlier run/)
    const shared = second.questions.find(question => question.endsWith('[y/N] '))
    assert.ok(shared !== undefined && !shared.includes('app-01'), shared)
  })

  it('is shared by the inventory without a question, and given up after three wrong ones', async () => {
    await wantsPassword('mon-a')
    await wantsPassword('mon-b')
    await fleet.inside('app-01', 'cp -p /root/ops.sudoers /etc/sudoers.d/ops')
    const sudo = { password: 'ask', same_for: ['mon-*'] }
    const same = await status(() => secret, sudo)
    assert.equal(same.code, 0, same.seen)
    assert.equal(same.questions.length, 1, same.questions.join('\n'))
    const wrong = await status(() => 'wrong', { password: 'ask', same_for: [] })
    assert.doesNotMatch(wrong.seen, /mon-[ab] +node_exporter .* absent/)
    assert.equal(wrong.questions.length, 6, wrong.questions.join('\n'))
    assert.match(wrong.questions[5] ?? '', /^sudo on mon-[ab] did not accept it\. /)
  })
})
