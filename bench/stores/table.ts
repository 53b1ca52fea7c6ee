/** What became of all cases, as a table for a terminal and as a page of the documentation. Pure. */
import { markdown, plain, type Rows } from '../breaking/columns.ts'
import type { Figures } from './measure.ts'
import { judgeStore, longestStep, type StoreOutcome } from './outcome.ts'

export interface Tried {
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
      'of each node alone',
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

/** The page `docs/stores-measured.md`. */
export function page({ outcomes, interval, command, versions }: Tried): string {
  const failed = outcomes.filter(outcome => judgeStore(outcome, interval).length > 0)
  const limit = inSeconds(longestStep('victoriametrics', interval))
  const all =
    failed.length === 0
      ? 'all within the limits below'
      : `${failed.length} of which were NOT within the limits below`
  return `# What a store keeps while something is away

Written by \`${command}\`: ${outcomes.length} cases, ${all}. Each takes something away on real
hosts of a lab with the real programs (${versions}), gives it back, waits until \`promha verify\` passes and \`promha drift\`
finds no difference, and then reads every sample of four targets from each node of the store and from both replicas.
Everything is scraped every ${interval} s.

## VictoriaMetrics, two single nodes

Both replicas write to both nodes.

- _Copies_: the most samples that a node has of one target within one interval. More than 1 is a doubled sample.
- _Largest step_: the longest time between two samples of a target, over both nodes together. The limit is ${limit}: two intervals,
  since the kept sample may be the first replica's in one and the other one's in the next, and 10 % for jitter.
- _Lost_: intervals of which a replica has a sample in its own storage, and no node has one. The limit is 0.
- _Of each node alone_: the same for each. A node that was killed lacks for good what it had acknowledged and not yet written
  to its disk. The other node has it, and the figures of the killed one have no limit.
- _Verify meanwhile_: the checks of \`promha verify\` that fail in the middle of the outage.
- _Well after_: from the end of the outage until \`promha verify\` passes.

${markdown(rowsOf(outcomes, interval))}
`
}
