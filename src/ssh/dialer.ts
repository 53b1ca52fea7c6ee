/** Logs in to hosts: limits, retries, and the jump hosts that they share. */
import type { Client } from 'ssh2'
import { error, type Problem, ProblemError, warning } from '../diagnostic/problem.ts'
import type { Host, SshSettings } from '../inventory/model.ts'
import { createLimit, type LimitFunction } from '../limit.ts'
import { requireUnattended } from '../trust/foreign-problem.ts'
import { type ConfigNode, configFiles, readConfig } from './config-file.ts'
import type { Connection } from './connection.ts'
import { LoginError, place, UnreachableError, unreachable } from './failure.ts'
import { createHostKeys } from './host-keys.ts'
import { createKeyRing, type Prompt } from './identity.ts'
import { type LoginTools, logIn } from './login.ts'
import { closeClient, openConnection } from './open.ts'
import { createPersist } from './persist.ts'
import { openSudoNotes } from './sudo-notes.ts'
import { createSudoPasswords, type SudoHost } from './sudo-password.ts'
import { localSide, resolveTarget, type Target, type TargetRequest } from './target.ts'

export interface DialContext {
  /** Logins at work at once. */
  readonly forks: number
  /** Asks on the terminal without showing what is typed; absent: there is none. */
  readonly prompt?: Prompt
  /** Asks a question that wants a yes; absent: a password that is typed is used for its own host only. */
  readonly confirm?: (question: string) => Promise<boolean>
  readonly warn?: (problem: Problem) => void
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
  /**
   * A new connection. Rejects with an {@link UnreachableError} of one problem, or with the reason of the signal.
   */
  connect(host: Host, signal?: AbortSignal): Promise<Connection>
  /**
   * Ends every connection, the jump hosts' included, and whatever login is at work. Resolves once it is noted which hosts
   * needed no sudo password; never rejects.
   */
  close(): Promise<void>
}

/** sshd begins to turn logins away at 10 (MaxStartups 10:30:100). */
const loginsAtOnce = 8
const deepestJump = 8

