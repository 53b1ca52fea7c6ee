/** Passwords for sudo that the user types: shared only if the user or the inventory says so, never with hosts that needed none. */
import { remembered } from '../../diagnostic/grouped.ts'
import { ProblemError } from '../../diagnostic/problem.ts'
import { visibleLine } from '../../diagnostic/visible.ts'
import type { Prompt } from '../key/identity.ts'
import { commandProblem } from './messages.ts'
import type { SudoNotes } from './sudo-notes.ts'

/** Compared by identity, so that a wrong one that is typed twice is a new answer. */
export interface TypedPassword {
  readonly password: string
}

/** A host on which sudo may ask. */
export interface SudoHost {
  readonly name: string
  readonly user: string
  /** The same in every run: user, address, port, and the jump hosts before it. */
  readonly place: string
  /** Its host key is not looked at, so another machine may answer in its place. */
  readonly unchecked?: boolean
  /** Hosts that the inventory lets have the same password; undefined: the user is asked. */
  readonly sameFor?: readonly string[]
}

/** One host's sudo during a run; its connections share it. */
export interface SudoAccess {
  /** A password to try next, after `refused`. Absent without a terminal. Rejects with a ProblemError after three, or an empty one. */
  readonly ask?: (refused?: TypedPassword) => Promise<TypedPassword>
  /** sudo asked and accepted it. */
  accepted(answer: TypedPassword | undefined): void
  /** sudo let the user through without asking. */
  neededNone(): void
  /** The command ended before sudo had decided. */
  undecided(): void
}

interface SudoPasswordTools {
  readonly notes: SudoNotes
  readonly prompt?: Prompt
  /** Asks a question that wants a yes. Absent: no password is shared unless the inventory says so. */
  readonly confirm?: (question: string) => Promise<boolean>
  /** Hosts of this run on which sudo may ask. */
  readonly hosts: () => Promise<readonly SudoHost[]>
}

interface Shared {
  readonly answer: TypedPassword
  readonly hosts: ReadonlySet<string>
}

/** A password that is being typed, and which hosts wait to hear whether it is theirs too. */
interface Share {
  readonly owner: string
  readonly mayCover: (host: SudoHost) => boolean
  /** undefined: it was never accepted, so the next host asks. */
  readonly outcome: Promise<Shared | undefined>
  readonly finish: (outcome: Shared | undefined | Promise<never>) => void
  finished: boolean
  hosts: ReadonlySet<string>
}

interface State {
  neededNone: boolean
  wrong: number
  /** Why it is not asked for any more. */
  abandoned?: Error
  current?: TypedPassword
  asking?: Promise<TypedPassword>
}

const mostWrong = 3
const mostNames = 8

