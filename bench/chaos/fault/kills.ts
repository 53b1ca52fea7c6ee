/** SIGKILL of promha at moments that chance picks out of the whole length of an apply. */
import { setTimeout as delay } from 'node:timers/promises'
import { launch, missed } from '../../breaking/launch.ts'
import type { Case } from '../cases.ts'
import type { Change, World } from '../site.ts'
import { killed } from './faults.ts'

const changes: readonly Change[] = ['everything', 'restart', 'program', 'reload']
/** One in so many is left to the hosts alone. */
const oneAlone = 6

/** Milliseconds that an undisturbed apply of each kind took, by kind. Each is measured once, by whoever asks first. */
export type Lengths = Map<Change, Promise<number>>

/** The length of an undisturbed apply. */
export function lengthOfApply(world: World, lengths: Lengths, change: Change): Promise<number> {
  const known = lengths.get(change) ?? measure(world, change)
  lengths.set(change, known)
  return known
}

async function measure(world: World, change: Change): Promise<number> {
  await world.turn(change)
  const began = performance.now()
  const { code, stderr } = await launch('apply', world.site.inventory).done
  if (code !== 0) throw new Error(`an undisturbed apply ended with ${code}\n${stderr}`)
  return performance.now() - began
}

/** `next` gives numbers from 0 up to 1. */
export function killCases(count: number, next: () => number, lengths: Lengths): readonly Case[] {
  return Array.from({ length: count }, (_, index): Case => {
    const change = changes[Math.floor(next() * changes.length)] ?? 'restart'
    const part = next()
    return {
      fault: killed,
      step: `moment ${index + 1}`,
      host: 'mon-a',
      change,
      expects: [undefined],
      moment: async (_world, run) => {
        const length = (await lengths.get(change)) ?? 0
        await run.says(/./)
        const first = performance.now()
        // Some of the length went by before its first line.
        await Promise.race([delay(part * Math.max(0, length - 1000)), run.done])
        if (!run.ended()) return
        lengths.set(change, Promise.resolve(performance.now() - first))
        throw missed('promha was faster than its last undisturbed run')
      },
      ...(index % oneAlone === 0 ? { leftAlone: true } : {}),
    }
  })
}
