/** Logs in to hosts: limits, retries, and the jump hosts that they share. */
import type { Client } from 'ssh2'
import { defined } from '../diagnostic/defined.ts'
import { remembered } from '../diagnostic/grouped.ts'
import { type Problem, ProblemError, problemKey } from '../diagnostic/problem.ts'
import type { Host, SshSettings } from '../inventory/model.ts'
import { createLimit } from '../limit.ts'
import { type ConfigNode, configFiles, readSshConfig } from './config/config-file.ts'
import { type LoginTarget, localSide, resolveTarget, type TargetRequest } from './config/target.ts'
import type { Connection } from './connection.ts'
import { LoginError, place, UnreachableError } from './failure.ts'
import { createHostKeys } from './key/host-keys.ts'
import { createKeyRing, type Prompt } from './key/identity.ts'
import { createLine } from './line.ts'
import { type LoginTools, logIn } from './login.ts'
import { loginProblem, sshProblem } from './messages.ts'
import { closeClient, openConnection } from './open.ts'
import { createPersist } from './persist.ts'
import { asSudoHost, hostRequest, jumpRequest, requireOurFiles, sudoHostThatMayAsk } from './requests.ts'
import { openSudoNotes } from './sudo/sudo-notes.ts'
import { createSudoPasswords, type SudoHost } from './sudo/sudo-password.ts'

export interface DialContext {
  /** Logins at work at once. */
  readonly forks: number
  /** Asks on the terminal without showing what is typed; absent: there is none. */
  readonly prompt?: Prompt
  /** Asks a question that wants a yes; absent: a password that is typed is used for its own host only. */
  readonly confirm?: (question: string) => Promise<boolean>
  readonly warn?: (problem: Problem) => void
  /** Told whenever a login has begun, so that what can be done until hosts answer is done then. */
  readonly begun?: () => void
  /** Told why a login that timed out is tried again. */
  readonly retried?: (why: string) => void
  /** Log in only with files that root and this user alone can change. */
  readonly unattended?: boolean
  /** The hosts of this run: those among which a typed sudo password may be shared. */
  readonly hosts?: readonly Host[]
  /** Absolute path of the file that says which hosts need no sudo password; absent: only this run is remembered. */
  readonly sudoNotes?: string
}

export interface Dialer {
  /** A new connection. Rejects with an {@link UnreachableError} of one problem, or with the reason of the signal. */
  connect(host: Host, signal?: AbortSignal): Promise<Connection>
  /** Ends every connection and login, and notes which hosts needed no sudo password; never rejects. */
  close(): Promise<void>
}

const deepestJump = 8