export function createSudoPasswords(tools: SudoPasswordTools): (host: SudoHost) => SudoAccess {
  const { prompt, confirm, notes } = tools
  const states = new Map<string, State>()
  const shares = new Set<Share>()

  const stateOf = (name: string) => remembered(states, name, (): State => ({ neededNone: false, wrong: 0 }))

  /** When it needed none; undefined if that is not known. */
  async function neededNone({ name, place }: SudoHost): Promise<string | undefined> {
    if (stateOf(name).neededNone) return 'earlier in this run'
    return (await notes.needsNone(place)) ? 'in an earlier run' : undefined
  }

  async function find(host: SudoHost, ask: Prompt): Promise<TypedPassword> {
    for (;;) {
      const before = await neededNone(host)
      if (before !== undefined || stateOf(host.name).wrong > 0) return type(host, ask, before)
      const share = [...shares].find(({ mayCover }) => mayCover(host))
      if (share === undefined) return typeFirst(host, ask, openShare(host))
      const outcome = await share.outcome
      if (outcome === undefined || (await neededNone(host)) !== undefined) continue
      return outcome.hosts.has(host.name) ? outcome.answer : type(host, ask)
    }
  }

  async function type(host: SudoHost, ask: Prompt, before?: string): Promise<TypedPassword> {
    const { name, user } = host
    const password = await ask(`${leadOf(host, before)}sudo password of ${user} on ${name}: `)
    if (password !== '') return { password }
    throw giveUp(host, commandProblem.noPassword)
  }

  function leadOf({ name, unchecked }: SudoHost, before: string | undefined): string {
    const texts = stateOf(name).wrong > 0 ? [`sudo on ${name} did not accept it. `] : []
    if (before !== undefined)
      texts.push(
        `WARNING: ${name} needed no sudo password ${before}. A host that was taken over can ask for one in order to `,
        `steal it. What you type is sent to ${name} only; press Enter to leave the host out. `,
        'To give one password for several hosts that you trust, set `ssh.sudo.password` in the inventory. ',
      )
    if (unchecked === true)
      texts.push(
        `WARNING: the host key of ${name} is not checked (\`host_key: off\`), so another machine may be asking. `,
      )
    return texts.join('')
  }

  function giveUp({ name, user }: SudoHost, why: typeof commandProblem.noPassword): Error {
    const cause = new ProblemError([why({ host: name }, user)])
    stateOf(name).abandoned = cause
    return cause
  }

  /** The one whose answer may serve for others. */
  async function typeFirst(host: SudoHost, ask: Prompt, share: Share): Promise<TypedPassword> {
    try {
      const answer = await type(host, ask)
      share.hosts = new Set(host.sameFor ?? (await consented(host)))
      // No other host gets it, so none waits until sudo has accepted it.
      if (share.hosts.size === 0) share.finish({ answer, hosts: share.hosts })
      return answer
    } catch (cause) {
      // An empty answer leaves out this host; without any answer, no other host is asked.
      if (stateOf(host.name).abandoned === cause) close(share)
      else share.finish(Promise.reject(cause))
      throw cause
    }
  }

  function openShare({ name, user, sameFor }: SudoHost): Share {
    let finish: Share['finish'] = () => {}
    const outcome = new Promise<Shared | undefined>(resolve => {
      finish = result => {
        share.finished = true
        resolve(result)
      }
    })
    outcome.catch(() => {})
    const covered = new Set(sameFor)
    const mayCover = (host: SudoHost) =>
      host.name !== name &&
      host.user === user &&
      (sameFor === undefined ? host.sameFor === undefined : covered.has(host.name))
    const share: Share = { owner: name, mayCover, outcome, finish, finished: false, hosts: new Set<string>() }
    shares.add(share)
    return share
  }

  /** The password was not accepted: each host that waits asks for its own. */
  function close(share: Share): void {
    shares.delete(share)
    share.finish(undefined)
  }

  /** The hosts for which the user says that it is the same. */
  async function consented(host: SudoHost): Promise<readonly string[]> {
    if (confirm === undefined) return []
    const others: string[] = []
    for (const other of await tools.hosts()) {
      const alike = other.name !== host.name && other.user === host.user && other.sameFor === undefined
      if (alike && (await neededNone(other)) === undefined) others.push(other.name)
    }
    if (others.length === 0) return []
    const more = others.length > mostNames ? `, and ${others.length - mostNames} more` : ''
    const names = `${others.slice(0, mostNames).join(', ')}${more}`
    const count = others.length === 1 ? 'the other host' : `the other ${others.length} hosts`
    const user = visibleLine(host.user)
    const question = `sudo password of ${user} on ${host.name}: use it for ${count} as ${user} too (${names})?`
    return (await confirm(question)) ? others : []
  }

  return host => {
    const state = stateOf(host.name)
    const own = () => [...shares].find(({ owner, finished }) => owner === host.name && !finished)

    async function next(ask: Prompt, refused?: TypedPassword): Promise<TypedPassword> {
      const { current } = state
      if (current !== undefined && current !== refused) return current
      if (current !== undefined) {
        state.wrong += 1
        delete state.current
      }
      if (state.abandoned !== undefined) throw state.abandoned
      if (state.wrong >= mostWrong) throw giveUp(host, commandProblem.wrongPassword)
      // Commands that run at once wait for one answer.
      state.asking ??= find(host, ask)
        .then(answer => {
          state.current = answer
          return answer
        })
        .finally(() => {
          delete state.asking
        })
      return state.asking
    }

    return {
      ...(prompt === undefined ? {} : { ask: (refused?: TypedPassword) => next(prompt, refused) }),
      accepted(answer) {
        notes.note(host.place, true)
        const share = own()
        if (answer !== undefined && share !== undefined) share.finish({ answer, hosts: share.hosts })
      },
      neededNone() {
        state.neededNone = true
        notes.note(host.place, false)
      },
      undecided() {
        const share = own()
        if (share !== undefined && share.hosts.size > 0) close(share)
      },
    }
  }
}
