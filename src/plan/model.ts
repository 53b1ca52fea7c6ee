/** Desired + observed: what would be done and why. A value that can be printed, saved and compared. */
import type { Component } from '../inventory/model.ts'
import type { Effect, Instance } from '../resource/model.ts'
import type { Owned } from '../resource/observed.ts'

export type Action =
  | 'create'
  | 'update'
  | 'delete'
  | 'adopt'
  | 'reload'
  | 'restart'
  | 'start'
  | 'stop'
  | 'enable'
  | 'disable'

export interface Change {
  /** As in the JSON document: `file:/etc/prometheus/prometheus.yml`. */
  readonly resource: string
  readonly action: Action
  readonly reason: string
  /** Of a program: the version that was there, as far as promha noted it, and the one that comes. */
  readonly from?: string
  readonly to?: string
  /** Old and new text of a file, secrets masked; absent for programs and where there is nothing to show. */
  readonly diff?: string
  /** What it does to the service, told beside the reason: `none` where nothing is interrupted or read again. */
  readonly effect?: Effect
}

/** What is done to the service: a stop interrupts it as a restart does, a start interrupts nothing. */
export function effectOfAction(action: Action): Effect {
  if (action === 'restart' || action === 'stop') return 'restart'
  return action === 'reload' ? 'reload' : 'none'
}

export interface InstancePlan {
  readonly instance: Instance
  readonly component: Component
  readonly changes: readonly Change[]
  /** Ids of the resources whose content changes; of the other files only an owner or a mode is put right. */
  readonly renewed: ReadonlySet<string>
  /** What promha owns and is no longer wanted. */
  readonly removed: readonly Owned[]
  /** Paths of what stands in the way without being promha's: kept before it is replaced. */
  readonly backups: readonly string[]
}

export type HostStatus = 'ok' | 'changed' | 'differs' | 'failed' | 'unreachable' | 'skipped' | 'rolled-back'
