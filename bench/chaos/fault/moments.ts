/** The steps of an apply at which something can happen to it, and how each is known to have come. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Launched } from '../../breaking/launch.ts'
import { has, type Mark, seen } from '../evidence.ts'
import type { World } from '../site.ts'

/** Resolves when the step is there; throws where the run ends without it. */
export type Moment = (world: World, run: Launched) => Promise<void>

const deadline = 180_000

const says =
  (pattern: RegExp): Moment =>
  async (_, run) => {
    await run.says(pattern, deadline)
  }

export const prometheusAt =
  (host: string, mark: Mark): Moment =>
  (world, run) =>
    seen(`Prometheus on ${host} to be ${mark}`, deadline, async () => {
      if (run.ended()) throw new Error(`promha ended before Prometheus on ${host} was ${mark}`)
      return has(world.fleet, host, 'prometheus', mark)
    })

async function ready(world: World, host: string): Promise<boolean> {
  const url = `http://${world.fleet.host(host).address}:9090/-/ready`
  const response = await fetch(url, {
    signal: AbortSignal.timeout(500),
    headers: { connection: 'close' },
  }).catch(() => undefined)
  await response?.body?.cancel()
  return response?.status === 200
}

/** Told to restart, and not ready yet. */
const gate =
  (host: string): Moment =>
  async (world, run) => {
    await prometheusAt(host, 'told')(world, run)
    await seen(`Prometheus on ${host} to stop answering`, 30_000, async () => !(await ready(world, host)))
  }

/** Restarted and ready, and not confirmed yet. */
const soak =
  (host: string): Moment =>
  async (world, run) => {
    await gate(host)(world, run)
    await seen(`Prometheus on ${host} to be ready again`, 60_000, () => ready(world, host))
    await delay(1500)
    if (!(await has(world.fleet, host, 'prometheus', 'told')))
      throw new Error(`there was no soak of Prometheus on ${host}`)
  }

/** The first replica is confirmed, the second not begun. */
const between: Moment = async (world, run) => {
  await prometheusAt('mon-a', 'told')(world, run)
  await seen('a to be confirmed', deadline, async () => {
    if (run.ended()) throw new Error('promha ended before a was confirmed')
    return !(await has(world.fleet, 'mon-a', 'prometheus', 'staged'))
  })
}

export interface Step {
  readonly name: string
  /** Where the fault happens. */
  readonly host: string
  readonly moment: Moment
  /** Only in a run that pushes a program. */
  readonly pushes?: true
}

/** In the order of an apply that restarts both replicas. */
export const steps: readonly Step[] = [
  { name: 'probing', host: 'mon-a', moment: says(/^Looking at hosts/) },
  { name: 'locking', host: 'mon-a', moment: says(/^Locking/) },
  { name: 'pushing', host: 'mon-a', moment: says(/^Sending programs/), pushes: true },
  { name: 'staging a', host: 'mon-a', moment: prometheusAt('mon-a', 'staged') },
  { name: 'placing a', host: 'mon-a', moment: prometheusAt('mon-a', 'touched') },
  { name: 'restarting a', host: 'mon-a', moment: prometheusAt('mon-a', 'told') },
  { name: 'gate of a', host: 'mon-a', moment: gate('mon-a') },
  { name: 'soak of a', host: 'mon-a', moment: soak('mon-a') },
  { name: 'between a and b', host: 'mon-b', moment: between },
  { name: 'placing b', host: 'mon-b', moment: prometheusAt('mon-b', 'touched') },
  { name: 'soak of b', host: 'mon-b', moment: soak('mon-b') },
  { name: 'verifying', host: 'mon-a', moment: says(/^Verifying/) },
]

/** What a run was at when it was cut off, told from its lines and from what lies on the hosts. */
export function stageOf(lines: readonly string[], underWay: readonly string[]): string {
  if (underWay.length > 0)
    return `changing ${[...new Set(underWay.map(text => text.split(' ')[1]))].join(', ')}`
  const stages: readonly (readonly [RegExp, string])[] = [
    [/^Verified/, 'ending'],
    [/^Verifying/, 'verifying'],
    [/^Changing/, 'between steps'],
    [/^Sending programs/, 'pushing'],
    [/^Locking/, 'locking'],
    [/^Looking at hosts/, 'probing'],
  ]
  const found = stages.find(([pattern]) => lines.some(line => pattern.test(line)))
  return found?.[1] ?? 'starting'
}
