/** A host without any machine, at the lowest layer of the transport: it answers scripts as a test says, or fails at them. */
import assert from 'node:assert/strict'
import { type AddressInfo, connect, type Server } from 'node:net'
import { ProblemError } from '../../src/diagnostic/problem.ts'
import type { CommandRequest, Connection, RunResult } from '../../src/ssh/connection.ts'
import { commandProblem } from '../../src/ssh/sudo/messages.ts'

/** What a script is for, by words that no other one has. The first that fits counts. */
const marks = {
  probe: 'uname -m',
  preflight: 'holder()',
  generations: ' lacks ',
  cleanup: " owned'",
  confirm: " confirmed'",
  recover: 'failed ${stage##*/}',
  change: " guard'",
  lock: " taken'",
  undo: " gone'",
  diagnosis: " journal'",
  host: " firewalls'",
}

const nonces = 'promha-[0-9a-f]{18}'

export type ScriptKind = keyof typeof marks | 'other'

/** A script that arrived at the host. */
export interface Sent {
  readonly kind: ScriptKind
  readonly script: string
  /** With what the lines begin that begin a section. */
  readonly mark: string
  readonly request: CommandRequest
}

/** How the host answers. Nothing given: it prints nothing and succeeds. */
export interface Answer {
  /** Names, each with its lines behind it: `clock\n5`. */
  readonly sections?: readonly string[]
  /** Instead of sections. */
  readonly stdout?: string
  readonly stderr?: string
  /** null: nobody learns how it ended, and the connection stays. */
  readonly code?: number | null
  /** The connection ends after that much, so that nobody learns how the command ended. */
  readonly cut?: true
}

type Said = Answer | readonly string[] | Error
export type Reply = Said | ((sent: Sent) => Said | Promise<Said>)

export interface FakeConnection extends Connection {
  /** All that arrived, in order. */
  readonly sent: readonly Sent[]
  /** The kinds of what arrived, without the looks of the watch, of which there may be any number. */
  readonly asked: () => readonly ScriptKind[]
  /** Ends the connection. */
  readonly cut: () => void
}

/** One after the other; the last one stays. */
export function inTurn(...replies: readonly Reply[]): Reply {
  let turn = 0
  return sent => {
    const reply = replies[Math.min(turn++, replies.length - 1)] ?? {}
    return typeof reply === 'function' ? reply(sent) : reply
  }
}

/** What `run` rejects with where a command is given up. */
export function timeOut(host: string): Error {
  return new ProblemError([commandProblem.tookTooLong({ host }, 900_000, '')])
}

/**
 * `answers`: by kind, or one for all. A script without an answer rejects, so that a test finds out what else is asked.
 * `server`: where each port of the host leads to.
 */
export function fakeConnection(
  host: string,
  answers: Partial<Record<ScriptKind, Reply>> | ((sent: Sent) => Said | Promise<Said>),
  server?: Server,
): FakeConnection {
  const sent: Sent[] = []
  let over = false
  let end: () => void = () => {}
  const closed = new Promise<void>(resolve => {
    end = () => {
      over = true
      resolve()
    }
  })
  const unknown = (kind: ScriptKind) => new Error(`${host} has no answer to the script ${kind}`)
  async function run(request: CommandRequest): Promise<RunResult> {
    const one = sentAs(request)
    sent.push(one)
    if (over) return result({ stderr: 'Not connected' }, one.mark, null)
    const reply = typeof answers === 'function' ? answers : (answers[one.kind] ?? unknown(one.kind))
    const said = typeof reply === 'function' ? await reply(one) : reply
    if (said instanceof Error) throw said
    const answer: Answer = isSections(said) ? { sections: said } : said
    if (answer.cut) end()
    return result(answer, one.mark, answer.cut || answer.code === null ? null : (answer.code ?? 0))
  }
  return {
    ...{ host, sent, run, closed, cut: end, close: end },
    get commands() {
      return sent.length
    },
    asked: () => sent.map(({ kind }) => kind).filter(kind => kind !== 'diagnosis'),
    forward: async () =>
      server
        ? connect((server.address() as AddressInfo).port, '127.0.0.1')
        : assert.fail('nothing is forwarded'),
  }
}

function isSections(said: Answer | readonly string[]): said is readonly string[] {
  return Array.isArray(said)
}

function sentAs(request: CommandRequest): Sent {
  const { script } = request
  const found = Object.entries(marks).find(([, words]) => script.includes(words))
  const [kind = 'other', words = ''] = found ?? []
  // A script may name other marks, too: that of its change, of its run, or of the lock that it takes.
  const own = words.startsWith(' ') ? `(${nonces})${words}` : `echo '(${nonces}) `
  const [, mark = ''] = new RegExp(own).exec(script) ?? []
  return { kind: kind as ScriptKind, script, mark, request }
}

function result(
  { sections = [], stdout, stderr = '' }: Answer,
  mark: string,
  code: number | null,
): RunResult {
  // What succeeds comes to its end.
  const ended = code === 0 && sections.length > 0 && !sections.includes('end')
  const all = ended ? [...sections, 'end'] : sections
  const text = stdout ?? all.map(section => `${mark} ${section}\n`).join('')
  return { code, stdout: Buffer.from(text), stderr }
}
