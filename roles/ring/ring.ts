/** Whether a ring is whole, as one of its members sees it. */
import { listFirst } from '../../src/diagnostic/list-first.ts'
import type { RingView } from './answers.ts'

/** Milliseconds: members are heard of every 5 s. One that died counts as `ACTIVE` for a minute. */
const silence = 15_000

/** What is wrong with those members, in words: empty if all of them are active and were heard of lately. */
export function ringFaults({ now, members }: RingView, hosts: readonly string[]): readonly string[] {
  return hosts.flatMap(host => {
    const found = members.find(({ id }) => id === host)
    if (found === undefined) return [`${host} is not in the ring`]
    if (found.state !== 'ACTIVE') return [`${host} is ${found.state} in the ring`]
    const age = now - found.heard
    return age < silence ? [] : [`${host} was last heard of ${Math.round(age / 1000)} s ago`]
  })
}

/** Members that the ring still has, and that are none of these hosts. */
export function strangersIn({ members }: RingView, hosts: readonly string[]): readonly string[] {
  return members.filter(({ id }) => !hosts.includes(id)).map(({ id, state }) => `${id} (${state})`)
}

/** Undefined if nothing is wrong with those members. */
export function ringLack(view: RingView, hosts: readonly string[]): string | undefined {
  const faults = ringFaults(view, hosts)
  return faults.length === 0 ? undefined : listFirst(faults)
}
