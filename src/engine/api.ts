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

/** One line of `promha status`. */
export interface StatusRow {
  readonly cell: string
  readonly host: string
  readonly component: Component
  /** The replica's name, or the peer's; empty for exporters. */
  readonly replica: string
  /** What the running program says of itself; empty where it cannot be asked. */
  readonly version: string
  readonly health: 'ready' | 'not ready' | 'stopped' | 'absent' | 'unreachable'
  /** Seconds since the epoch when promha last changed it; null where it never did. */
  readonly lastChange: number | null
  /** What is wrong, in a few words. */
  readonly note: string
}
