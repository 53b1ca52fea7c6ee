/**
 * A machine that is slow when a program starts, as after a reboot or beside a busy neighbour: a new process gets a small
 * share of the processor at first. It is stopped and continued in turns, so this needs no control group of its own.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { labStatus } from '../../../src/lab/index.ts'

export interface Slowness {
  /** Seconds of a process' life. */
  readonly during: number
  /** Milliseconds of each turn. */
  readonly run: number
  readonly rest: number
}

/** Slows every new process of one program on one host until it is stopped; gives how many there were. */
export function slowStarts(
  lab: string,
  host: string,
  program: string,
  slowness: Slowness,
): { stop(): Promise<number> } {
  const end = new AbortController()
  const watching = watch(lab, host, program, slowness, end.signal)
  // Its failure is told by whoever stops it.
  watching.catch(() => undefined)
  return {
    stop: () => {
      end.abort()
      return watching
    },
  }
}

async function watch(
  lab: string,
  host: string,
  program: string,
  slowness: Slowness,
  end: AbortSignal,
): Promise<number> {
  const init = (await labStatus({ name: lab }))?.hosts.find(({ name }) => name === host)?.pid
  if (init === undefined) throw new Error(`${host} is off`)
  const space = await readlink(`/proc/${init}/ns/pid`)
  const started = performance.now()
  const seen = new Map<number, number>()
  const known = new Set<number>()
  const slowed: Promise<void>[] = []
  while (!end.aborted) {
    for (const pid of await find(program, space, await young(seen))) {
      if (known.has(pid)) continue
      known.add(pid)
      // What ran before is left alone.
      if ((seen.get(pid) ?? 0) >= started) slowed.push(slow(pid, slowness))
    }
    await delay(20)
  }
  await Promise.all(slowed)
  return slowed.length
}

/** A process is its parent's copy for a moment, before it becomes the program: milliseconds for which it is looked at. */
const youth = 5000

/** Those that were not there long; keeps in `seen` since when each is known, 0 for those of the first look. */
async function young(seen: Map<number, number>): Promise<readonly number[]> {
  const now = performance.now()
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const first = seen.size === 0
  const there = new Set(pids)
  for (const pid of seen.keys()) if (!there.has(pid)) seen.delete(pid)
  for (const pid of pids) if (!seen.has(pid)) seen.set(pid, first ? 0 : now)
  return pids.filter(pid => now - (seen.get(pid) ?? 0) < youth)
}

/** Those of `pids` that are this program within a host. */
async function find(program: string, space: string, pids: readonly number[]): Promise<readonly number[]> {
  const found = await Promise.all(
    pids.map(async pid => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (!line.startsWith(`${program}\0--storage`) && !line.startsWith(`${program}\0--config`)) return []
      const own = await readlink(`/proc/${pid}/ns/pid`).catch(() => '')
      return own === space ? [pid] : []
    }),
  )
  return found.flat()
}

async function slow(pid: number, { during, run, rest }: Slowness): Promise<void> {
  const end = performance.now() + during * 1000
  try {
    while (performance.now() < end) {
      process.kill(pid, 'SIGSTOP')
      await delay(rest)
      process.kill(pid, 'SIGCONT')
      await delay(run)
    }
  } catch {
    // It has ended meanwhile.
    return
  }
}
