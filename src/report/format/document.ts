/** The `--json` document; the commands share it. See docs/reference/commands.md. */
import type { ListedArtifact } from '../../artifact/fetch-all.ts'
import type { LocalProgramRow } from '../../check/tool/local-program.ts'
import { defined } from '../../diagnostic/defined.ts'
import { isError, type Problem, type SourceRange } from '../../diagnostic/problem.ts'
import type { HostOutcome } from '../../engine/api.ts'
import type { Change, HostStatus } from '../../plan/model.ts'
import type { OpenAddress } from '../../topology/address/opened.ts'
import { type ByCause, byCause, type FoundCause, targetOf } from '../../verify/causes.ts'
import type { Check, StatusRow } from '../../verify/model.ts'
import type { CommandOutcome, Result, Tally } from '../outcome.ts'
import { allProblems, changesOf, countChanges, wentAsAsked } from '../outcome.ts'

/** A failed check has no code: its id is in `checks`. */
type DocumentError = Pick<Problem, 'summary' | 'detail' | 'remedy' | 'host' | 'resource'> &
  Partial<Pick<Problem, 'code'> & Pick<SourceRange, 'file' | 'line' | 'column'>>

interface DocumentCheck extends Pick<Check, 'id' | 'target' | 'status' | 'detail'> {
  /** The host, or `HOST/component`, that gives no answer, because of which it does not pass. */
  readonly waits_for?: string
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
  readonly checks?: readonly DocumentCheck[]
  /** Hosts and programs that give no answer, for which checks wait; there where there are any. */
  readonly causes?: readonly FoundCause[]
  /** After an apply that changed something: what people open now. */
  readonly addresses?: readonly OpenAddress[]
  readonly status?: readonly StatusRow[]
  readonly artifacts?: readonly ListedArtifact[]
  /** What runs on this machine, of `artifacts trust`. */
  readonly programs?: readonly LocalProgramRow[]
  /** What was told and changes no exit code; there where there is any. */
  readonly warnings?: readonly DocumentError[]
  readonly errors?: readonly DocumentError[]
}

/** What a command came to, as scripts read it. `errors` is there unless all went as asked. */
export function documentOf(outcome: CommandOutcome, tally: Tally): Document {
  const { command, inventory, result, hosts, checks, addresses, status, artifacts, programs } = outcome
  const changed = hosts === undefined ? tally.changed : countChanges(hosts)
  const sorted = byCause(checks ?? [])
  const warnings = allProblems(outcome)
    .filter(problem => !isError(problem))
    .map(documentError)
  return {
    promha: 1,
    command,
    inventory,
    result,
    ...(['apply', 'plan', 'drift', 'rollback', 'destroy'].includes(command) ? { changed } : {}),
    duration_s: seconds(tally.elapsed),
    ...(command === 'apply' ? { waited_s: seconds(tally.waited) } : {}),
    ...defined({
      hosts: hosts && Object.fromEntries(hosts.map(documentHost)),
      ...(checks && documentChecks(checks, sorted)),
      addresses,
      status,
      artifacts,
      programs,
      warnings: warnings.length === 0 ? undefined : warnings,
      errors: wentAsAsked(outcome) ? undefined : documentErrors(outcome, sorted),
    }),
  }
}

/** Each check that waits names its cause; one that only follows from several names none. */
function documentChecks(
  checks: readonly Check[],
  { causes, waiting }: ByCause,
): Pick<Document, 'checks' | 'causes'> {
  const [only, second] = causes
  const alone = second === undefined ? only?.target : undefined
  const waits = new Set(waiting)
  return {
    checks: checks.map(check => {
      const { id, target, status, detail, cause } = check
      const of = cause ? targetOf(cause) : alone
      return {
        id,
        target,
        status,
        detail,
        ...(waits.has(check) && of !== undefined ? { waits_for: of } : {}),
      }
    }),
    ...(causes.length > 0 ? { causes } : {}),
  }
}

const seconds = (ms: number) => Math.round(ms / 10) / 100

function documentErrors(outcome: CommandOutcome, { causes, others }: ByCause): readonly DocumentError[] {
  const problems = allProblems(outcome).filter(isError)
  // A host that could not be reached is a problem of its own already.
  const told = new Set(problems.map(({ host }) => host))
  const silent = causes.filter(({ target }) => !told.has(target))
  const failed = others.filter(({ status }) => status === 'fail')
  return [...problems.map(documentError), ...silent.map(causeError), ...failed.map(checkError)]
}

/** A problem as the document tells it. */
export function documentError(problem: Problem): DocumentError {
  const { code, summary, detail, remedy, host, resource, source } = problem
  const place = source && { file: source.file, line: source.line, column: source.column }
  return { ...defined({ code, summary, detail, remedy, host, resource }), summary, ...place }
}

function causeError({ target, detail, remedy }: FoundCause): DocumentError {
  return { summary: `no answer from ${target}: ${detail}`, ...defined({ remedy }) }
}

function checkError({ id, target, detail, remedy }: Check): DocumentError {
  return { summary: `${id} failed for ${target}: ${detail}`, ...defined({ remedy }) }
}

function documentHost(host: HostOutcome): readonly [string, DocumentHost] {
  const error = host.problems.filter(isError).map(({ summary }) => summary)
  const changes = changesOf(host).map(({ diff, ...change }) => change)
  const told = { cell: host.cells.join(','), status: host.status, changes, error: error.join('; ') || null }
  return [host.host, told]
}
