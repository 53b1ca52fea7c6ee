/** A connection to one host, on top of a client that has logged in. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'ssh2'
import type { SshSettings } from '../inventory/model.ts'
import { createLimit } from '../limit.ts'
import { usualOutput } from '../shell/bounds.ts'
import type { Connection, RunRequest, RunResult } from './connection.ts'
import { type Become, envelope } from './envelope.ts'
import { forwardOut } from './forward.ts'
import { runSession, type SessionResult } from './session.ts'
import {
  accountRefused,
  fromSudo,
  neverStarted,
  noChannel,
  refusedPassword,
  saidTooMuch,
  sudoRefused,
  tookTooLong,
  wantsPassword,
  wrongPassword,
} from './sudo.ts'
import type { SudoAccess, TypedPassword } from './sudo-password.ts'
import type { Target } from './target.ts'

export interface OpenOptions {
  readonly host: string
  readonly target: Target
  readonly sudo: SshSettings['sudo']
  readonly access: SudoAccess
}

/** sshd allows 10 (MaxSessions) and frees them late. */
const sessions = 4
const defaultTimeout = 60_000
const forwardTimeout = 10_000

/** Wraps a client; `run` and `forward` are as {@link Connection} says. */
export function openConnection(client: Client, { host, target, sudo, access }: OpenOptions): Connection {
  const limit = createLimit(sessions)
  const closed = new Promise<void>(resolve => client.once('close', () => resolve()))
  const needsSudo = sudo !== false && target.user !== 'root'
  const own = typeof sudo === 'object' && 'password' in sudo ? sudo.password : undefined
  let typed: TypedPassword | undefined
  let commands = 0
  let proven = false
  let scriptOnStdin = false

  async function attempt(
    request: RunRequest,
    become: Become,
    password: string | undefined,
  ): Promise<SessionResult> {
    const nonce = randomBytes(12).toString('hex')
    const patient =
      become === 'password' ||
      (!proven && request.stdin !== undefined && !(request.stdin instanceof Uint8Array))
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
      if (wait > 800) throw noChannel(host, result.stderr)
      await sleep(wait)
    }
  }

  async function run(request: RunRequest): Promise<RunResult> {
    try {
      return await runOnce(request)
    } catch (cause) {
      access.undecided()
      throw cause
    }
  }

  async function runOnce(request: RunRequest): Promise<RunResult> {
    const asRoot = request.root !== false && needsSudo
    let retried = false
    for (;;) {
      const used = typed
      const password = own ?? used?.password
      const become: Become = !asRoot ? 'none' : password === undefined ? 'silent' : 'password'
      const onStdin = scriptOnStdin
      const result = await limit(() => attempt(request, become, password))
      const { code, stdout, stderr, noise, started, asked, ended } = result
      if (ended === 'timeout') throw tookTooLong(host, request.timeout ?? defaultTimeout, result)
      if (ended === 'too much') throw saidTooMuch(host, result)
      if (ended === 'password refused' || (asked && !started && refusedPassword(stderr))) {
        if (access.ask === undefined || used === undefined) throw wrongPassword(host, target)
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
      const refused = accountRefused(host, target, `${noise}\n${stderr}`)
      if (refused !== undefined) throw refused
      if (become === 'silent' && wantsPassword(stderr)) {
        if (access.ask === undefined) throw sudoRefused(host, target, stderr)
        typed = await access.ask()
      } else if (become !== 'none' && fromSudo(stderr)) {
        throw sudoRefused(host, target, stderr)
      } else if (!onStdin && !retried) {
        scriptOnStdin = true
        retried = true
      } else throw neverStarted(host, target, code, `${noise}\n${stderr}`)
    }
  }

  return {
    host,
    get commands() {
      return commands
    },
    run,
    forward: (address, port) => forwardOut(client, address, port, forwardTimeout),
    close: () => closeClient(client),
    closed,
  }
}

/** Says goodbye, and does not wait for long if there is no answer. */
export function closeClient(client: Client): void {
  client.end()
  const timer = setTimeout(() => client.destroy(), 1000)
  client.once('close', () => clearTimeout(timer))
}
