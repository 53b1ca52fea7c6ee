/** What happens right of the probe, told as it happens. `src/report` renders it; nothing here prints. */
import type { DownloadProgress } from '../artifact/model.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import type { Change } from '../plan/model.ts'
import type { Check } from '../verify/model.ts'

export type Stage =
  | 'read'
  | 'fetch'
  | 'probe'
  | 'lock'
  | 'packages'
  | 'push'
  | 'change'
  | 'removal'
  | 'verify'

/** One component on some hosts. */
export interface StepGroup {
  readonly component: Component
  readonly hosts: readonly string[]
  /** It leaves these hosts. */
  readonly leaves: boolean
}

export interface OrderedStep {
  readonly groups: readonly StepGroup[]
  /** What is changed before it, and why; empty where nothing has to be. */
  readonly after: readonly { readonly groups: readonly StepGroup[]; readonly because: string }[]
}

export type Event =
  /** `total`: how many items the stage has (hosts, bytes, programs), where that is known. */
  | {
      readonly type: 'stage-begin'
      readonly stage: Stage
      readonly total?: number
      readonly unit?: 'hosts' | 'bytes' | 'programs'
    }
  | { readonly type: 'stage-progress'; readonly stage: Stage; readonly done: number; readonly note?: string }
  /** Milliseconds; `waited` is the part spent waiting for the programs themselves (settling, first scrape). */
  | { readonly type: 'stage-end'; readonly stage: Stage; readonly elapsed: number; readonly waited?: number }
  | { readonly type: 'download'; readonly progress: DownloadProgress }
  | {
      readonly type: 'host-failed'
      readonly host: string
      readonly status: 'failed' | 'unreachable' | 'rolled-back'
      readonly problems: readonly Problem[]
    }
  | {
      readonly type: 'changed'
      readonly host: string
      readonly component: Component
      readonly change: Change
    }
  /** A gate is awaited: what the program still lacks. */
  | { readonly type: 'waiting'; readonly host: string; readonly component: Component; readonly note: string }
  /** The steps of a cell, one after another; of a run that explains its order. */
  | { readonly type: 'order'; readonly cell: string; readonly steps: readonly OrderedStep[] }
  /** A login timed out and is tried again. */
  | { readonly type: 'login-retried'; readonly why: string }
  | { readonly type: 'check'; readonly check: Check }
  | { readonly type: 'problem'; readonly problem: Problem }

export type Emit = (event: Event) => void
