/** What a command came to, as text. Results and the summary go to standard output, problems to standard error. */
import { describe, indent } from '../diagnostic/describe.ts'
import { isError, type Problem } from '../diagnostic/problem.ts'
import type { HostOutcome } from '../engine/api.ts'
import type { Check } from '../verify/model.ts'
import { type CommandOutcome, type Tally, type Verbosity, wentAsAsked } from './outcome.ts'
import type { Style } from './style.ts'
import { summaryText } from './summary.ts'
import { addressesText } from './text/addresses.ts'
import { changesText } from './text/changes.ts'
import { driftLines } from './text/drift-lines.ts'
import { orderText } from './text/order.ts'
import { artifactsText, programsText, statusText } from './text/tables.ts'
import { table } from './words.ts'

export interface ResultOptions {
  readonly verbosity: Verbosity
  /** Show the difference of each changed file. */
  readonly diff: boolean
  /** The changes were told one by one already. */
  readonly announcesChanges: boolean
  readonly style: Style
}

/** Blocks for standard output, without the summary. */
export function resultBlocks(outcome: CommandOutcome, options: ResultOptions): readonly string[] {
  const { command, hosts = [], checks = [], order = [], status } = outcome
  const { addresses = [], artifacts = [], programs = [] } = outcome
  const { verbosity, diff, announcesChanges, style } = options
  if (verbosity === 'quiet') return []
  // Nothing else there helps the reader of one line a difference.
  if (command === 'drift') return [driftLines(hosts)].filter(text => text !== '')
  const compared = ['plan', 'apply', 'rollback', 'destroy'].includes(command)
  const showChanges =
    compared && (command === 'plan' || diff || (verbosity === 'verbose' && !announcesChanges))
  const explains = verbosity === 'verbose' && (command === 'plan' || !announcesChanges)
  // After an apply the checks that passed are a number in the summary; verify is asked for each of them.
  const all = command === 'verify' || verbosity === 'verbose'
  const shown = all ? checks : checks.filter(check => check.status === 'fail' || check.status === 'warn')
  return [
    showChanges ? changesText(hosts, { diff, verbosity, style }) : '',
    explains ? orderText(order, style) : '',
    checksText(shown, style),
    addressesText(addresses),
    status === undefined || status.length === 0 ? '' : statusText(status, style),
    artifacts.length === 0 ? '' : artifactsText(artifacts),
    programs.length === 0 ? '' : programsText(programs),
  ].filter(text => text !== '')
}

/** The block for standard error. With `quiet`, errors only. Of drift, checks that ask for something are here too. */
export function problemBlock(outcome: CommandOutcome, { verbosity, style }: ResultOptions): string {
  const wanted = (problems: readonly Problem[]) =>
    verbosity === 'quiet' ? problems.filter(isError) : problems
  const hosts = (outcome.hosts ?? []).map(host => ({ ...host, problems: wanted(host.problems) }))
  const elsewhere = verbosity === 'quiet' || outcome.command === 'drift'
  const checks = (outcome.checks ?? []).filter(
    ({ status }) => status === 'fail' || (status === 'warn' && verbosity !== 'quiet'),
  )
  const problems = problemsText(wanted(outcome.problems), hosts, style)
  return [problems, elsewhere ? checksText(checks, style) : ''].filter(text => text !== '').join('\n\n')
}

/** The last line. */
export function summaryBlock(outcome: CommandOutcome, tally: Tally, { style }: ResultOptions): string {
  return (wentAsAsked(outcome) ? style.bold : style.red)(summaryText(outcome, tally))
}

type Problems = readonly Problem[]

/** Blocks with an empty line between them; empty where there is nothing to tell. */
function problemsText(problems: Problems, hosts: readonly HostOutcome[], style: Style): string {
  const ofRun = problems.map(problem => described(problem, style))
  const ofHosts = hosts.flatMap(({ host, status, problems }) => {
    if (problems.length === 0) return []
    const lead = style.bold(`${host}: ${status === 'rolled-back' ? 'rolled back' : status}`)
    const texts = problems.map(({ host: _, ...problem }) => indent(described(problem, style), 2))
    return [[lead, ...texts].join('\n')]
  })
  return [...ofRun, ...ofHosts].join('\n\n')
}

function described(problem: Problem, style: Style): string {
  const paint = problem.severity === 'error' ? style.red : style.yellow
  return describe(problem).replace(/^\w+:/, word => paint(word))
}

/** A line a check, with what to do beneath one that asks for it; empty where there are none. */
function checksText(checks: readonly Check[], style: Style): string {
  if (checks.length === 0) return ''
  const paint = { pass: style.green, warn: style.yellow, fail: style.red, skip: style.dim }
  const rows = table(
    checks.map(({ status, id, target, detail }) => [status, id, target, detail.replaceAll('\n', ' ')]),
    (cell, row, column) => {
      const status = checks[row]?.status
      return column === 0 && status !== undefined ? paint[status](cell) : cell
    },
  ).split('\n')
  return checks
    .map((check, i) => {
      const asks = (check.status === 'fail' || check.status === 'warn') && check.remedy !== undefined
      return asks ? `${rows[i]}\n${indent(`To do: ${check.remedy}`, 6)}` : rows[i]
    })
    .join('\n')
}
