/** The built program, started as a user starts it. */
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { execa, type Options } from 'execa'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'

export const program = fileURLToPath(new URL('../../../dist/promha.js', import.meta.url))

export interface Finished {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** What `--json` printed; throws where that is not one document and nothing else. */
  readonly document: () => Document
}

/** The document of a run that went as asked; fails with all that it said otherwise. */
export function converged({ code, stdout, stderr, document }: Finished): Document {
  assert.equal(code, 0, stdout + stderr)
  return document()
}

export interface Running {
  readonly done: Promise<Finished>
  readonly kill: (signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL') => void
  /** Waits until what it has written to either stream matches; throws after 60 s, or when it ends before. */
  readonly says: (pattern: RegExp) => Promise<void>
}

export interface Surroundings {
  /** Another promha than the built one, and the folder in which it is started. */
  readonly program?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** What the program is started by: `['ip', 'netns', 'exec', 'x']`. */
  readonly through?: readonly string[]
}

export function start(args: readonly string[], around: Surroundings = {}): Running {
  const { env = {}, through = [], cwd = process.cwd() } = around
  const [command = '', ...rest] = [...through, process.execPath, around.program ?? program, ...args]
  const options = {
    cwd,
    env: { NO_COLOR: '1', ...env },
    stdin: 'ignore',
    reject: false,
    timeout: 300_000,
  } as const
  const child = execa(command, rest, options satisfies Options)
  let told = ''
  let ended = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      told += chunk.toString()
    })
  }
  const done = child.then(({ exitCode, stdout, stderr }) => {
    ended = true
    return { code: exitCode, stdout, stderr, document: () => JSON.parse(stdout) as Document }
  })
  const says = async (pattern: RegExp) => {
    await until(`promha to say ${pattern}`, 180_000, async () => {
      if (pattern.test(told)) return true
      if (ended) throw new Error(`promha ended without saying ${pattern}:\n${told}`)
      return undefined
    })
  }
  return { done, kill: signal => void child.kill(signal), says }
}

export function promha(args: readonly string[], surroundings: Surroundings = {}): Promise<Finished> {
  return start(args, surroundings).done
}
