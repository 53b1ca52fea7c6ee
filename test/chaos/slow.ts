/**
 * A machine that is slow when a program starts, as after a reboot or beside a busy neighbour: a new process gets a small
 * share of the processor at first. It is stopped and continued in turns, so this needs no control group of its own.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { labStatus } from '../../src/lab/index.ts'

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
  const known = new Set(await find(program, space))
  const slowed: Promise<void>[] = []
  while (!end.aborted) {
    for (const pid of await find(program, space)) {
      if (known.has(pid)) continue
      known.add(pid)
      slowed.push(slow(pid, slowness))
    }
    await delay(30)
  }
  await Promise.all(slowed)
  return slowed.length
}

/** Processes of this program within a host, as this machine numbers them. */
async function find(program: string, space: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
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
