/** What is broken how, in which cell. */
import type { Part } from './active.ts'
import * as faults from './faults.ts'
import { type CellUnderTest, cellNames } from './site.ts'

export interface Case {
  readonly part: Part
  readonly cell: CellUnderTest['name']
  readonly fault: faults.Fault
}

export function nameOf({ part, cell, fault }: Case): string {
  return `${part} (${cell}): ${fault.name}`
}

const ofProgram: readonly (readonly [Part, readonly faults.Fault[]])[] = [
  ['pushgateway', [faults.killed, faults.stopped, faults.frozen, faults.restarted]],
  ['prober', [faults.killed, faults.stopped, faults.frozen]],
]
const ofHost = [faults.powerCut, faults.cablePulled] as const
const single: readonly Case[] = [faults.killed, faults.stopped, faults.frozen, faults.restarted].map(
  fault => {
    return { part: 'replica', cell: 'haproxy', fault }
  },
)

/** Those of the hosts first: what was active on one is on the other then, all of it, for those that follow. */
export const cases: readonly Case[] = [
  ...ofHost.flatMap(fault => [
    ...cellNames.flatMap(cell => ofProgram.map(([part]): Case => ({ part, cell, fault }))),
    { part: 'replica', cell: 'haproxy', fault } satisfies Case,
    { part: 'loadbalancer', cell: 'haproxy', fault } satisfies Case,
  ]),
  ...ofProgram.flatMap(([part, list]) =>
    list.flatMap(fault => cellNames.map((cell): Case => ({ part, cell, fault }))),
  ),
  ...single,
  { part: 'loadbalancer', cell: 'haproxy', fault: faults.killed },
]

/** One thing to break in one round, with all the cases that this is at once. */
export interface Break {
  readonly cell: CellUnderTest
  readonly host: string
  /** Whose program it is that the fault hits, where it hits but one. */
  readonly part: Part
  readonly fault: faults.Fault
  readonly cases: readonly Case[]
}

/** A power cut hits everything that is active on the host: of a list of cases those that this break is too. */
export function covered(
  first: Case,
  active: ReadonlyMap<Part, string>,
  among: readonly Case[],
): readonly Case[] {
  if (first.fault.hits === 'program') return [first]
  const host = active.get(first.part)
  return among.filter(
    ({ part, cell, fault }) =>
      cell === first.cell && fault === first.fault && host !== undefined && active.get(part) === host,
  )
}

/**
 * The next cases to begin with. A program of one cell and a program of the other do not meet, so both are broken in one
 * round; whatever is seen from the other cell, as a source of its federation, is broken alone.
 */
export function nextOf(left: readonly Case[]): readonly Case[] {
  const [first] = left
  if (first === undefined) return []
  const alone = ({ part, fault }: Case) => fault.hits === 'host' || part === 'replica'
  const other = alone(first) ? undefined : left.find(one => one.cell !== first.cell && !alone(one))
  return other === undefined ? [first] : [first, other]
}
