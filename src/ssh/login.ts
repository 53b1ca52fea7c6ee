/** One login: a TCP connection (or a channel of a jump host), the host key, the user's key. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import { remembered } from '../diagnostic/grouped.ts'
import type { Problem } from '../diagnostic/problem.ts'
import { forwardOut } from './channel/forward.ts'
import type { LoginTarget } from './config/target.ts'
import * as failure from './failure.ts'
import { LoginError, place } from './failure.ts'
import { type Agent, connectAgent } from './key/agent.ts'
import { ciphers, hostKeyOrder } from './key/algorithm.ts'
import { authenticate, findCandidates } from './key/auth.ts'
import type { HostKeys } from './key/host-keys.ts'
import type { KeyRing } from './key/identity.ts'
import { loginProblem } from './messages.ts'
import { createPatience } from './patience.ts'

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

/** Logs in once, `via` a jump host if given. Throws a LoginError, or a ProblemError if known_hosts cannot be read or written. */
export async function logIn(
  target: LoginTarget,
  via: Client | undefined,
  loading: Promise<LoginTools>,
  signal: AbortSignal,
): Promise<Client> {
  signal.throwIfAborted()
  const open = () => (via === undefined ? openSocket(target, signal) : openThrough(target, via))
  // Until sshd says its first word, ssh2 is loaded and the keys are read.
  const early = via === undefined ? open() : undefined
  early?.catch(() => {})
  const { tools, candidates, trusted } = await findKeys(target, loading, signal).catch(cause => {
    early?.then(socket => socket.destroy()).catch(() => {})
    throw cause
  })
  const socket = await (early ?? open())
  const client = new tools.ssh2.Client()
  const patience = createPatience(target.connectTimeout)
  const authentication = authenticate(target, candidates, tools.keyRing, patience.pause)
  let refusal: LoginError | undefined
  let unseen: Buffer | undefined
  let banner = ''
  let stop = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      patience.expired(() => reject(failure.noAnswer(target, 'logging in', 'timed out')))
      client.on('ready', resolve)
      client.on('error', cause => {
        const reason = why(cause, target, authentication, refusal)
        if (reason !== undefined) reject(reason)
      })
      // The last of them is PAM's word on the account, where it has one.
      client.on('banner', text => {
        banner = text.slice(0, longestBanner)
      })
      client.on('close', () => {
        const isTried = authentication.tried.length > 0
        reject(refusal ?? (isTried ? failure.closedAfterKey(target, banner) : failure.hungUp(target)))
      })
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
          refusal = failure.hostKeyRefused(target, verdict, trusted.name, key)
          return false
        },
      })
    })
    if (unseen !== undefined) {
      const verdict = await trusted.remember(unseen)
      if (verdict.kind === 'changed' || verdict.kind === 'revoked')
        throw failure.hostKeyRefused(target, verdict, trusted.name, unseen)
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

/** What the login is made with. Rejects with why the user's own files do not allow it. */
async function findKeys(target: LoginTarget, loading: Promise<LoginTools>, signal: AbortSignal) {
  const tools = await loading
  const agentAt = (path: string) => remembered(tools.agents, path, () => connectAgent(tools.ssh2, path))
  const agent = target.agent === undefined ? undefined : agentAt(target.agent)
  const [candidates, trusted] = await Promise.all([
    findCandidates(target, tools.keyRing, agent, tools.warn),
    tools.hostKeys(target),
  ])
  signal.throwIfAborted()
  return { tools, candidates, trusted }
}

/** What an error of ssh2 means; undefined where it goes on by itself with the next key. */
function why(
  cause: Error & { level?: string; code?: string },
  target: LoginTarget,
  authentication: ReturnType<typeof authenticate>,
  refusal: LoginError | undefined,
): LoginError | undefined {
  if (refusal !== undefined) return refusal
  const ofAgent = cause.level === 'agent'
  const isKeys = cause.level === 'client-authentication'
  if (ofAgent || (isKeys && /^Error (while )?signing/.test(cause.message))) {
    authentication.passed.push(`${ofAgent ? 'a key of ssh-agent: ' : ''}${cause.message}`)
    return undefined
  }
  if (isKeys) {
    return authentication.failure ?? failure.keyRefused(target, authentication)
  }
  if (/too many authentication failures/i.test(cause.message))
    return failure.keyRefused(target, authentication, 'the host said: too many authentication failures')
  if (cause.message === 'Connection lost before handshake') return failure.hungUp(target)
  if (cause.level === 'client-socket') return failure.socketFailure(target, cause as NodeJS.ErrnoException)
  return new LoginError(loginProblem.protocol({}, place(target), cause.message))
}

async function openSocket(target: LoginTarget, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host: target.address, port: target.port, noDelay: true })
  // What it says, and that it hangs up, is not read before ssh2 listens.
  socket.pause()
  const late = AbortSignal.timeout(target.connectTimeout)
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, late]) })
    return socket
  } catch (cause) {
    socket.on('error', () => {})
    socket.destroy()
    signal.throwIfAborted()
    if (late.aborted) throw failure.noAnswer(target, 'connecting', 'no')
    throw failure.socketFailure(target, cause as NodeJS.ErrnoException)
  }
}

async function openThrough(target: LoginTarget, via: Client): Promise<Duplex> {
  try {
    return await forwardOut(via, target.address, target.port, target.connectTimeout)
  } catch (cause) {
    const at = `${target.address}:${target.port}`
    throw new LoginError(loginProblem.notThroughJump({}, at, (cause as Error).message))
  }
}
