/** What happens to a replica or to a member of a store. */
import { setTimeout as delay } from 'node:timers/promises'
import type { StoreWorld } from './site.ts'
import type { BuiltProgram, NamedOutage } from './sites/definition.ts'

/** `unit`: one or several, as systemctl takes them. */
export type Outage =
  | { readonly kind: 'stopped'; readonly unit: string; readonly host: string; readonly seconds: number }
  | { readonly kind: 'killed'; readonly unit: string; readonly host: string }
  | ({ readonly kind: 'upgraded'; readonly component: string } & BuiltProgram)

/** Seconds; long enough for every queue to fill up, and shorter than what the replicas' own logs hold. */
const away = 120

export function stopped(what: string, unit: string, host: string): NamedOutage {
  return { name: `${what} stopped`, outage: { kind: 'stopped', unit, host, seconds: away } }
}

export function killed(what: string, unit: string, host: string): NamedOutage {
  return { name: `${what} killed`, outage: { kind: 'killed', unit, host } }
}

/**
 * Returns when it is over.
 * @param halfway is awaited in the middle of an outage that lasts
 */
export async function inflict(
  { fleet, upgrade }: StoreWorld,
  outage: Outage,
  halfway: () => Promise<void>,
): Promise<void> {
  if (outage.kind === 'upgraded') return upgrade(outage.component, outage)
  const { kind, unit, host } = outage
  if (kind === 'killed') {
    // Its unit starts it again by itself.
    await fleet.inside(host, `systemctl kill --signal=KILL ${unit}`)
    return
  }
  const until = Date.now() + outage.seconds * 1000
  try {
    await fleet.inside(host, `systemctl stop ${unit}`)
    await delay((outage.seconds / 2) * 1000)
    await halfway()
    await delay(Math.max(0, until - Date.now()))
  } finally {
    await fleet.inside(host, `systemctl start ${unit}`)
  }
}
