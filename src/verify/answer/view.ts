/** What one round of questions brought, and the checks' way of reading it. */
import type { Component } from '../../inventory/model.ts'
import { unitOf } from '../../resource/model.ts'
import { type AnswerTo, hostOf, type Question } from '../ask/question.ts'
import type { Check } from '../model.ts'

/** `silent`: no answer with 200; `stopped`: nor does its unit run; `absent`: no unit; `strange`: not the answer of that program. */
export interface NoReply {
  readonly kind: 'unreachable' | 'unselected' | 'impossible' | 'silent'
  readonly why: string
  readonly stopped?: boolean
  readonly absent?: boolean
  readonly strange?: boolean
}

export type Reply<A = unknown> = { readonly kind: 'answer'; readonly answer: A } | NoReply

export type View = <A>(question: Question<A>) => Reply<A>

/** A check's outcome. */
export type CheckVerdict = Pick<Check, 'status' | 'detail' | 'remedy' | 'cause' | 'follows'> & {
  /** Who gives what the check offers; absent: the host of a program whose check passes. */
  readonly by?: string
  /** Asking again would not change it; by default only `fail` may still change. */
  readonly settled?: boolean
  /** The remedy promises what an apply does. This is what is left of it after an apply that failed; empty: nothing. */
  readonly afterFailure?: string
}

/** One check to be decided. `judge` is pure; `more` says what is needed beside, given the answers to `needs`. */
export interface CheckDefinition {
  readonly id: string
  readonly target: string
  /** What people use and this check is about: `queries`. Absent: nothing of that kind. */
  readonly offers?: string
  readonly needs: readonly Question[]
  readonly more?: (view: View) => readonly Question[]
  readonly judge: (view: View) => CheckVerdict
}

/** What a check needs, by the keys under which it gets the answers: one question, or the same of several programs or hosts. */
type Needs = Readonly<Record<string, Question | readonly Question[]>>

/** Of a list, each question has its answer beside it. */
export type Answers<N extends Needs> = {
  readonly [K in keyof N]: N[K] extends readonly (infer Q)[]
    ? readonly (Q & { readonly answer: AnswerTo<Q> })[]
    : AnswerTo<N[K]>
}

/** A check that is decided by the answers alone; one that is missing decides it first. */
export function defineCheck<const N extends Needs>(
  id: string,
  target: string,
  needs: N,
  judge: (answers: Answers<N>) => CheckVerdict,
): CheckDefinition {
  return {
    id,
    target,
    needs: Object.values(needs).flat(),
    judge(view) {
      const found = heard(view, needs)
      return isVerdict(found) ? found : judge(found.answers)
    },
  }
}

/** The check, which shows whether people have that: `queries`. */
export function offering(what: string, check: CheckDefinition): CheckDefinition {
  return { ...check, offers: what }
}

/** The answers, or the verdict of what is missing: a `fail` that no waiting changes, any `fail`, then `skip`. */
export function heard<const N extends Needs>(
  view: View,
  needs: N,
): { readonly answers: Answers<N> } | CheckVerdict {
  const verdicts = Object.values(needs)
    .flat()
    .flatMap(question => {
      const reply = view(question)
      return reply.kind === 'answer' ? [] : [silent(question, reply)]
    })
  const failed = verdicts.filter(({ status }) => status === 'fail')
  const worst = failed.find(({ settled }) => settled) ?? failed[0] ?? verdicts[0]
  if (worst) return worst
  const answered = Object.entries(needs).map(([key, need]) => [
    key,
    'kind' in need
      ? answerTo(view, need)
      : need.map(question => ({ ...question, answer: answerTo(view, question) })),
  ])
  return { answers: Object.fromEntries(answered) as Answers<N> }
}

/** undefined if there is none. */
export function answerTo<A>(view: View, question: Question<A>): A | undefined {
  const reply = view(question)
  return reply.kind === 'answer' ? reply.answer : undefined
}

export function isVerdict(value: { readonly answers: unknown } | CheckVerdict): value is CheckVerdict {
  return 'status' in value
}

function silent(question: Question, reply: NoReply): CheckVerdict {
  const { kind, why, strange = false } = reply
  const host = hostOf(question)
  const named = question.kind === 'http' ? `${question.program.component} on ${host}` : host
  if (kind === 'unselected') return { status: 'skip', detail: `${host} is not among the selected hosts` }
  if (kind === 'impossible') return { status: 'skip', detail: `${named} could not be asked: ${why}` }
  if (kind === 'unreachable') {
    const remedy = `Make ${host} reachable over SSH, then run verify again.`
    const detail = `${host} could not be reached: ${why}`
    return { status: 'fail', detail, remedy, settled: true, cause: { host } }
  }
  const cause = question.kind === 'http' ? { host, component: question.program.component } : { host }
  const failed = { status: 'fail', detail: `${named}: ${why}`, cause } as const
  if (strange) return { ...failed, remedy: strangeRemedy }
  const asRoot = `Log in to ${host} and see whether commands run there as root, then run verify again.`
  if (question.kind === 'host') return { ...failed, remedy: asRoot }
  return { ...failed, ...silentRemedy(question.program, reply), settled: reply.stopped ?? false }
}

function silentRemedy(
  { component, host }: { readonly component: Component; readonly host: string },
  { stopped = false, absent = false }: NoReply,
): Pick<CheckVerdict, 'remedy' | 'afterFailure'> {
  const look = `Look at its log: journalctl -u ${unitOf(component)} on ${host}.`
  if (absent) return { remedy: 'Run `promha apply` to install it.', afterFailure: '' }
  return stopped ? { remedy: `${look} \`promha apply\` starts it.`, afterFailure: look } : { remedy: look }
}

/** For a port on which another program seems to listen. */
export const strangeRemedy =
  'Check that the program that listens there is the one that promha installs, in a version that the README names.'
