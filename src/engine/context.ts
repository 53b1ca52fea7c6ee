/** What a run of a command knows, handed from stage to stage. */
import type { Connection } from '../ssh/connection.ts'
import type { Prefetch } from '../verify/ask/prefetch.ts'
import type { RunRequest } from './api.ts'
import type { Backlogs } from './backlog/model.ts'
import type { HostRuns } from './host-run.ts'
import type { CellLocks } from './lock/lock.ts'
import type { Prepared } from './prepare.ts'
import type { Progress } from './progress.ts'
import type { Releases } from './transfer/releases.ts'

export interface RunContext {
  readonly request: RunRequest
  readonly prepared: Prepared
  /** Verify's first questions may have been asked already, while the hosts were observed. */
  readonly prefetch: Prefetch
  /** The selected hosts by name. */
  readonly hosts: HostRuns
  /** The programs of what the hosts are to have; none until they are compared. */
  readonly releases: Releases
  /** The connection to any host of the inventory, made where there is none yet. Rejects with a ProblemError. */
  connect(host: string): Promise<Connection>
}

/** Under the locks, which hold while hosts are changed. */
export interface LockedContext extends RunContext {
  readonly locks: CellLocks
  readonly progress: Progress
  /** Absent in a run that waits for none. */
  readonly backlogs?: Backlogs
}
