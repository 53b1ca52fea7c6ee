/** What a run asks before it makes a replica forget what it has not sent. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'

export interface Backlogs {
  /** Waits before anything is changed. The errors refuse the whole run; warnings are told. */
  readonly first: () => Promise<readonly Problem[]>
  /** Waits right before a step, also for what was changed before it; the error if it must not be made. */
  readonly before: (plan: InstancePlan) => Promise<Problem | undefined>
}
