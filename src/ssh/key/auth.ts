/** Which keys are shown to a host, in which order. sshd counts each one, six by default, so the likely ones come first. */
import type {
  AgentAuthMethod,
  AuthHandlerMiddleware,
  NextAuthHandler,
  ParsedKey,
  PublicKeyAuthMethod,
} from 'ssh2'
import { defined } from '../../diagnostic/defined.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { LoginTarget } from '../config/target.ts'
import { LoginError, place } from '../failure.ts'
import { loginProblem, sshProblem } from '../messages.ts'
import type { Agent } from './agent.ts'
import { describeKey, type KeyFile, type KeyRing } from './identity.ts'

interface Authentication {
  readonly handler: AuthHandlerMiddleware
  /** Keys shown so far, for messages. */
  readonly tried: string[]
  /** Keys left out, with the reason. */
  readonly passed: string[]
  /** What to type for keys left out because others may read them. */
  readonly closing: string[]
  /** What ended it, where that was not the server's refusal. */
  failure?: LoginError
}

const noTerminal = 'it needs a passphrase, and there is no terminal to ask on'

type Method = PublicKeyAuthMethod | AgentAuthMethod

/** What the order depends on; found out before the login so that it need not wait. */
export interface Candidates {
  /** The inventory's own. */
  readonly explicit?: KeyFile
  readonly files: readonly KeyFile[]
  readonly agent?: Agent
}

/** Throws a LoginError if the inventory's identity cannot be used. `warn` is told of another key that others may read. */
export async function findCandidates(
  target: LoginTarget,
  ring: KeyRing,
  agent: Agent | undefined,
  warn: (problem: Problem) => void,
): Promise<Candidates> {
  const [explicit, files] = await Promise.all([
    target.identity === undefined ? undefined : ring.load(target.identity),
    Promise.all(target.identityFiles.filter(path => path !== target.identity).map(path => ring.load(path))),
  ])
  if (explicit?.state === 'missing' || explicit?.state === 'unusable') {
    const why = explicit.state === 'missing' ? 'there is no such file' : explicit.why
    throw new LoginError(loginProblem.identityUnusable({}, explicit.path, why))
  }
  if (explicit?.state === 'exposed')
    throw new LoginError(loginProblem.identityExposed({}, explicit.path, explicit.why, explicit.remedy))
  for (const file of files)
    if (file.state === 'exposed') warn(sshProblem.keyUnused({}, file.path, file.why, file.remedy))
  return { files, ...defined({ explicit, agent }) }
}

/** The order of keys for one login. `waiting` is given each question to the user: the login's time does not run meanwhile. */
export function authenticate(
  target: LoginTarget,
  candidates: Candidates,
  ring: KeyRing,
  waiting: (question: Promise<unknown>) => void,
): Authentication {
  const authentication: Authentication = {
    tried: [],
    passed: [],
    closing: [],
    handler: (left, partial, next) => {
      void offer(left ?? undefined, partial ?? false).then(
        method => next(method as Parameters<NextAuthHandler>[0]),
        cause => {
          authentication.failure =
            cause instanceof LoginError
              ? cause
              : new LoginError(loginProblem.failed({}, (cause as Error).message))
          next(false as unknown as Parameters<NextAuthHandler>[0])
        },
      )
    },
  }
  const order = methods(target, candidates, ring, authentication, waiting)

  async function offer(left: readonly string[] | undefined, partial: boolean): Promise<Method | false> {
    if (partial) throw new LoginError(loginProblem.needsMore({}, place(target), left ?? []))
    if (left !== undefined && !left.includes('publickey'))
      throw new LoginError(loginProblem.takesNoKeys({}, place(target), left))
    const { value } = await order.next()
    return value ?? false
  }
  return authentication
}

async function* methods(
  target: LoginTarget,
  { explicit, files, agent }: Candidates,
  ring: KeyRing,
  { tried, passed, closing }: Authentication,
  waiting: (question: Promise<unknown>) => void,
): AsyncGenerator<Method, undefined> {
  const shown = new Set<string>()
  const username = target.user
  const isShown = (key: Buffer) => shown.has(key.toString('base64'))

  function* file(path: string, key: ParsedKey): Generator<Method> {
    if (isShown(key.getPublicSSH())) return
    shown.add(key.getPublicSSH().toString('base64'))
    tried.push(describeKey(path, key.getPublicSSH()))
    yield { type: 'publickey', username, key }
  }

  function* fromAgent(keys: readonly ParsedKey[]): Generator<Method> {
    const left = keys.filter(key => !isShown(key.getPublicSSH()))
    if (agent === undefined || left.length === 0) return
    for (const key of left) shown.add(key.getPublicSSH().toString('base64'))
    for (const key of left)
      tried.push(describeKey(`${key.comment || key.type} of ssh-agent`, key.getPublicSSH()))
    yield { type: 'agent', username, agent: agent.only(left) }
  }

  if (explicit?.state === 'ready') yield* file(explicit.path, explicit.key)
  // An agent that does not answer counts as empty, since a file may do.
  const keys = agent?.keys().catch((cause: Error) => {
    passed.push(`ssh-agent at ${agent.socket}: ${cause.message}`)
    return []
  })
  const held = (await keys) ?? []
  if (explicit?.state === 'locked') {
    yield* fromAgent(held.filter(key => explicit.publicKey?.equals(key.getPublicSSH())))
    if (explicit.publicKey === undefined || !isShown(explicit.publicKey)) {
      const asked = ring.unlock(explicit.path)
      waiting(asked)
      const unlocked = await asked
      if (unlocked.state !== 'ready') {
        throw new LoginError(loginProblem.identityLocked({}, explicit.path, unlocked.state === 'wrong'))
      }
      yield* file(explicit.path, unlocked.key)
    }
  }
  const wanted = files.flatMap(key => publicHalf(key) ?? [])
  const rank = (key: ParsedKey) => {
    const index = wanted.findIndex(half => half.equals(key.getPublicSSH()))
    return index < 0 ? wanted.length : index
  }
  const sorted = [...held].sort((left, right) => rank(left) - rank(right))
  yield* fromAgent(target.identitiesOnly ? sorted.filter(key => rank(key) < wanted.length) : sorted)
  for (const key of files) {
    if (key.state === 'ready') yield* file(key.path, key.key)
    if (key.state === 'unusable' || key.state === 'exposed') passed.push(`${key.path}: ${key.why}`)
    if (key.state === 'exposed') closing.push(key.remedy)
    if (key.state !== 'locked' || (key.publicKey !== undefined && isShown(key.publicKey))) continue
    const asked = ring.unlock(key.path)
    waiting(asked)
    const unlocked = await asked
    if (unlocked.state === 'ready') yield* file(key.path, unlocked.key)
    else passed.push(`${key.path}: ${unlocked.state === 'wrong' ? 'wrong passphrase' : noTerminal}`)
  }
  return undefined
}

function publicHalf(key: KeyFile): Buffer | undefined {
  if (key.state === 'ready') return key.key.getPublicSSH()
  return key.state === 'locked' || key.state === 'exposed' ? key.publicKey : undefined
}
