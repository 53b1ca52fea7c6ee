/** One login: a TCP connection (or a channel of a jump host), the host key, the user's key. */
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { Problem } from '../diagnostic/problem.ts'
import { type Agent, connectAgent } from './agent.ts'
import { ciphers, hostKeyOrder } from './algorithm.ts'
import { authenticate, findCandidates } from './auth.ts'
import {
  closedAfterKey,
  hostKeyRefused,
  hungUp,
  keyRefused,
  LoginError,
  noAnswer,
  protocolFailure,
  socketFailure,
} from './failure.ts'
import { forwardOut } from './forward.ts'
import type { HostKeys } from './host-keys.ts'
import type { KeyRing } from './identity.ts'
import { createPatience } from './patience.ts'
import type { Target } from './target.ts'

/** Characters of what a host says during a login. */
const longestBanner = 1000

export interface LoginTools {
  readonly ssh2: typeof import('ssh2')
  readonly hostKeys: HostKeys
  readonly keyRing: KeyRing
  readonly agents: Map<string, Agent>
  /** Told each problem once. */
  readonly warn: (problem: Problem) => void
}

/**
 * Logs in once. The client has a listener for errors, so that one after the login ends no process.
 * @param via the jump host's connection to go through
 * @throws LoginError with the reason; ProblemError where known_hosts cannot be read or written
 */
export async function logIn(
  target: Target,
  via: Client | undefined,
  tools: LoginTools,
  signal: AbortSignal,
): Promise<Client> {
  signal.throwIfAborted()
  const agent = target.agent === undefined ? undefined : agentAt(target.agent, tools)
  const [candidates, trusted] = await Promise.all([
    findCandidates(target, tools.keyRing, agent, tools.warn),
    tools.hostKeys.load(target),
  ])
  const socket = via === undefined ? await openSocket(target, signal) : await openThrough(target, via)
  const client = new tools.ssh2.Client()
  const patience = createPatience(target.connectTimeout)
  const authentication = authenticate(target, candidates, tools.keyRing, patience.pause)
  let refusal: LoginError | undefined
  let unseen: Buffer | undefined
  let told = ''
  let stop = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      patience.expired(() => reject(noAnswer(target, 'logging in', 'timed out')))
      client.on('ready', resolve)
      client.on('error', cause => {
        const reason = why(cause, target, authentication, refusal)
        if (reason !== undefined) reject(reason)
      })
      // The last of them is PAM's word on the account, where it has one.
      client.on('banner', text => {
        told = text.slice(0, longestBanner)
      })
      client.on('close', () =>
        reject(refusal ?? (authentication.tried.length > 0 ? closedAfterKey(target, told) : hungUp(target))),
      )
      client.connect({
        sock: socket as Socket,
        username: target.user,
        readyTimeout: 0,
        keepaliveInterval: 5000,
        keepaliveCountMax: 3,
        algorithms: { cipher: ciphers, serverHostKey: hostKeyOrder(trusted.types) },
        authHandler: authentication.handler,
        hostVerifier: (key: Buffer) => {
          if (target.hostKey === 'off') return true
          const verdict = trusted.judge(key)
          if (verdict.kind === 'known') return true
          if (verdict.kind === 'unknown' && target.hostKey === 'accept-new') {
            unseen = Buffer.from(key)
            return true
          }
          refusal = hostKeyRefused(target, verdict, trusted.name, key)
          return false
        },
      })
    })
    if (unseen !== undefined) {
      const verdict = await trusted.remember(unseen)
      if (verdict.kind === 'changed' || verdict.kind === 'revoked') {
        throw hostKeyRefused(target, verdict, trusted.name, unseen)
      }
    }
    return client
  } catch (cause) {
    client.destroy()
    socket.destroy()
    throw cause
  } finally {
    patience.end()
    signal.removeEventListener('abort', stop)
  }
}

function agentAt(socket: string, { agents, ssh2 }: LoginTools): Agent {
  const known = agents.get(socket) ?? connectAgent(ssh2, socket)
  agents.set(socket, known)
  return known
}

/** What an error of ssh2 means; undefined where it goes on by itself with the next key. */
function why(
  cause: Error & { level?: string; code?: string },
  target: Target,
  authentication: ReturnType<typeof authenticate>,
  refusal: LoginError | undefined,
): LoginError | undefined {
  if (refusal !== undefined) return refusal
  if (cause.level === 'agent') {
    authentication.passed.push(`a key of ssh-agent: ${cause.message}`)
    return undefined
  }
  if (cause.level === 'client-authentication') {
    if (/^Error (while )?signing/.test(cause.message)) {
      authentication.passed.push(cause.message)
      return undefined
    }
    return authentication.failure ?? keyRefused(target, authentication)
  }
  if (/too many authentication failures/i.test(cause.message)) {
    return keyRefused(target, authentication, 'the host said: too many authentication failures')
  }
  if (cause.message === 'Connection lost before handshake') return hungUp(target)
  if (cause.level === 'client-socket') return socketFailure(target, cause as NodeJS.ErrnoException)
  return protocolFailure(target, cause.message)
}

function openSocket(target: Target, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: target.address, port: target.port, noDelay: true })
    const timer = setTimeout(() => fail(noAnswer(target, 'connecting', 'no')), target.connectTimeout)
    const stop = () => fail(signal.reason)
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      socket.removeListener('error', onError)
    }
    const fail = (cause: unknown) => {
      settle()
      socket.on('error', () => {})
      socket.destroy()
      reject(cause)
    }
    const onError = (cause: NodeJS.ErrnoException) => fail(socketFailure(target, cause))
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', onError)
    socket.once('connect', () => {
      settle()
      resolve(socket)
    })
  })
}

async function openThrough(target: Target, via: Client): Promise<Duplex> {
  try {
    return await forwardOut(via, target.address, target.port, target.connectTimeout)
  } catch (cause) {
    throw new LoginError({
      summary: `cannot reach ${target.address}:${target.port} through the jump host: ${(cause as Error).message}`,
      remedy: 'check the address as seen from the jump host, and that its sshd allows TCP forwarding',
    })
  }
}
