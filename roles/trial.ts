/** What a component has tried from its hosts before anything is changed. */
import type { Problem } from '../src/diagnostic/problem.ts'
import type { Connection } from '../src/ssh/connection.ts'

export interface Trial {
  /** Trials of one key on one host are one. It may hold secrets. */
  readonly key: string
  /** Never rejects for what the other side does. */
  run(from: TrialHost): Promise<readonly TrialFinding[]>
}

export interface TrialHost {
  readonly connection: Pick<Connection, 'host' | 'run' | 'forward'>
  /** Files that this run brings there, by their paths. */
  readonly files: ReadonlyMap<string, string | Uint8Array>
}

export interface TrialFinding {
  /** Hosts that find the same are told together. */
  readonly key: string
  /** @param from the hosts that found it, for a sentence: `st-a, st-b` */
  readonly problem: (from: string) => Problem
}
