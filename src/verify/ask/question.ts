/** What is asked: of a running program by HTTP, or of a host itself by a script. Each question has the type of its answer. */
import { defined } from '../../diagnostic/defined.ts'
import type { Component, Endpoint } from '../../inventory/model.ts'
import { joinHostPort } from '../../inventory/value/endpoint.ts'
import type { Sent } from '../../shell/host/ask.ts'
import type { Script } from '../../shell/syntax/script.ts'

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

/** One path of a program, and what it is answered with. A path is read in one way only. */
export interface Api<A = unknown> {
  readonly path: string
  /** Reads the body. Throws an AskError if it has another shape. */
  readonly read: (body: string) => A
  /** Absent: a GET without headers of its own. */
  readonly sent?: Sent
  /** Other statuses than 200 whose body is read all the same, where a gate asks; absent: none. */
  readonly also?: readonly number[]
}

/** What a host is asked, beside its programs. */
export interface HostAsk<A = unknown> {
  /** Two with the same name have the same answer. */
  readonly name: string
  readonly script: Script<A>
  /** What it means if the script does not answer: `impossible` if the host has no way to answer. */
  readonly unanswered: { readonly reason: 'impossible' | 'failed'; readonly why: string }
}

export interface HttpQuestion<A = unknown, P extends Program = Program> extends Api<A> {
  readonly kind: 'http'
  readonly program: P
}

export interface HostQuestion<A = unknown> {
  readonly kind: 'host'
  readonly host: string
  readonly ask: HostAsk<A>
}

export type Question<A = unknown> = HttpQuestion<A> | HostQuestion<A>

export type AnswerTo<Q> = Q extends { readonly read: (body: string) => infer A }
  ? A
  : Q extends { readonly ask: HostAsk<infer A> }
    ? A
    : never

/** Asks the program, behind its prefix. */
export function programQuestion<A, P extends Program>(
  program: P,
  { path, read, sent }: Api<A>,
): HttpQuestion<A, P> {
  const whole = `${program.pathPrefix ?? ''}${path}`
  return { kind: 'http', program, path: whole, read, ...defined({ sent }) }
}

export function each<A, P extends Program>(
  programs: readonly P[],
  api: Api<A>,
): readonly HttpQuestion<A, P>[] {
  return programs.map(program => programQuestion(program, api))
}

export function hostQuestion<A>(host: string, ask: HostAsk<A>): HostQuestion<A> {
  return { kind: 'host', host, ask }
}

export function hostOf(question: Question): string {
  return question.kind === 'http' ? question.program.host : question.host
}

/** The same program may be asked at several addresses. */
export function questionKey(question: Question): string {
  if (question.kind === 'host') return `${question.host} ${question.ask.name}`
  const { program, path, sent } = question
  const more = sent ? ` ${JSON.stringify(sent)}` : ''
  return `${program.host}/${program.component} ${joinHostPort(program.local)} ${path}${more}`
}
