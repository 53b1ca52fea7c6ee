/** What the commands ask of the engine, and what it answers. */
import type { Problem } from '../diagnostic/problem.ts'
import type { Component, Inventory } from '../inventory/model.ts'
import type { Change, HostStatus } from '../plan/model.ts'
import type { SavedPlan } from '../plan/saved/saved.ts'
import type { DialContext, Dialer } from '../ssh/dialer.ts'
import type { OpenAddress } from '../topology/address/opened.ts'
import type { Rule } from '../topology/order/rules.ts'
import type { Check } from '../verify/model.ts'
import type { Clock } from '../wait/poll.ts'
import type { Emit } from './event.ts'

/** What `--limit`, `--only` and `--skip` leave. */
export interface Selection {
  readonly hosts: ReadonlySet<string>
  readonly components: ReadonlySet<Component>
}

/** The order among cells. */
export interface CellOrder {
  /** This cell first, and alone. */
  readonly canary?: string
  /** Cells changed at once. */
  readonly parallelCells: number
  /** A failed cell does not stop those that are not begun. */
  readonly keepGoing: boolean
}

export interface RunRequest {
  readonly inventory: Inventory
  readonly selection: Selection
  /** Hosts worked on at once. */
  readonly forks: number
  /** Hash every program again instead of trusting size, times and inode. */
  readonly deep: boolean
  /** Do it although it interrupts the last healthy member. */
  readonly allowOutage: boolean
  readonly order: CellOrder
  /** Milliseconds to wait for another run's lock. */
  readonly lockTimeout: number
  /** As it is told to a run that meets the lock: `apply`. */
  readonly command: string
  /** What is changed before what; the rules of promha where absent. */
  readonly orderRules?: readonly Rule[]
  /** Tell why each step stands where it does. */
  readonly explains?: boolean
  /** The inventory's file as the user typed it. */
  readonly file: string
  readonly emit: Emit
  /** Aborted on Ctrl-C: the step at work is finished, no other is begun. */
  readonly signal: AbortSignal
  /** By which changed programs and unsent samples are waited for; this machine's where absent. */
  readonly clockOf?: (signal: AbortSignal) => Clock
  /** Makes the connections to the hosts; SSH where absent. */
  readonly dial?: (context: DialContext) => Dialer
  /** Asks a hidden question on the terminal; absent where there is none. */
  readonly prompt?: (question: string) => Promise<string>
  /** A timer's run: it uses only what root and this user alone can change. */
  readonly unattended?: boolean
  /** Asks a question that wants a yes; absent where there is no terminal. */
  readonly confirm?: (question: string) => Promise<boolean>
}

export interface ComponentChanges {
  readonly component: Component
  readonly changes: readonly Change[]
}

/** What is told of a host. */
export interface HostOutcome {
  readonly host: string
  readonly cells: readonly string[]
  /** The changes made (apply) or to be made (plan). */
  readonly instances: readonly ComponentChanges[]
  /** Why nothing could be done there, or not all: unreachable, no systemd, a port taken. */
  readonly problems: readonly Problem[]
  readonly status: HostStatus
}

export interface RunOutcome {
  /** The selected ones. */
  readonly hosts: readonly HostOutcome[]
  readonly checks: readonly Check[]
  readonly interrupted: boolean
  /** Of an apply that changed something: what people open now, of the cells whose hosts were selected. */
  readonly addresses?: readonly OpenAddress[]
  /** Of a plan: what can be kept and carried out later. */
  readonly saved?: SavedPlan
}