/** Prepares to dial; nothing is opened or read before the first host. */
export function createDialer(context: DialContext): Dialer {
  const closed = new AbortController()
  const forks = createLimit(Math.max(1, context.forks))
  const lines = new Map<string, ReturnType<typeof createLine>>()
  const configs = new Map<string | false | undefined, Promise<readonly ConfigNode[]>>()
  const bastions = new Map<string, Promise<Client>>()
  const clients = new Set<Client>()
  const warned = new Set<string>()
  const persist = createPersist(context.retried ?? (() => {}))
  let loaded: Promise<LoginTools> | undefined
  const { prompt, confirm } = context
  const notes = openSudoNotes(context.sudoNotes, problem => {
    // Without a terminal no password is typed, so none can be caught.
    if (prompt !== undefined) warnOnce(problem)
  })
  const sudoAccess = createSudoPasswords({ notes, hosts: hostsThatMayAsk, ...defined({ prompt, confirm }) })

  async function tools(): Promise<LoginTools> {
    // ssh2 is CommonJS: what it exports comes as the default, for good in every bundle.
    const module = await import('ssh2')
    const ssh2 = module.default ?? module
    const keyRing = createKeyRing(ssh2.utils.parseKey as never, prompt)
    return { ssh2, hostKeys: createHostKeys(), keyRing, agents: new Map(), warn: warnOnce }
  }

  async function lookUpTarget(request: TargetRequest): Promise<LoginTarget> {
    const { config } = request.ssh
    const nodes = await remembered(configs, config, () => readSshConfig(config))
    const target = resolveTarget(request, nodes, localSide())
    if (context.unattended) requireOurFiles(configFiles(nodes, config), target)
    for (const criterion of target.ignoredCriteria) warnOnce(sshProblem.matchUnsupported({}, criterion))
    if (target.proxyCommand !== undefined) throw new LoginError(loginProblem.proxyCommand({}, place(target)))
    return target
  }

  function warnOnce(problem: Problem): void {
    const key = problemKey(problem)
    if (warned.has(key)) return
    warned.add(key)
    context.warn?.(problem)
  }

  async function hostsThatMayAsk(): Promise<readonly SudoHost[]> {
    const find = async (host: Host) => sudoHostThatMayAsk(host, await lookUpTarget(hostRequest(host)))
    const found = await Promise.allSettled((context.hosts ?? []).map(find))
    return found.flatMap(one => (one.status === 'fulfilled' ? (one.value ?? []) : []))
  }

  /** The connection that a target's channels go through; undefined where it is reached directly. */
  async function jumpTo(target: LoginTarget, ssh: SshSettings, depth: number): Promise<Bastion | undefined> {
    let via: Bastion | undefined
    for (const [index, jump] of target.jumps.entries()) {
      if (depth >= deepestJump)
        throw new LoginError(loginProblem.tooManyJumps({}, place(target), deepestJump))
      const next = await lookUpTarget(jumpRequest(jump, ssh))
      const before = index === 0 ? await jumpTo(next, ssh, depth + 1) : via
      const key = [before?.key ?? '', place(next), next.identity ?? '', next.hostKey].join(' ')
      via = { key, client: await remembered(bastions, key, () => dialBastion(key, next, before)) }
    }
    return via
  }

  async function dialBastion(key: string, target: LoginTarget, before: Bastion | undefined): Promise<Client> {
    const client = await dial(target, before, closed.signal).catch(cause => {
      if (!(cause instanceof LoginError)) throw cause
      const { problem } = cause
      throw new LoginError({ ...problem, summary: `the jump host failed: ${problem.summary}` })
    })
    client.once('close', () => bastions.delete(key))
    return client
  }

  async function dial(target: LoginTarget, via: Bastion | undefined, signal: AbortSignal): Promise<Client> {
    loaded ??= tools()
    const loading = loaded
    const key = via === undefined ? `${target.address}:${target.port}` : via.key
    // Through a jump host the sshd that cuts is the target's, and the others behind it are not to wait for it.
    const line = remembered(lines, key, () => createLine(via === undefined))
    const login = persist(() => line(() => logIn(target, via?.client, loading, signal)), signal)
    context.begun?.()
    const client = await login
    if (closed.signal.aborted) {
      closeClient(client)
      throw closed.signal.reason
    }
    clients.add(client)
    client.once('close', () => clients.delete(client))
    return client
  }

  return {
    async connect(host, signal) {
      const either = signal === undefined ? closed.signal : AbortSignal.any([closed.signal, signal])
      try {
        return await forks(async () => {
          either.throwIfAborted()
          const target = await lookUpTarget(hostRequest(host))
          const client = await dial(target, await jumpTo(target, host.ssh, 0), either)
          const access = sudoAccess(asSudoHost(host, target))
          return openConnection(client, { host: host.name, target, sudo: host.ssh.sudo, access })
        })
      } catch (cause) {
        throw either.aborted ? either.reason : asUnreachable(host.name, cause)
      }
    },
    close() {
      closed.abort(new Error('the connections were closed'))
      for (const client of clients) closeClient(client)
      return notes.save()
    },
  }
}

interface Bastion {
  readonly key: string
  readonly client: Client
}

function asUnreachable(host: string, cause: unknown): UnreachableError {
  const problems =
    cause instanceof LoginError ? [cause.problem] : cause instanceof ProblemError ? cause.problems : undefined
  if (problems) return new UnreachableError(problems.map(problem => ({ ...problem, host })))
  return new UnreachableError([sshProblem.cannotConnect({ host }, (cause as Error).message)])
}
