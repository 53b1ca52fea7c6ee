/** What the commands ask of the engine, and what it answers. */
import type { Component, Inventory } from '../inventory/model.ts'
import type { Plan } from '../plan/model.ts'
import type { Check } from '../verify/model.ts'
import type { Emit } from './event.ts'

/** What `--limit`, `--only` and `--skip` leave. */
export interface Selection {
  readonly hosts: ReadonlySet<string>
  readonly components: ReadonlySet<Component>
}

export interface RunRequest {
  readonly inventory: Inventory
  readonly selection: Selection
  /** Hosts worked on at once. */
  readonly forks: number
  /** Hash every program again instead of trusting size, times and inode. */
  readonly deep: boolean
  readonly emit: Emit
  /** Aborted on Ctrl-C: the step at work is finished, no other is begun. */
  readonly signal: AbortSignal
  /** Asks a hidden question on the terminal; absent where there is none. */
  readonly prompt?: (question: string) => Promise<string>
}

export interface RunOutcome {
  /** Each selected host with its status and the changes made (apply) or to be made (plan). */
  readonly plan: Plan
  readonly checks: readonly Check[]
  readonly interrupted: boolean
}
