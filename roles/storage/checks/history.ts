/** How far back each member of a store goes: one that was replaced is empty, and nothing fills it. */
import { listFirst } from '../../../src/diagnostic/list-first.ts'

/** When a member's first sample is, in milliseconds since the epoch; undefined if it has none. */
export interface Beginning {
  readonly host: string
  readonly begins: number | undefined
}

/** Milliseconds: members that were set up together differ by less, since replicas send what they kept for two hours. */
const together = 3 * 3_600_000

export interface Shorter {
  readonly detail: string
  readonly remedy: string
}

/** Which members begin later than another one, and what to do; undefined if none does, or fewer than two were asked. */
export function shorterHistory(members: readonly Beginning[], now: number): Shorter | undefined {
  const [oldest, ...others] = [...members].sort((one, other) => since(one, now) - since(other, now))
  if (oldest === undefined) return undefined
  const later = others.filter(one => since(one, now) - since(oldest, now) > together)
  if (later.length === 0) return undefined
  const said = later.map(({ host, begins }) =>
    begins === undefined ? `${host} has no sample yet` : `${host} has no sample before ${minute(begins)}`,
  )
  const names = later.map(({ host }) => host)
  return {
    detail: `${listFirst(said)}, and ${oldest.host} has samples from ${minute(since(oldest, now))} on`,
    remedy: `Copy the older samples from ${oldest.host} to ${listFirst(names)}, as "Replace a node" of docs/stores.md says. Until then, or until the retention has passed, a query of that time shows nothing if it is answered by ${listFirst(names, 5, ' or ')}.`,
  }
}

function since({ begins }: Beginning, now: number): number {
  return begins ?? now
}

function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
