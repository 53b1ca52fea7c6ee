/** What verify and status know beforehand: the topology, and what the probe saw on each host. */
import type { Component } from '../inventory/model.ts'
import type { Topology } from '../topology/model.ts'
import type { Asking, Check } from './model.ts'

/** What the probe saw of one component on one host. */
export interface ServiceFacts {
  /** systemd's ActiveState; `absent` if there is no such unit, `unknown` if the host could not say. */
  readonly active: string
  /** One SHA-256 over paths and contents of the config bundle as it lies on disk; null where a file is missing. */
  readonly configHash: string | null
  /** Newest modification time of the files that ask for a reload, in seconds since the epoch; null where missing. */
  readonly configTime: number | null
  /** Seconds since the epoch when promha last changed it. */
  readonly lastChange: number | null
  /** Of the program that promha installed, by its record; absent: there is none. */
  readonly version?: string
}

export interface VerifyInput extends Asking {
  readonly topology: Topology
  /** The selected hosts. Checks that are about programs of other hosts only are left out. */
  readonly hosts: ReadonlySet<string>
  readonly components: ReadonlySet<Component>
  /** Why a host could not be reached. */
  readonly unreachable: ReadonlyMap<string, string>
  readonly facts: (host: string, component: Component) => ServiceFacts | undefined
  /** Not installed: it is left out of what compares members. Nothing is missing if absent. */
  readonly missing?: (host: string, component: Component) => boolean
  /** Each missing program fails one check of its own. Otherwise no check mentions it: the run has reported the reason. */
  readonly tellsMissing?: boolean
  /** Milliseconds in which a check that fails may still become true; 0 asks once. */
  readonly patience: number
  /** Hosts on which the run failed before; absent or empty: none. */
  readonly failedOn?: readonly string[]
  /** Something was changed just now, so older scrapes do not count. */
  readonly afterChange?: boolean
  /** Told of each check once it is decided. */
  readonly onCheck: (check: Check) => void
  /** Told what is still awaited, once a round. */
  readonly onWait?: (note: string) => void
  readonly signal: AbortSignal
}

/** What is known when the questions are made. */
export type Chosen = Pick<
  VerifyInput,
  'hosts' | 'components' | 'unreachable' | 'facts' | 'missing' | 'tellsMissing'
>
