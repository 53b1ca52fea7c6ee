/** What the change of one instance works with. */
import type { Arch } from '../../artifact/model.ts'
import type { Inventory } from '../../inventory/model.ts'
import type { Observed } from '../../resource/observed.ts'
import type { Connection } from '../../ssh/connection.ts'
import type { Asking } from '../../verify/model.ts'
import type { Clock } from '../../wait/poll.ts'
import type { Baseline } from '../availability/baseline.ts'
import type { Emit } from '../event.ts'
import type { Releases } from '../transfer/releases.ts'

export interface StepContext {
  readonly connection: Connection
  readonly observed: Observed
  readonly arch: Arch
  readonly releases: Releases
  readonly ask: Asking['ask']
  readonly askHost: Asking['askHost']
  readonly emit: Emit
  /** By which the gate waits; this machine's where absent. */
  readonly clockOf?: (signal: AbortSignal) => Clock
  /** For the places of what a tool refuses. */
  readonly inventory?: Inventory
  /** Of the lock that is held on the host. */
  readonly run: string
  /** What it did before the change; absent where there is nothing to compare with. */
  readonly baseline?: Baseline
}
