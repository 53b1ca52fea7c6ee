/** Programs of this machine, run to their end. This folder alone starts programs; execa is loaded on use. */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

export interface ProgramOptions {
  /** `/` by default: no other user can write to it. */
  readonly directory?: string
  /** All of the program's environment; {@link systemEnvironment} by default. */
  readonly environment?: Readonly<Record<string, string>>
  /** Gives it this process's own environment as well: for tools that reach the user's session by it. */
  readonly inherits?: boolean
  /** For its standard input, which is empty by default. */
  readonly input?: string
  /** Milliseconds, after which it is ended; none by default. */
  readonly timeout?: number
  /** Characters of a stream, after which it is ended. */
  readonly mostOutput?: number
  /** Ends it, too. */
  readonly interrupt?: AbortSignal | undefined
}

export interface ProgramResult {
  /** Undefined if it was not started, or was ended by a signal. */
  readonly code: number | undefined
  /** Whether no program of that name is installed. */
  readonly missing: boolean
  readonly signal?: string | undefined
  readonly timedOut: boolean
  /** Whether it was ended because it printed more than `mostOutput`. */
  readonly overflowed: boolean
  readonly stdout: string
  readonly stderr: string
  /** Both streams, as they came. */
  readonly all: string
  /** Why there is no exit code, in one line. */
  readonly failure?: string | undefined
}

/** The system's own path, whatever PATH says: root's programs lie in sbin, which a login may not have on its PATH. */
export const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin'

/** Nothing of the user's environment, which may hold secrets, except the place of apt's settings. */
export function systemEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { APT_CONFIG } = process.env
  const apt = APT_CONFIG ? { APT_CONFIG: resolve(APT_CONFIG) } : {}
  return { PATH: systemPath, LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8', ...apt, ...extra }
}

/** What a program prints, for code that cannot wait; empty if it could not be started. */
export function outputOf(program: string, args: readonly string[]): string {
  return spawnSync(program, args, { encoding: 'utf8', env: systemEnvironment() }).stdout ?? ''
}

/** Runs a program to its end. A failure is a result, not an exception. Throws the reason of `interrupt`. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { execa } = await import('execa')
  const { input, timeout, mostOutput, interrupt } = options
  const result = await execa(program, args, {
    cwd: options.directory ?? '/',
    extendEnv: options.inherits ?? false,
    env: options.environment ?? systemEnvironment(),
    reject: false,
    all: true,
    stripFinalNewline: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(timeout === undefined ? {} : { timeout, forceKillAfterDelay: 1_000 }),
    ...(mostOutput === undefined ? {} : { maxBuffer: mostOutput }),
    ...(interrupt === undefined ? {} : { cancelSignal: interrupt }),
  })
  interrupt?.throwIfAborted()
  return {
    code: result.exitCode,
    missing: result.code === 'ENOENT',
    signal: result.signal,
    timedOut: result.timedOut,
    overflowed: result.isMaxBuffer,
    stdout: result.stdout,
    stderr: result.stderr,
    all: result.all,
    failure: result.shortMessage,
  }
}
