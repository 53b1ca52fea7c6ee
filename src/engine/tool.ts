/** The only place of this folder that starts a program on this machine: upstream's own tools, on configs. */
import { existsSync } from 'node:fs'
import { createLimit } from '../limit.ts'
import { allToolsMinutes, mostSaid, type ToolShares, toolShares, toolTime } from './tool-bounds.ts'

/** What a tool said of its arguments; `exitCode` is undefined where it was not started or did not come to its end. */
export interface ToolResult {
  readonly exitCode?: number | undefined
  /** Both streams, as they came. */
  readonly all: string
  readonly shortMessage?: string | undefined
}

export type RunTool = (args: readonly string[], directory: string) => Promise<ToolResult>

/** Whether it ran and refused what it was asked about: not if it was not started, or ended by a signal. */
export function refuses({ exitCode }: ToolResult): boolean {
  return exitCode !== 0 && exitCode !== undefined
}

/** Why it did not come to an exit code. */
export function whyNot({ shortMessage = 'it could not be started' }: ToolResult): string {
  return shortMessage
}

/** The tools of one run, which share its time and this machine's memory. */
export interface Tools {
  /** Runs the tool of that absolute path. */
  readonly at: (path: string) => RunTool
  /** Whether a tool was not started, or was ended, because the time of all of them was over. */
  readonly late: () => boolean
}

/** @param options.time milliseconds of all tools, from the start of the first one */
export function createTools({
  time = allToolsMinutes * 60_000,
  shares = toolShares(),
}: {
  readonly time?: number
  readonly shares?: ToolShares
} = {}): Tools {
  const turn = createLimit(shares.together)
  const over = { exitCode: undefined, all: '', shortMessage: 'the time for all checks was over' }
  let began: number | undefined
  let late = false
  const at =
    (path: string): RunTool =>
    (args, directory) =>
      turn(async () => {
        began ??= performance.now()
        const left = Math.floor(began + time - performance.now())
        if (left > 0) {
          const result = await start(path, args, directory, Math.min(left, toolTime), shares.memory)
          if (result.exitCode !== undefined || performance.now() < began + time) return result
        }
        late = true
        return over
      })
  return { at, late: () => late }
}

/** Sets limits and becomes the program. Of util-linux, which is no part of macOS and of some small Linux systems. */
const prlimit = '/usr/bin/prlimit'

/**
 * Runs a tool by its absolute path. It is told nothing of the environment, in which secrets may stand, and finds no
 * settings of the user's: its home is the directory that it works in.
 */
async function start(
  path: string,
  args: readonly string[],
  directory: string,
  timeout: number,
  memory: number,
): Promise<ToolResult> {
  // Loaded on use: a run that changes nothing starts no program here.
  const { execa } = await import('execa')
  // Not the address space, of which Go reserves ten times what it uses, and more for each processor.
  const limits = [`--data=${memory}`, '--core=0', '--']
  const limited = existsSync(prlimit) && existsSync(path)
  const [program, words] = limited ? [prlimit, [...limits, path, ...args]] : [path, args]
  const result = await execa(program, words, {
    cwd: directory,
    extendEnv: false,
    env: {
      ...{ PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', HOME: directory, TMPDIR: directory },
      // promtool asks it for the region of a job that names none: this machine's says nothing of the hosts'.
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    stdin: 'ignore',
    reject: false,
    all: true,
    maxBuffer: mostSaid,
    timeout,
  })
  const { exitCode, all } = result
  const ended = (shortMessage: string): ToolResult => ({ exitCode: undefined, all, shortMessage })
  if (result.timedOut) return ended(`it did not end within ${Math.ceil(timeout / 1000)} s`)
  if (result.isMaxBuffer) return ended(`it says more than ${mostSaid / 1_000_000} million characters`)
  if (exitCode === 2 && outOfMemory.test(all))
    return ended(`it needs more than ${Math.floor(memory / 1024 ** 2)} MiB of memory`)
  // None of these tools ends with that: it was not started.
  if (limited && (exitCode === 126 || exitCode === 127)) return ended(all.trim().slice(0, 200))
  return { exitCode, all, shortMessage: result.signal ? `${result.signal} ended it` : result.shortMessage }
}

/** How Go's runtime ends a program that gets no more memory. */
const outOfMemory =
  /^(?:fatal error|runtime): .*(?:out of memory|cannot allocate)|^runtime\/cgo: pthread_create failed/m
