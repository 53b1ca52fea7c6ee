/** What a command came to, as text. Results and the summary go to standard output, problems to standard error. */
import { artifactsText } from './artifacts-table.ts'
import { changesText } from './changes.ts'
import { checksText } from './checks.ts'
import { driftLines } from './drift-lines.ts'
import type { Outcome, Tally, Verbosity } from './outcome.ts'
import { problemsText } from './problems.ts'
import { programsText } from './programs-table.ts'
import { statusText } from './status-table.ts'
import type { Style } from './style.ts'
import { summaryText } from './summary.ts'

export interface ResultOptions {
  readonly verbosity: Verbosity
  /** Show the difference of each changed file. */
  readonly diff: boolean
  /** The changes were told one by one already. */
  readonly changesTold: boolean
  readonly style: Style
}

/** Blocks for standard output, without the summary. */
export function resultBlocks(outcome: Outcome, options: ResultOptions): readonly string[] {
  const { command, hosts = [], checks = [], status, artifacts = [], programs = [] } = outcome
  const { verbosity, diff, changesTold, style } = options
  if (verbosity === 'quiet') return []
  // Nothing else there helps the reader of one line a difference.
  if (command === 'drift') return [driftLines(hosts)].filter(text => text !== '')
  const compared = ['plan', 'apply', 'rollback', 'destroy'].includes(command)
  const showChanges = compared && (command === 'plan' || diff || (verbosity === 'verbose' && !changesTold))
  // After an apply the checks that passed are a number in the summary; verify is asked for each of them.
  const all = command === 'verify' || verbosity === 'verbose'
  const shown = all ? checks : checks.filter(check => check.status === 'fail' || check.status === 'warn')
  return [
    showChanges ? changesText(hosts, { diff, verbosity, style }) : '',
    checksText(shown, style),
    status === undefined || status.length === 0 ? '' : statusText(status, style),
    artifacts.length === 0 ? '' : artifactsText(artifacts),
    programs.length === 0 ? '' : programsText(programs),
  ].filter(text => text !== '')
}

/** The block for standard error. With `quiet`, errors only. Of drift, checks that ask for something are here too. */
export function problemBlock(outcome: Outcome, { verbosity, style }: ResultOptions): string {
  const wanted = (severity: 'error' | 'warning') => severity === 'error' || verbosity !== 'quiet'
  const hosts = (outcome.hosts ?? []).map(host => ({
    ...host,
    problems: host.problems.filter(problem => wanted(problem.severity)),
  }))
  const elsewhere = verbosity === 'quiet' || outcome.command === 'drift'
  const checks = (outcome.checks ?? []).filter(
    ({ status }) => status === 'fail' || (status === 'warn' && verbosity !== 'quiet'),
  )
  return [
    problemsText(
      outcome.problems.filter(problem => wanted(problem.severity)),
      hosts,
      style,
    ),
    elsewhere ? checksText(checks, style) : '',
  ]
    .filter(text => text !== '')
    .join('\n\n')
}

/** The last line. */
export function summaryBlock(outcome: Outcome, tally: Tally, { style }: ResultOptions): string {
  const { result } = outcome
  const good = result === 'ok' || result === 'changed' || result === 'differs'
  return (good ? style.bold : style.red)(summaryText(outcome, tally))
}
