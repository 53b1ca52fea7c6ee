/** Desired + observed: what would be done and why. A value that can be printed, saved and compared. */

import type { Problem } from '../diagnostic/problem.ts'
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
  /** Old and new text of a file, secrets masked; absent for programs and where there is nothing to show. */
  readonly diff?: string
  /** What it does to the service, told beside the reason: `none` where nothing is interrupted or read anew. */
  readonly effect?: Effect
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

export interface HostPlan {
  readonly host: string
  readonly cells: readonly string[]
  readonly instances: readonly InstancePlan[]
  /** Why nothing can be done there: unreachable, no systemd, a port taken. */
  readonly problems: readonly Problem[]
  readonly status: HostStatus
}

export interface Plan {
  readonly hosts: readonly HostPlan[]
}
