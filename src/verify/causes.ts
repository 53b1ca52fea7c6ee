/** Sorts what verify found by its causes: a host that is away fails a dozen checks, and is told once. Pure. */
import { grouped } from '../diagnostic/grouped.ts'
import type { Cause, Check } from './model.ts'

/** One host or program that gives no answer, as a check that asked it tells. */
export interface FoundCause {
  /** `HOST`, or `HOST/component`. */
  readonly target: string
  readonly detail: string
  readonly remedy?: string
}

export interface ByCause {
  readonly causes: readonly FoundCause[]
  /** Checks that do not pass because of a cause. */
  readonly waiting: readonly Check[]
  /** All others. */
  readonly others: readonly Check[]
  /** What people still have of each cell in which a check waits. */
  readonly works: readonly StillWorks[]
}

/** `queries` of a cell, and who gives them; nobody if the list is empty. */
export interface StillWorks {
  readonly cell: string
  readonly offers: readonly { readonly what: string; readonly by: readonly string[] }[]
}

export function byCause(checks: readonly Check[]): ByCause {
  const away = new Set(checks.flatMap(({ cause }) => (cause && !cause.component ? [cause.host] : [])))
  const causes = new Map<string, FoundCause>()
  for (const { cause, detail, remedy } of checks) {
    if (cause === undefined || (cause.component && away.has(cause.host))) continue
    const target = targetOf(cause)
    if (!causes.has(target))
      causes.set(target, { target, detail, ...(remedy === undefined ? {} : { remedy }) })
  }
  const waits = ({ status, cause, follows, target }: Check) =>
    causes.size > 0 &&
    status !== 'pass' &&
    (cause !== undefined || follows === true || away.has(target.split('/')[0] ?? ''))
  const waiting = checks.filter(waits)
  const affected = new Set(waiting.map(({ cell }) => cell))
  return {
    causes: [...causes.values()],
    waiting,
    others: checks.filter(check => !waits(check)),
    works: stillWorks(checks.filter(({ cell }) => affected.has(cell))),
  }
}

export function targetOf({ host, component }: Cause): string {
  return component === undefined ? host : `${host}/${component}`
}

function stillWorks(checks: readonly Check[]): readonly StillWorks[] {
  const cells = grouped(checks, ({ cell = '' }) => cell)
  return [...cells].flatMap(([cell, ofCell]) => {
    const offered = ofCell.flatMap(({ offer }) => (offer ? [offer] : []))
    const offers = [...grouped(offered, ({ what }) => what)].map(([what, all]) => ({
      what,
      by: [...new Set(all.flatMap(({ by }) => (by === undefined ? [] : [by])))],
    }))
    return offers.length === 0 ? [] : [{ cell, offers }]
  })
}
