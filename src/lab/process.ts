/** The one way by which the lab runs programs of this machine. */
import { execa } from 'execa'
import { error, ProblemError } from '../diagnostic/problem.ts'

interface RunOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds; none by default. */
  readonly timeout?: number
}

export interface Outcome {
  /** 255 where a signal or the time-out ended it, 127 where it could not be started. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Root's programs live in sbin, which an ordinary login may not have on its PATH. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Only what programs need of the environment: what else is there may be secret and is theirs to inherit no more. */
export function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: searchPath, LC_ALL: 'C.UTF-8', HOME: process.env.HOME ?? '/root', ...extra }
}

/** Runs a program to its end, whatever its exit code. */
export async function attempt(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const result = await execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    env: environment(options.env),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout, forceKillAfterDelay: 1_000 }),
  })
  const started = result.exitCode !== undefined || result.signal !== undefined || result.timedOut
  return {
    code: result.exitCode ?? (started ? 255 : 127),
    stdout: result.stdout,
    stderr: started ? result.stderr : (result.shortMessage ?? `${program} could not be started`),
  }
}

/** Runs a program that has to succeed and gives back its output; throws a ProblemError that says `purpose`. */
export async function run(
  purpose: string,
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const outcome = await attempt(program, args, options)
  if (outcome.code === 0) return outcome.stdout
  const said = (outcome.stderr || outcome.stdout).trim().split('\n').slice(-15).join('\n')
  throw new ProblemError([
    error(`${purpose} failed: ${program} ended with ${outcome.code}`, said === '' ? {} : { detail: said }),
  ])
}

/**
 * Starts a program that outlives this one and does not wait for it. It has to take its output somewhere
 * itself: a pipe through this process would end with it.
 */
export function startDetached(program: string, args: readonly string[]): void {
  const child = execa(program, args, {
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    cwd: '/',
    extendEnv: false,
    env: environment(),
    stdio: 'ignore',
  })
  child.unref()
}

/** Runs a program on the user's own terminal and gives back its exit code. */
export async function interactive(program: string, args: readonly string[]): Promise<number> {
  const result = await execa(program, args, { reject: false, stdio: 'inherit' })
  return result.exitCode ?? 255
}

/** A program that holds something until `release`; ends by itself when this process does. */
export async function hold(
  program: string,
  args: readonly string[],
): Promise<{ readonly ready: Promise<void>; release(): Promise<void> }> {
  const child = execa(program, args, {
    reject: false,
    extendEnv: false,
    env: environment(),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${program} ended with ${code}`)))
  })
  return {
    ready,
    release: async () => {
      child.stdin.end()
      await child
    },
  }
}
