/** The only place of this folder that starts other programs. execa is loaded on use: most runs start none here. */
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'

export interface Outcome {
  /** Undefined where the program is not installed or was ended by a signal. */
  readonly exitCode: number | undefined
  readonly missing: boolean
  readonly stdout: string
  readonly stderr: string
}

/**
 * Programs of the machine itself are found on the system's own path, whatever PATH says, and get nothing of the
 * environment, which may hold secrets, except the place of apt's settings. They start in a directory that no other user can
 * write to.
 */
function surroundings() {
  const { APT_CONFIG } = process.env
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8' }
  return {
    cwd: '/',
    extendEnv: false,
    env: APT_CONFIG ? { ...env, APT_CONFIG: resolve(APT_CONFIG) } : env,
  } as const
}

/** Runs a program to its end. A failure is an outcome, not an exception. */
export async function run(program: string, args: readonly string[]): Promise<Outcome> {
  const { execa } = await import('execa')
  const result = await execa(program, args, {
    ...surroundings(),
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  })
  return {
    exitCode: result.exitCode,
    missing: result.code === 'ENOENT',
    stdout: result.stdout,
    stderr: result.stderr,
  }
}

/** Runs a program whose output is read while it comes; `done` rejects where the program failed. */
export async function runStreaming(
  program: string,
  args: readonly string[],
): Promise<{ readonly stdout: Readable; readonly done: Promise<void> }> {
  const { execa } = await import('execa')
  const child = execa(program, args, { ...surroundings(), stdin: 'ignore', buffer: { stdout: false } })
  return { stdout: child.stdout, done: child.then(() => undefined) }
}
