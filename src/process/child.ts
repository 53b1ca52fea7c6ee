/** Programs that are not simply run to their end: of a terminal, outliving promha, holding something, read while they run. */
import type { Readable } from 'node:stream'
import { systemEnvironment } from './run.ts'

/** The system's environment and directory, and nothing of this process's own. */
const apart = () => ({ cwd: '/', extendEnv: false, env: systemEnvironment() })

/** Starts a program that outlives this one: a pipe through this process would end with it, so it takes its output elsewhere. */
export async function startDetached(program: string, args: readonly string[]): Promise<void> {
  const { execa } = await import('execa')
  const outliving = { detached: true, cleanup: false, reject: false, buffer: false, stdio: 'ignore' } as const
  execa(program, args, { ...apart(), ...outliving }).unref()
}

/** Runs a program on the user's own terminal and gives back its exit code. */
export async function interactive(program: string, args: readonly string[]): Promise<number> {
  const { execa } = await import('execa')
  const result = await execa(program, args, { reject: false, stdio: 'inherit' })
  return result.exitCode ?? 255
}

/** A program that holds something until `release`; ends by itself when this process does. */
export async function hold(
  program: string,
  args: readonly string[],
): Promise<{ readonly ready: Promise<void>; release(): Promise<void> }> {
  const { execa } = await import('execa')
  const pipes = { stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' } as const
  const child = execa(program, args, { reject: false, extendEnv: false, env: systemEnvironment(), ...pipes })
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

/** Runs a program whose output is read while it comes. `done` rejects if it fails. */
export async function runStreaming(
  program: string,
  args: readonly string[],
): Promise<{ readonly stdout: Readable; readonly done: Promise<void> }> {
  const { execa } = await import('execa')
  const child = execa(program, args, { ...apart(), stdin: 'ignore', buffer: { stdout: false } })
  return { stdout: child.stdout, done: child.then(() => undefined) }
}
