/** What became of all cases, as a table for a terminal and as a page of the documentation. Pure. */
import { inSeconds, markdown, plain } from '../breaking/columns.ts'
import type { Outcome } from './trial.ts'

interface Row {
  readonly fault: string
  readonly step: string
  readonly outcomes: readonly Outcome[]
}

const head = ['fault', 'step', 'cases', 'pair out', 'run ended with', 'undone by', 'converged in']

/** One row for each fault at each step, in the order in which they first came. */
export function rowsOf(outcomes: readonly Outcome[]): readonly (readonly string[])[] {
  const rows = new Map<string, Row & { outcomes: Outcome[] }>()
  for (const outcome of outcomes) {
    const { fault, step } = outcome
    const key = `${fault}\n${step}`
    const row = rows.get(key)
    if (row) row.outcomes.push(outcome)
    else rows.set(key, { fault, step, outcomes: [outcome] })
  }
  return [...rows.values()].map(cells)
}

function cells({ fault, step, outcomes }: Row): readonly string[] {
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length
  const longest = Math.max(...outcomes.map(({ converged }) => converged))
  return [
    fault,
    step,
    failed === 0 ? `${outcomes.length}` : `${outcomes.length}, ${failed} FAILED`,
    inSeconds(Math.max(...outcomes.map(({ pairOut }) => pairOut))),
    distinct(outcomes.map(({ code, ended }) => ended ?? (code === undefined ? 'a signal' : `${code}`))),
    distinct(outcomes.map(({ undone }) => undone)),
    longest === 0 ? '' : `${longest.toFixed(0)} s`,
  ]
}

function distinct(words: readonly string[]): string {
  return [...new Set(words.filter(word => word !== ''))].sort().join(', ')
}

/** Columns of equal width, for a terminal. */
export function plainTable(outcomes: readonly Outcome[]): string {
  return plain([head, ...rowsOf(outcomes)])
}

export interface Summary {
  readonly outcomes: readonly Outcome[]
  readonly seed: number
  readonly command: string
  /** How often the alert that always fires was notified, one number a lab. */
  readonly notified: readonly number[]
}

/** The page `docs/chaos.md`. */
export function page({ outcomes, command, seed, notified }: Summary): string {
  const out = Math.max(...outcomes.map(({ pairOut }) => pairOut))
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  return `# What was broken on purpose

Written by \`${command}\` (seed ${seed}): ${outcomes.length} cases, ${failed.length === 0 ? 'all of which passed' : `${failed.length} of which failed`}. Each
breaks one thing, on real hosts of a lab with the real programs, while \`promha apply\` changes a running pair, or before
it does. A poller beside promha asks both replicas ten times a second whether they are ready, from before the fault until
all is well again; the pair is out where both refuse, are silent or say that they are not ready at once: ${inSeconds(out)} in the worst
case.

Once the cause is gone, one plain \`promha apply\` has to end with 0, and the next with 0 and no change, and nothing may be
left over: no staged or replaced file, no lock. The seconds are those of the first of the two, with all that it proves
before it ends. _Undone by the host_: nobody came for a minute, and its own guard put it back. _Nothing to undo_: the run
had not begun to replace anything, or had confirmed all that it began.

An alert that fires throughout was notified of ${notified.join(', ')} times, one figure a lab, in which all of this happened one case after
another, power cuts of whole hosts included.

${markdown([head, ...rowsOf(outcomes)])}

Kills of promha come at moments that chance picks out of the whole length of an apply; the step is what it was at then.
`
}
