/** What a schedule is. */

/** `system`: root's, started at boot. `user`: the user's own manager runs it. */
export type ScheduleScope = 'system' | 'user'

export interface Schedule {
  /** Of both units, without their ending. */
  readonly name: string
  readonly scope: ScheduleScope
  /** Absolute path. */
  readonly inventory: string
  /** Milliseconds. */
  readonly every: number
  readonly fix: boolean
  /** Absolute path of a file with lines `NAME=VALUE`, which may be secret. */
  readonly environmentFile?: string
  /** Absolute path of the directory for metrics, where it was chosen. */
  readonly textfile?: string
  /** Absolute paths of Node and of the program. */
  readonly program: readonly [node: string, script: string]
  readonly home: string
  /** A user whose files count as ours too: `PROMHA_TRUST_OWNER`. */
  readonly trustOwner?: string
}