/** Prepares to dial; nothing is opened or read before the first host. */
export function createDialer(context: DialContext): Dialer {
  const closed = new AbortController()
  const forks = createLimit(Math.max(1, context.forks))
  const limits = new Map<string, LimitFunction>()
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
  const sudoAccess = createSudoPasswords({
    notes,
    hosts: hostsThatMayAsk,
    ...(prompt === undefined ? {} : { prompt }),
    ...(confirm === undefined ? {} : { confirm }),
  })

  async function tools(): Promise<LoginTools> {
    // ssh2 is CommonJS: what it exports comes as the default, for good in every bundle.
    const module = await import('ssh2')
    const ssh2 = module.default ?? module
    const keyRing = createKeyRing(ssh2.utils.parseKey as never, prompt)
    return { ssh2, hostKeys: createHostKeys(), keyRing, agents: new Map(), warn: warnOnce }
  }

  async function lookUpTarget(request: TargetRequest): Promise<Target> {
    const { config } = request.ssh
    const nodes = configs.get(config) ?? readConfig(config)
    configs.set(config, nodes)
    const target = resolveTarget(request, await nodes, localSide())
    if (context.unattended) requireOurFiles(configFiles(await nodes, config), target)
    for (const criterion of target.ignoredCriteria) {
      warnOnce(
        warning(`a block \`Match ${criterion}\` of ssh_config was passed over: it is not supported`, {
          remedy: 'Put what it sets into a `Host` block, or into `ssh` of the inventory.',
        }),
      )
    }
    if (target.proxyCommand !== undefined) {
      throw new LoginError({
        summary: `ssh_config asks for a ProxyCommand to reach ${place(target)}, which is not supported`,
        remedy:
          'use ProxyJump there, set `ssh.jump` in the inventory, or ignore ssh_config with `config: false`',
      })
    }
    return target
  }

  function warnOnce(problem: Problem): void {
    if (warned.has(problem.summary)) return
    warned.add(problem.summary)
    context.warn?.(problem)
  }

  async function hostsThatMayAsk(): Promise<readonly SudoHost[]> {
    const found = await Promise.allSettled(
      (context.hosts ?? []).map(async host =>
        sudoHostThatMayAsk(host, await lookUpTarget(hostRequest(host))),
      ),
    )
    return found.flatMap(one => (one.status === 'fulfilled' ? (one.value ?? []) : []))
  }

  function limitOf(key: string): LimitFunction {
    const limit = limits.get(key) ?? createLimit(loginsAtOnce)
    limits.set(key, limit)
    return limit
  }

  /** The connection that a target's channels go through; undefined where it is reached directly. */
  async function jumpTo(target: Target, ssh: SshSettings, depth: number): Promise<Bastion | undefined> {
    let via: Bastion | undefined
    for (const [index, jump] of target.jumps.entries()) {
      if (depth >= deepestJump)
        throw new LoginError({
          summary: `more than ${deepestJump} jump hosts in a row to ${place(target)}`,
          remedy: 'look for a ProxyJump that leads back to itself',
        })
      const next = await lookUpTarget(jumpRequest(jump, ssh))
      const before = index === 0 ? await jumpTo(next, ssh, depth + 1) : via
      const key = [before?.key ?? '', place(next), next.identity ?? '', next.hostKey].join(' ')
      via = { key, client: await bastion(key, next, before) }
    }
    return via
  }

  function bastion(key: string, target: Target, before: Bastion | undefined): Promise<Client> {
    const known = bastions.get(key)
    if (known !== undefined) return known
    const dialled = dial(target, before, closed.signal).then(
      client => {
        client.once('close', () => bastions.delete(key))
        return client
      },
      cause => {
        if (!(cause instanceof LoginError)) throw cause
        const { summary, ...rest } = cause.explanation
        throw new LoginError({ ...rest, summary: `the jump host failed: ${summary}` })
      },
    )
    bastions.set(key, dialled)
    return dialled
  }

  async function dial(target: Target, via: Bastion | undefined, signal: AbortSignal): Promise<Client> {
    loaded ??= tools()
    const ready = await loaded
    const client = await limitOf(via === undefined ? `${target.address}:${target.port}` : via.key)(() =>
      persist(() => logIn(target, via?.client, ready, signal), signal),
    )
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

function hostRequest({ name, address, ssh }: Host): TargetRequest {
  return ssh.host === undefined
    ? { names: [name, address], address, ssh }
    : { names: [ssh.host], address: ssh.host, ssh }
}

function asSudoHost({ name, ssh }: Host, target: Target): SudoHost {
  const jumps = target.jumps.map(({ host, port }) => ` through ${host}:${port ?? 22}`)
  const sameFor = typeof ssh.sudo === 'object' && 'sameFor' in ssh.sudo ? ssh.sudo.sameFor : undefined
  return {
    ...{ name, user: target.user, place: [place(target), ...jumps].join('') },
    ...(sameFor === undefined ? {} : { sameFor }),
    ...(target.hostKey === 'off' ? { unchecked: true } : {}),
  }
}

/** undefined where sudo is not used, or has a password in the inventory. */
function sudoHostThatMayAsk(host: Host, target: Target): SudoHost | undefined {
  const { sudo } = host.ssh
  const asks = sudo === true || (typeof sudo === 'object' && 'sameFor' in sudo)
  return asks && target.user !== 'root' ? asSudoHost(host, target) : undefined
}

/** A jump host takes the inventory's trust and key, but its user and port are its own. */
function jumpRequest(jump: Target['jumps'][number], ssh: SshSettings): TargetRequest {
  const { user: _user, port: _port, host: _host, jump: _jump, ...shared } = ssh
  return {
    names: [jump.host],
    address: jump.host,
    ssh: {
      ...shared,
      ...(jump.user === undefined ? {} : { user: jump.user }),
      ...(jump.port === undefined ? {} : { port: jump.port }),
    },
  }
}

function asUnreachable(host: string, cause: unknown): UnreachableError {
  if (cause instanceof LoginError) return unreachable(host, cause.explanation)
  if (cause instanceof ProblemError) {
    return new UnreachableError(cause.problems.map(problem => ({ ...problem, host })))
  }
  return new UnreachableError([error(`cannot connect: ${(cause as Error).message}`, { host })])
}

/** Throws a ProblemError that names what somebody else can change of the files of a login. */
function requireOurFiles(configs: readonly string[], { identity, identityFiles, knownHosts }: Target): void {
  requireUnattended([
    ...configs,
    ...(identity === undefined ? [] : [identity]),
    ...identityFiles,
    ...knownHosts,
  ])
}
