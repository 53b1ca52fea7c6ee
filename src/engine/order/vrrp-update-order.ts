/** Who is told first of a change of the members of addresses that move, so that its holder keeps each of them. Pure. */

/** One keepalived that runs and goes on to. */
export interface VrrpMember {
  readonly host: string
  /** The addresses of which it knows now, and is to know. */
  readonly knows: readonly string[]
  readonly wanted: readonly string[]
  /** Those that it has now. */
  readonly has: readonly string[]
}

/** Of one about whom nothing is known. */
export const otherTurn = 2

/**
 * Host → its turn, the lowest first. One that is to forget an address goes before the host that has it forgets that one,
 * and one that is to know it comes after the host that has it knows of it: either would hear nothing of the other, and take it too.
 * Where an address is changed for another one, the host that has it comes first and so has the new one; where it goes
 * altogether, last, so that it goes at once. Where one is to forget and to know, no order is right.
 */
export function turnsOf(keepers: readonly VrrpMember[]): ReadonlyMap<string, number> {
  return new Map(keepers.map(keeper => [keeper.host, turnOf(keeper, keepers)]))
}

function turnOf(keeper: VrrpMember, all: readonly VrrpMember[]): number {
  const others = all.filter(other => other !== keeper)
  const forgotten = keeper.knows.filter(address => !keeper.wanted.includes(address))
  const learnt = keeper.wanted.filter(address => !keeper.knows.includes(address))
  if (learnt.some(address => others.some(({ has }) => has.includes(address)))) return 4
  if (forgotten.some(address => others.some(({ wanted }) => wanted.includes(address)))) return 0
  const loses = forgotten.some(address => keeper.has.includes(address))
  if (loses) return learnt.length > 0 ? 1 : 3
  return otherTurn
}
