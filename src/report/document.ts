/** The `--json` document; the commands share it. See README, reference. */
import type { ListedArtifact } from '../artifact/fetch-all.ts'
import type { Problem } from '../diagnostic/problem.ts'
import type { LocalProgramRow } from '../engine/local-program.ts'
import type { Change, HostStatus } from '../plan/model.ts'
import type { Check, StatusRow } from '../verify/model.ts'
import {
  allProblems,
  changesOf,
  countChanges,
  type HostOutcome,
  type Outcome,
  type Tally,
} from './outcome.ts'

export type Result =
  | 'ok'
  | 'changed'
  | 'differs'
  | 'failed'
  | 'rolled-back'
  | 'unverified'
  | 'locked'
  | 'refused'
  | 'interrupted'

interface DocumentError {
  readonly summary: string
  readonly detail?: string
  readonly remedy?: string
  readonly host?: string
  readonly resource?: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

interface DocumentHost {
  /** Comma-separated where a host stands in more than one. */
  readonly cell: string
  readonly status: HostStatus
  readonly changes: readonly Omit<Change, 'diff'>[]
  readonly error: string | null
}

export interface Document {
  readonly promha: 1
  readonly command: string
  readonly inventory: string
  readonly result: Result
  readonly changed?: number
  readonly duration_s: number
  /** The part of it that the programs themselves took: settling, first scrape, first evaluation. */
  readonly waited_s?: number
  readonly hosts?: Readonly<Record<string, DocumentHost>>
  readonly checks?: readonly Omit<Check, 'remedy'>[]
  readonly status?: readonly StatusRow[]
  readonly artifacts?: readonly ListedArtifact[]
  /** What runs on this machine, of `artifacts trust`. */
  readonly programs?: readonly LocalProgramRow[]
  /** What was told and changes no exit code; there where there is any. */
  readonly warnings?: readonly DocumentError[]
  readonly errors?: readonly DocumentError[]
}

/** What a command came to, as scripts read it. `errors` is there unless all went as asked. */
export function documentOf(outcome: Outcome, tally: Tally): Document {
  const { command, inventory, result, hosts, checks, status, artifacts, programs } = outcome
  const changed = hosts === undefined ? tally.changed : countChanges(hosts)
  const warnings = allProblems(outcome)
    .filter(problem => problem.severity === 'warning')
    .map(documentError)
  const errors = wentAsAsked(outcome) ? undefined : documentErrors(outcome)
  return {
    promha: 1,
    command,
    inventory,
    result,
    ...(['apply', 'plan', 'drift', 'rollback', 'destroy'].includes(command) ? { changed } : {}),
    duration_s: seconds(tally.elapsed),
    ...(command === 'apply' ? { waited_s: seconds(tally.waited) } : {}),
    ...(hosts === undefined ? {} : { hosts: Object.fromEntries(hosts.map(documentHost)) }),
    ...(checks === undefined ? {} : { checks: checks.map(documentCheck) }),
    ...(status === undefined ? {} : { status }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(programs === undefined ? {} : { programs }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(errors === undefined ? {} : { errors }),
  }
}

const seconds = (ms: number) => Math.round(ms / 10) / 100

const wentAsAsked = ({ result }: Outcome) => result === 'ok' || result === 'changed' || result === 'differs'

function documentErrors(outcome: Outcome): readonly DocumentError[] {
  const problems = allProblems(outcome).filter(problem => problem.severity === 'error')
  const failed = (outcome.checks ?? []).filter(check => check.status === 'fail')
  return [...problems.map(documentError), ...failed.map(checkError)]
}

/** A problem as the document tells it. */
export function documentError(problem: Problem): DocumentError {
  const { summary, detail, remedy, host, resource, source } = problem
  return {
    summary,
    ...(detail === undefined ? {} : { detail }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(host === undefined ? {} : { host }),
    ...(resource === undefined ? {} : { resource }),
    ...(source === undefined ? {} : { file: source.file, line: source.line, column: source.column }),
  }
}

function checkError(check: Check): DocumentError {
  const summary = `${check.id} failed for ${check.target}: ${check.detail}`
  return { summary, ...(check.remedy === undefined ? {} : { remedy: check.remedy }) }
}

function documentCheck({ id, target, status, detail }: Check): Omit<Check, 'remedy'> {
  return { id, target, status, detail }
}

function documentHost(host: HostOutcome): readonly [string, DocumentHost] {
  const errors = host.problems.filter(problem => problem.severity === 'error')
  return [
    host.host,
    {
      cell: host.cells.join(','),
      status: host.status,
      changes: changesOf(host).map(({ diff, ...change }) => change),
      error: errors.length === 0 ? null : errors.map(problem => problem.summary).join('; '),
    },
  ]
}
