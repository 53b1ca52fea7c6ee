/** What a command came to, and what renders it. */
import type { ListedArtifact } from '../artifact/fetch-all.ts'
import type { LocalProgramRow } from '../check/tool/local-program.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { HostOutcome } from '../engine/api.ts'
import type { Event } from '../engine/event.ts'
import type { Change } from '../plan/model.ts'
import type { OpenAddress } from '../topology/address/opened.ts'
import type { Check, StatusRow } from '../verify/model.ts'

type Fault = 'failed' | 'rolled-back' | 'unverified' | 'locked' | 'refused' | 'interrupted'
export type Result = 'ok' | 'changed' | 'differs' | Fault

/** The steps of one cell with their reasons. */
export type OrderedCell = Omit<Extract<Event, { type: 'order' }>, 'type'>

/** A command leaves out what it has not. */
export interface CommandOutcome {
  readonly command: string
  /** As the user typed it. */
  readonly inventory: string
  readonly result: Result
  readonly hosts?: readonly HostOutcome[]
  readonly checks?: readonly Check[]
  /** Of a run that explains its order; no part of the JSON document. */
  readonly order?: readonly OrderedCell[]
  /** What people open after an apply. */
  readonly addresses?: readonly OpenAddress[]
  readonly status?: readonly StatusRow[]
  readonly artifacts?: readonly ListedArtifact[]
  readonly programs?: readonly LocalProgramRow[]
  /** Those that belong to no host. */
  readonly problems: readonly Problem[]
}

/** What was learned from the events alone. */
export interface Tally {
  /** Milliseconds since the process began. */
  readonly elapsed: number
  /** Milliseconds of them that the programs themselves took (settling, first scrape). */
  readonly waited: number
  /** Changes made so far. */
  readonly changed: number
}

/** Shows events while they happen; what a command came to is shown after `end`. */
export interface Renderer {
  readonly event: (event: Event) => void
  /** A word to the user that belongs to no stage. */
  readonly notice: (text: string) => void
  /** Does the work, a question to the user, with the terminal to itself. */
  readonly aside: <T>(work: () => Promise<T>) => Promise<T>
  /** Leaves the terminal as it was found. */
  readonly end: () => Promise<void>
  /** The same at once, where the process is about to end. Absent: it holds nothing. */
  readonly release?: () => void
}

/** How much is told: `quiet` shows errors and the summary only. */
export type Verbosity = 'quiet' | 'normal' | 'verbose'

export type Write = (text: string) => void

/** Every change of a host, in the order in which it is brought about. */
export function changesOf(host: HostOutcome): readonly Change[] {
  return host.instances.flatMap(instance => instance.changes)
}

/** How many changes were made, or would be. */
export function countChanges(hosts: readonly HostOutcome[]): number {
  return hosts.reduce((sum, host) => sum + changesOf(host).length, 0)
}

export function wentAsAsked({ result }: Pick<CommandOutcome, 'result'>): boolean {
  return result === 'ok' || result === 'changed' || result === 'differs'
}

/** Every problem of the run, each of a host's naming it. Those without a host first. */
export function allProblems(outcome: CommandOutcome): readonly Problem[] {
  const ofHosts = (outcome.hosts ?? []).flatMap(host =>
    host.problems.map(problem => ({ ...problem, host: problem.host ?? host.host })),
  )
  return [...outcome.problems, ...ofHosts]
}
