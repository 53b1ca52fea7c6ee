/** What one round of questions brought, and the checks' way of reading it. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Component, Endpoint } from '../inventory/model.ts'
import { unitOf } from '../resource/model.ts'
import type { Check } from './model.ts'

/** A program to ask, by its own host. */
export interface Program {
  readonly host: string
  readonly component: Component
  readonly local: Endpoint
  readonly pathPrefix?: string
  /** `HOST:PORT`, its target's label. */
  readonly instance: string
}

/** A replica; `name` is the replica label's value. */
export type NamedProgram = Program & { readonly name: string }

export interface Need {
  readonly program: Program
  readonly path: string
}

/**
 * `unreachable`: no connection to the host; `unselected`: left out by the user; `impossible`: no way to ask;
 * `program`: it does not answer, or not with 200; `stopped` if its unit does not run either, `absent` if there is no unit,
 * `strange` if it answers what that program never would.
 */
export type Reply =
  | { readonly kind: 'answer'; readonly body: unknown }
  | {
      readonly kind: 'unreachable' | 'unselected' | 'impossible' | 'program'
      readonly why: string
      readonly stopped?: boolean
      readonly absent?: boolean
      readonly strange?: boolean
    }

export type View = (need: Need) => Reply

/** A check's outcome. */
export type Verdict = Omit<Check, 'id' | 'target'> & {
  /** Asking again would not change it; by default only `fail` may still change. */
  readonly settled?: boolean
  /** The remedy promises what an apply does. This is what is left of it after an apply that failed; empty: nothing. */
  readonly afterFailure?: string
}

/** One check to be decided. `judge` is pure; `more` says what is needed beside, given the answers to `needs`. */
export interface Question {
  readonly id: string
  readonly target: string
  readonly needs: readonly Need[]
  readonly more?: (view: View) => readonly Need[]
  readonly judge: (view: View) => Verdict
}

/** The same program may be asked at several addresses. */
export function needKey({ program: { host, component, local }, path }: Need): string {
  return `${host}/${component} ${joinHostPort(local)} ${path}`
}

/** PATH of each program, behind its prefix. */
export function each(programs: readonly Program[], path: string): readonly Need[] {
  return programs.map(program => ({ program, path: `${program.pathPrefix ?? ''}${path}` }))
}

/**
 * The answers' bodies in order, or the verdict that follows from the first one that is missing; `fail` before `skip`,
 * and before both a `fail` that no waiting changes.
 */
export function heard(view: View, needs: readonly Need[]): { bodies: readonly unknown[] } | Verdict {
  const replies = needs.map(need => ({ need, reply: view(need) }))
  const verdicts: Verdict[] = []
  for (const { need, reply } of replies) {
    if (reply.kind !== 'answer') verdicts.push(silent(need.program, reply))
  }
  const failed = verdicts.filter(verdict => verdict.status === 'fail')
  const worst = failed.find(verdict => verdict.settled) ?? failed[0] ?? verdicts[0]
  if (worst) return worst
  return { bodies: replies.map(({ reply }) => (reply.kind === 'answer' ? reply.body : undefined)) }
}

function silent({ host, component }: Program, reply: Exclude<Reply, { readonly kind: 'answer' }>): Verdict {
  const { kind, why, stopped = false, absent = false, strange = false } = reply
  switch (kind) {
    case 'unreachable':
      return {
        status: 'fail',
        detail: `${host} could not be reached: ${why}`,
        remedy: `Make ${host} reachable over SSH, then run verify again.`,
        settled: true,
      }
    case 'unselected':
      return { status: 'skip', detail: `${host} is not among the selected hosts` }
    case 'impossible':
      return { status: 'skip', detail: `${component} on ${host} could not be asked: ${why}` }
    case 'program':
      if (strange) return { status: 'fail', detail: `${component} on ${host}: ${why}`, remedy: strangeRemedy }
      return {
        status: 'fail',
        detail: `${component} on ${host}: ${why}`,
        ...silentRemedy(`Look at its log: journalctl -u ${unitOf(component)} on ${host}.`, stopped, absent),
        settled: stopped,
      }
  }
}

function silentRemedy(
  look: string,
  stopped: boolean,
  absent: boolean,
): Pick<Verdict, 'remedy' | 'afterFailure'> {
  if (absent) return { remedy: 'Run `promha apply` to install it.', afterFailure: '' }
  return stopped ? { remedy: `${look} \`promha apply\` starts it.`, afterFailure: look } : { remedy: look }
}

/** For a port on which another program seems to listen. */
export const strangeRemedy =
  'Check that the program that listens there is the one that promha installs, in a version that the README names.'

/** A check that is decided by the answers' bodies alone, in the order of `needs`; one that is missing decides it first. */
export function question(
  id: string,
  target: string,
  needs: readonly Need[],
  judge: (bodies: readonly unknown[]) => Verdict,
): Question {
  return {
    id,
    target,
    needs,
    judge(view) {
      const answers = heard(view, needs)
      return isVerdict(answers) ? answers : judge(answers.bodies)
    },
  }
}

export function isVerdict(value: { bodies: readonly unknown[] } | Verdict): value is Verdict {
  return 'status' in value
}
