/** What a command came to, as text. Results and the summary go to standard output, problems to standard error. */
import { describe, indent } from '../diagnostic/describe.ts'
import { isError, type Problem } from '../diagnostic/problem.ts'
import type { HostOutcome } from '../engine/api.ts'
import { byCause } from '../verify/causes.ts'
import { type CommandOutcome, type Tally, type Verbosity, wentAsAsked } from './outcome.ts'
import type { Style } from './style.ts'
import { summaryText } from './summary.ts'
import { addressesText } from './text/addresses.ts'
import { changesText } from './text/changes.ts'
import { checksBlocks } from './text/checks.ts'
import { driftLines } from './text/drift-lines.ts'
import { orderText } from './text/order.ts'
import { planText } from './text/plan.ts'
import { statusText } from './text/status.ts'
import { artifactsText, programsText } from './text/tables.ts'

export interface ResultOptions {
  readonly verbosity: Verbosity
  /** Show the differences of changed files: all of them, or of a plan as many as fit on a screen or two. */
  readonly diff: 'none' | 'short' | 'full'
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
  const isPlan = command === 'plan'
  const each = verbosity === 'verbose' || !isPlan
  const showChanges =
    compared && each && (isPlan || diff !== 'none' || (verbosity === 'verbose' && !announcesChanges))
  const explains = verbosity === 'verbose' && (isPlan || !announcesChanges)
  // Checks that passed are a number in the summary.
  const remedies = remediesOf(outcome)
  const told = checksBlocks(checks, { all: verbosity === 'verbose', style, remedies })
  return [
    isPlan && !each ? planText(hosts, order, { diff, style }) : '',
    showChanges ? changesText(hosts, { diff: diff !== 'none', verbosity, style }) : '',
    explains ? orderText(order, style) : '',
    ...told,
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
  const above = verbosity === 'quiet' ? new Set() : toldAsCauses(outcome)
  const hosts = (outcome.hosts ?? []).map(host => {
    return { ...host, problems: above.has(host.host) ? [] : wanted(host.problems) }
  })
  const elsewhere = verbosity === 'quiet' || outcome.command === 'drift'
  const checks = (outcome.checks ?? []).filter(({ status }) => status !== 'warn' || verbosity !== 'quiet')
  const problems = problemsText(wanted(outcome.problems), hosts, style)
  const told = elsewhere ? checksBlocks(checks, { all: false, style }) : []
  return [problems, ...told].filter(text => text !== '').join('\n\n')
}

/** The last line. */
export function summaryBlock(outcome: CommandOutcome, tally: Tally, { style }: ResultOptions): string {
  return (wentAsAsked(outcome) ? style.bold : style.red)(summaryText(outcome, tally))
}

/** Hosts of which verify says as a cause why they could not be reached, so that it is told once. */
function toldAsCauses({ command, hosts = [], checks = [] }: CommandOutcome): ReadonlySet<string> {
  if (command !== 'verify') return new Set()
  const causes = new Set(byCause(checks).causes.map(({ target }) => target))
  const away = hosts.filter(({ status, host }) => status === 'unreachable' && causes.has(host))
  return new Set(away.map(({ host }) => host))
}

/** What to do about hosts that could not be reached; empty for those whose own problem says it. */
function remediesOf(outcome: CommandOutcome): ReadonlyMap<string, string> {
  const told = toldAsCauses(outcome)
  const away = (outcome.hosts ?? []).filter(({ status }) => status === 'unreachable')
  return new Map(
    away.map(({ host, problems }) => [host, told.has(host) ? (problems[0]?.remedy ?? '') : ''] as const),
  )
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
