/** What became of all cases, as tables for a terminal and as a page of the documentation. Pure. */
import { inSeconds, markdown, plain, type Rows } from '../breaking/columns.ts'
import { intervals, judge, limits, type Outcome } from './outcome.ts'
import { scrapeInterval } from './site.ts'

type Column = readonly [title: string, cell: (outcomes: readonly Outcome[]) => string]

const worst = (outcomes: readonly Outcome[], of: (outcome: Outcome) => number | undefined) => {
  const known = outcomes.flatMap(outcome => of(outcome) ?? [])
  return known.length === 0 ? undefined : Math.max(...known)
}

/** The worst of all times, as words; a dash where it was never measured. */
const most =
  (of: (outcome: Outcome) => number | undefined, word: (value: number) => string): Column[1] =>
  outcomes => {
    const value = worst(outcomes, of)
    return value === undefined ? '-' : word(value)
  }

const whole = (value: number) => `${value}`

const common: readonly Column[] = [
  ['led by', ([first]) => (first?.cell === 'vip' ? 'address' : 'HAProxy')],
  ['fault', ([first]) => first?.fault ?? ''],
  [
    'times',
    outcomes => {
      const failed = outcomes.filter(outcome => judge(outcome).length > 0).length
      return failed === 0 ? `${outcomes.length}` : `${outcomes.length}, ${failed} FAILED`
    },
  ],
]
const out: Column = ['no answer for', most(({ out }) => out, inSeconds)]
const gap: Column = [
  'samples missing',
  most(
    ({ sampled }) => sampled && Math.max(0, sampled.gap - 1),
    value => `${Math.round(value)}`,
  ),
]
const back: Column = ['went back', outcomes => whole(outcomes.filter(({ wentBack }) => wentBack).length)]
const doubled: Column = ['doubled', most(({ sampled }) => sampled?.doubled, whole)]

const tables: readonly {
  readonly title: string
  readonly part: RegExp
  readonly columns: readonly Column[]
}[] = [
  {
    title: 'The active Pushgateway',
    part: /^pushgateway$/,
    columns: [
      ...common,
      out,
      ['pushes', most(({ pushed }) => pushed?.tried, whole)],
      ['refused', most(({ pushed }) => pushed && pushed.tried - pushed.acknowledged, whole)],
      ['known only to it', most(({ pushed }) => pushed?.lost, whole)],
      ['lost afterwards', most(({ pushed }) => pushed?.lostAfter, whole)],
      ['never scraped', most(({ pushed }) => pushed?.unseen, whole)],
      ['of the last', most(({ pushed }) => pushed?.unseenWithin, inSeconds)],
      ['forgotten by it', most(({ pushed }) => pushed?.forgotten, whole)],
      ['of the last', most(({ pushed }) => pushed?.forgottenWithin, inSeconds)],
      gap,
      doubled,
      back,
    ],
  },
  {
    title: 'The active prober',
    part: /^prober$/,
    columns: [
      ...common,
      gap,
      ['failed probes', most(({ failedProbes }) => failedProbes, whole)],
      doubled,
      back,
    ],
  },
  {
    title: 'The address to query by',
    part: /^(replica|loadbalancer)$/,
    columns: [
      ['hit', ([first]) => (first?.part === 'replica' ? 'the replica behind it' : 'the HAProxy that has it')],
      ...common.slice(1),
      out,
      ['queries', most(({ asked }) => asked, whole)],
      ['failed', most(({ failed }) => failed, whole)],
      back,
    ],
  },
  {
    title: 'A replica that another cell collects from',
    part: /^replica$/,
    columns: [
      ...common.slice(1),
      ['longest gap', most(({ federated }) => federated?.gap, intervals)],
      ['doubled', most(({ federated }) => federated?.doubled, whole)],
    ],
  },
]

/** Each table with its titles first; those without a row are left out. A row is what was done to one part in one way. */
export function tablesOf(
  outcomes: readonly Outcome[],
): readonly { readonly title: string; readonly rows: Rows }[] {
  return tables.flatMap(({ title, part, columns }) => {
    const own = outcomes.filter(outcome => part.test(outcome.part))
    if (own.length === 0) return []
    const rows = new Map<string, Outcome[]>()
    for (const outcome of own) {
      const key = [outcome.part, outcome.cell, outcome.fault].join('\n')
      rows.set(key, [...(rows.get(key) ?? []), outcome])
    }
    const cells = [...rows.values()].map(list => columns.map(([, cell]) => cell(list)))
    return [{ title, rows: [columns.map(([name]) => name), ...cells] }]
  })
}

export function plainTables(outcomes: readonly Outcome[]): string {
  return tablesOf(outcomes)
    .map(({ title, rows }) => `${title}\n${plain(rows)}\n`)
    .join('\n')
}

/** The page `docs/failover.md`. */
export function page(outcomes: readonly Outcome[], command: string): string {
  const failed = outcomes.filter(outcome => judge(outcome).length > 0).length
  const parts = tablesOf(outcomes).map(
    ({ title, rows }) => `## ${title}\n\n${notes[title] ?? ''}${markdown(rows)}\n`,
  )
  return `# What a failover costs

Written by \`${command}\`: ${outcomes.length} failovers, ${failed === 0 ? 'all within the limits below' : `${failed} of which were NOT within the limits below`}. Each breaks
one thing on real hosts of a lab with the real programs, measures, takes the cause away, and then waits until
\`promha verify\` passes and \`promha drift\` finds no difference, before anything else is broken. Each figure is the worst of
all times. Whoever took over stays the active one; _went back_ counts the times in which it did not.

There are two cells of two hosts each, of which both run everything. In one, an _address_ moves with whatever is active
(\`failover: { vip: … }\`); in the other, _HAProxy_ leads to it. What is scraped is scraped every ${scrapeInterval} s; with longer
intervals the same failover costs fewer samples. _Samples missing_ are those of one series, one after the other, in a
replica that the fault left alone; a _gap_ is the time from one sample to the next, in intervals: 1 where none is missing.
_Doubled_ series are such that Prometheus has more than once. A power cut or a pulled cable hits everything that was active
on the host at once, and counts for each part of it.

Limits: an address answers again within ${limits.out} s; of a probe or of what was pushed no more than ${limits.missing} samples are missing; a
series of another cell has no gap of more than ${limits.federatedGap} intervals; nothing is doubled, and no probe fails.

${parts.join('\n')}`
}

const notes: Readonly<Record<string, string>> = {
  'The active Pushgateway': `A client pushes ten times a second, each time something new too; with HAProxy, by way of the host that is not hit.
_Known only to it_: of all that was acknowledged before the fault, what is not at the address any more, since the other
Pushgateway never knew it: that is everything that was pushed since the client began, up to 15 s before. _Never scraped_:
those among them that no replica had scraped before the fault; they are gone for good. _Forgotten by it_: what the one
that was hit does not know any more itself when it is back, which is what it had not written to its file yet.

Behind HAProxy, each side of a network that is cut goes on with what runs there. Whose choice both keep is decided when they
meet again, so that it may go back after a pulled cable; _lost afterwards_ is what the other one was given meanwhile.

`,
  'The active prober': `Behind HAProxy one may go back where a cable was pulled, as above.

`,
}
