/** Plans, checks and reporters to test with. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { HostOutcome } from '../../src/engine/api.ts'
import type { Change, HostStatus } from '../../src/plan/model.ts'
import type { CommandOutcome, Tally } from '../../src/report/outcome.ts'
import { createReporter, type Reporter, type ReporterOptions } from '../../src/report/reporter.ts'
import type { Check } from '../../src/verify/model.ts'

export const change: Change = {
  resource: 'file:/etc/prometheus/prometheus.yml',
  action: 'update',
  reason: 'content differs',
  effect: 'reload',
  diff: '--- a\n+++ b\n@@ -1 +1 @@\n-scrape_interval: 10s\n+scrape_interval: 15s\n',
}

export function hostPlan(
  host: string,
  status: HostStatus,
  changes: readonly Change[] = [],
  problems: readonly Problem[] = [],
): HostOutcome {
  return { host, cells: ['lab'], instances: [{ component: 'prometheus', changes }], problems, status }
}

export function check(status: Check['status'], rest: Partial<Check> = {}): Check {
  return { id: 'alertmanager.cluster', target: 'lab', status, detail: '2 of 2 peers', ...rest }
}

export function outcome(rest: Partial<CommandOutcome> = {}): CommandOutcome {
  return { command: 'apply', inventory: 'inventory.yml', result: 'ok', problems: [], ...rest }
}

export const tally: Tally = { elapsed: 12_345, waited: 9_800, changed: 0 }

export interface Captured {
  readonly reporter: Reporter
  readonly out: () => string
  readonly err: () => string
}

/** A reporter that writes into memory, as if neither stream were a terminal. */
export async function captured(options: Partial<ReporterOptions> = {}): Promise<Captured> {
  const out: string[] = []
  const err: string[] = []
  const reporter = await createReporter({
    json: false,
    verbosity: 'normal',
    diff: 'none',
    out: { write: text => void out.push(text) },
    err: { write: text => void err.push(text) },
    env: {},
    ...options,
  })
  return { reporter, out: () => out.join(''), err: () => err.join('') }
}
