/** Upstream's own tools, started on configs within limits. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createLimit } from '../../limit.ts'
import { runProgram } from '../../process/run.ts'
import { makePrivateDirectory } from '../../trust/private-directory.ts'
import { allToolsMinutes, mostSaid, type ToolShares, toolShares, toolTime } from './bounds.ts'

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

/** Work in a directory of its own for copies that a tool reads, which is removed afterwards. */
export async function inCheckDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = makePrivateDirectory('promha-check-')
  return work(directory).finally(() => rm(directory, { recursive: true, force: true }))
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
          const limits = { timeout: Math.min(left, toolTime), memory: shares.memory }
          const result = await start(path, args, directory, limits)
          if (result.exitCode !== undefined || performance.now() < began + time) return result
        }
        late = true
        return over
      })
  return { at, late: () => late }
}

/** Sets limits and becomes the program. Of util-linux, which is no part of macOS and of some small Linux systems. */
const prlimit = '/usr/bin/prlimit'

/** Runs a tool by its absolute path, without the environment, in which secrets may stand, or the user's settings. */
async function start(
  path: string,
  args: readonly string[],
  directory: string,
  { timeout, memory }: { readonly timeout: number; readonly memory: number },
): Promise<ToolResult> {
  // Not the address space, of which Go reserves ten times what it uses, and more for each processor.
  const limits = [`--data=${memory}`, '--core=0', '--']
  const limited = existsSync(prlimit) && existsSync(path)
  const [program, words] = limited ? [prlimit, [...limits, path, ...args]] : [path, args]
  const environment = {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    LANG: 'C.UTF-8',
    HOME: directory,
    TMPDIR: directory,
    // promtool asks it for the region of a job that names none: this machine's says nothing of the hosts'.
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const result = await runProgram(program, words, { directory, environment, timeout, mostOutput: mostSaid })
  const { code } = result
  const all = result.all.replace(/\n$/, '')
  const ended = (shortMessage: string): ToolResult => ({ exitCode: undefined, all, shortMessage })
  if (result.timedOut) return ended(`it did not end within ${Math.ceil(timeout / 1000)} s`)
  if (result.overflowed) return ended(`it says more than ${mostSaid / 1_000_000} million characters`)
  if (code === 2 && outOfMemory.test(all))
    return ended(`it needs more than ${Math.floor(memory / 1024 ** 2)} MiB of memory`)
  // None of these tools ends with that: it was not started.
  if (limited && (code === 126 || code === 127)) return ended(all.trim().slice(0, 200))
  return { exitCode: code, all, shortMessage: result.signal ? `${result.signal} ended it` : result.failure }
}

/** How Go's runtime ends a program that gets no more memory. */
const outOfMemory =
  /^(?:fatal error|runtime): .*(?:out of memory|cannot allocate)|^runtime\/cgo: pthread_create failed/m
