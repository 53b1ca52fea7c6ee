/** Asks a member of a pair or a cluster, whatever is known of where it answers. */
import { getFrom } from '../../verify/ask/get.ts'
import type { Get } from '../../verify/checks/facet.ts'
import type { Ask } from '../../verify/model.ts'
import type { RedundantMember } from './serving-state.ts'

/** Hosts beside its own from which one place is asked. */
const mostWitnesses = 2

/** What `work` finds where it answers, asked on its own host or else from another one; undefined if that is nothing. */
export async function firstAnswer<A>(
  ask: Ask,
  { host, places }: RedundantMember,
  witnesses: readonly string[],
  work: (get: Get) => Promise<A | undefined>,
): Promise<A | undefined> {
  const others = witnesses.filter(name => name !== host).slice(0, mostWitnesses)
  for (const place of places) {
    if ('unit' in place) continue
    const { local, remote, readyPath } = place
    const ways = [{ name: host, at: local }, ...(remote ? others.map(name => ({ name, at: remote })) : [])]
    for (const { name, at } of ways) {
      const found = await work(getFrom(ask, name, { ...at, readyPath }))
      if (found !== undefined) return found
    }
  }
  return undefined
}
