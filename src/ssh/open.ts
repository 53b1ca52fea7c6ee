/** A connection to one host, on top of a client that has logged in. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'ssh2'
import { type Problem, ProblemError } from '../diagnostic/problem.ts'
import type { SshSettings } from '../inventory/model.ts'
import { createLimit } from '../limit.ts'
import { usualOutput } from '../shell/syntax/bounds.ts'
import { type Become, envelope } from './channel/envelope.ts'
import { forwardOut } from './channel/forward.ts'
import { runSession, type SessionResult } from './channel/session.ts'
import type { LoginTarget } from './config/target.ts'
import type { CommandRequest, Connection, RunResult } from './connection.ts'
import { commandProblem } from './sudo/messages.ts'
import * as sudoSaid from './sudo/sudo.ts'
import type { SudoAccess, TypedPassword } from './sudo/sudo-password.ts'

export interface LoginOptions {
  readonly host: string
  readonly target: LoginTarget
  readonly sudo: SshSettings['sudo']
  readonly access: SudoAccess
}

/** sshd allows 10 (MaxSessions) and frees them late. */
const sessions = 4
const defaultTimeout = 60_000
const forwardTimeout = 10_000

/** Wraps a client; `run` and `forward` are as {@link Connection} says. */
export function openConnection(client: Client, { host, target, sudo, access }: LoginOptions): Connection {
  const limit = createLimit(sessions)
  const closed = new Promise<void>(resolve => client.once('close', () => resolve()))
  const needsSudo = sudo !== false && target.user !== 'root'
  const own = typeof sudo === 'object' && 'password' in sudo ? sudo.password : undefined
  let typed: TypedPassword | undefined
  let commands = 0
  let proven = false
  let scriptOnStdin = false

  async function attempt(request: CommandRequest, become: Become, password?: string): Promise<SessionResult> {
    const nonce = randomBytes(12).toString('hex')
    const isStream = request.stdin !== undefined && !(request.stdin instanceof Uint8Array)
    const patient = become === 'password' || (!proven && isStream)
    const session = {
      envelope: envelope(request.script, nonce, become, scriptOnStdin),
      stdin: request.stdin,
      onStdout: request.onStdout,
      largest: request.largest ?? usualOutput,
      timeout: request.timeout ?? defaultTimeout,
      patient,
      ...(become === 'password' && password !== undefined ? { password } : {}),
    }
    for (let wait = 100; ; wait *= 2) {
      commands += 1
      const result = await runSession(client, session)
      if (result.ended !== 'no channel') return result
      if (wait > 800) throw failed(commandProblem.noChannel({ host }, result.stderr))
      await sleep(wait)
    }
  }

  async function runOnce(request: CommandRequest): Promise<RunResult> {
    const asRoot = request.root !== false && needsSudo
    for (;;) {
      const used = typed
      const password = own ?? used?.password
      const become: Become = !asRoot ? 'none' : password === undefined ? 'silent' : 'password'
      const onStdin = scriptOnStdin
      const result = await limit(() => attempt(request, become, password))
      const { code, stdout, stderr, noise, started, asked, ended } = result
      if (ended === 'timeout')
        throw failed(commandProblem.tookTooLong({ host }, request.timeout ?? defaultTimeout, stderr))
      if (ended === 'too much') throw failed(sudoSaid.saidTooMuch(host, result))
      if (ended === 'password refused' || (asked && !started && sudoSaid.refusedPassword(stderr))) {
        if (access.ask === undefined || used === undefined)
          throw failed(commandProblem.wrongPassword({ host }, target.user))
        typed = await access.ask(used)
        continue
      }
      if (code === null || started) {
        proven ||= started
        if (!started) access.undecided()
        else if (asRoot && asked) access.accepted(used)
        else if (asRoot) access.neededNone()
        return { code, stdout, stderr }
      }
      const refused = sudoSaid.accountRefused(host, target, `${noise}\n${stderr}`)
      if (refused !== undefined) throw failed(refused)
      const asks = become === 'silent' && sudoSaid.wantsPassword(stderr)
      if (asks && access.ask !== undefined) {
        typed = await access.ask()
      } else if (asks || (become !== 'none' && sudoSaid.fromSudo(stderr))) {
        throw sudoSaid.sudoRefused(host, target, stderr)
      } else if (!onStdin) scriptOnStdin = true
      else throw failed(commandProblem.neverStarted({ host }, target.user, code, `${noise}\n${stderr}`))
    }
  }

  return {
    host,
    get commands() {
      return commands
    },
    run: request =>
      runOnce(request).catch(cause => {
        access.undecided()
        throw cause
      }),
    forward: (address, port) => forwardOut(client, address, port, forwardTimeout),
    close: () => closeClient(client),
    closed,
  }
}

const failed = (problem: Problem) => new ProblemError([problem])

/** Says goodbye, and does not wait for long if there is no answer. */
export function closeClient(client: Client): void {
  client.end()
  const timer = setTimeout(() => client.destroy(), 1000)
  client.once('close', () => clearTimeout(timer))
}
