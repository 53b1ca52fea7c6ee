/** What became of all cases, as a table for a terminal and as a page of the documentation. Pure. */
import { markdown, plain, type Rows } from '../breaking/columns.ts'
import type { Figures, Keeping } from './measure.ts'
import { judgeStore, longestStepOf, type StoreOutcome } from './outcome.ts'
import type { StoreSite } from './sites/definition.ts'

export interface Tried {
  readonly site: Pick<StoreSite, 'title' | 'about' | 'limits'>
  readonly outcomes: readonly StoreOutcome[]
  /** Seconds. */
  readonly interval: number
  readonly command: string
  /** The programs' versions, before and after their upgrade. */
  readonly versions: string
}

type Column = readonly [title: string, cell: (outcome: StoreOutcome) => string]

const inSeconds = (value: number) => `${value.toFixed(2)} s`
const of =
  (cell: (figures: Figures) => string) =>
  ({ figures }: StoreOutcome) =>
    figures ? cell(figures) : '-'

function columns(interval: number): readonly Column[] {
  return [
    ['what happened', ({ fault }) => fault],
    ['for', ({ lasted }) => (lasted === undefined ? '-' : `${lasted.toFixed(0)} s`)],
    ['copies', of(({ copies }) => `${copies}`)],
    ['largest step', of(({ step }) => inSeconds(step))],
    ['lost', of(({ lost }) => `${lost}`)],
    [
      'of each member alone',
      of(({ members }) =>
        members.map(({ host, step, lost }) => `${host}: ${inSeconds(step)}, ${lost} lost`).join('; '),
      ),
    ],
    ['verify meanwhile', ({ meanwhile }) => failing(meanwhile)],
    ['well after', ({ wellAfter }) => (wellAfter === undefined ? '-' : `${wellAfter.toFixed(0)} s`)],
    ['within the limit', outcome => (judgeStore(outcome, interval).length === 0 ? 'yes' : 'NO')],
  ]
}

function failing(checks: readonly string[] | undefined): string {
  if (checks === undefined) return '-'
  return checks.length === 0 ? 'passes' : `fails: ${checks.join(', ')}`
}

export function rowsOf(outcomes: readonly StoreOutcome[], interval: number): Rows {
  const all = columns(interval)
  return [all.map(([title]) => title), ...outcomes.map(outcome => all.map(([, cell]) => cell(outcome)))]
}

export function plainTable({ outcomes, interval }: Pick<Tried, 'outcomes' | 'interval'>): string {
  return plain(rowsOf(outcomes, interval))
}

const countings: Readonly<Record<Keeping, string>> = {
  'one an interval': 'the most samples that a member has of one target within one interval',
  'one replica at a time':
    'the most samples that a member has of one target that are closer to each other than half an interval',
}

/** A page of `docs/stores-measured/`. */
export function page({ site, outcomes, interval, command, versions }: Tried): string {
  const failed = outcomes.filter(outcome => judgeStore(outcome, interval).length > 0)
  const { title, about, limits } = site
  const limit = inSeconds(longestStepOf(limits, interval))
  const mayLose = limits.lost?.(interval) ?? 0
  const all =
    failed.length === 0
      ? 'all within the limits below'
      : `${failed.length} of which were NOT within the limits below`
  return `# ${title}: what it keeps while something is away

Written by \`${command}\`: ${outcomes.length} cases, ${all}. Each takes something away on real
hosts of a lab with the real programs (${versions}), gives it back, waits until \`promha verify\` passes and \`promha drift\`
finds no difference, and then reads every sample of each host from each member of the store and from both replicas.
Everything is scraped every ${interval} s.

${about}

- _Copies_: ${countings[limits.keeping]}. More than 1 is a doubled sample.
- _Largest step_: the longest time between two samples of a target, over all members together. The limit is ${limit}: ${limits.why},
  and 10 % for jitter.
- _Lost_: samples that a replica has in its own storage, and no member has, of all targets together. The limit is ${mayLose === 0 ? '0' : `${mayLose} of each target`}.
- _Of each member alone_: the same for each. One that was killed may lack for good what it had acknowledged and not yet written
  to its disk: its figures have no limit.
- _Verify meanwhile_: the checks of \`promha verify\` that fail in the middle of the outage.
- _Well after_: from the end of the outage until \`promha verify\` passes.

${markdown(rowsOf(outcomes, interval))}
`
}
