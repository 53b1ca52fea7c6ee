/** promha as a user starts it, with the time of each line that it prints. */
import { execa } from 'execa'
import { until } from '../../src/lab/wait.ts'
import type { Document } from '../../src/report/format/document.ts'
import { program } from '../../test/e2e/support/promha.ts'

export interface Line {
  /** Milliseconds of the epoch. */
  readonly at: number
  readonly text: string
}

export interface Ended {
  /** Absent where a signal ended it. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** What `--json` printed; undefined where it was cut off. */
  readonly document: Document | undefined
}

export interface Launched {
  readonly done: Promise<Ended>
  readonly lines: () => readonly Line[]
  readonly ended: () => boolean
  readonly kill: (signal: 'SIGINT' | 'SIGKILL') => void
  /** Waits for a line, at most `deadline` milliseconds; throws where promha ends without it. */
  readonly says: (pattern: RegExp, deadline?: number) => Promise<Line>
}

const longest = 400_000

/** Runs `promha COMMAND INVENTORY --json -v FLAGS`: progress goes to stderr, one document to stdout. */
export function launch(command: string, inventory: string, ...flags: readonly string[]): Launched {
  const child = execa(process.execPath, [program, command, inventory, '--json', '-v', ...flags], {
    env: { NO_COLOR: '1' },
    stdin: 'ignore',
    reject: false,
    timeout: longest,
    forceKillAfterDelay: 5000,
  })
  const lines: Line[] = []
  let rest = ''
  let ended = false
  child.stderr.on('data', (chunk: Buffer) => {
    const at = Date.now()
    const parts = (rest + chunk.toString()).split('\n')
    rest = parts.pop() ?? ''
    for (const text of parts) lines.push({ at, text })
  })
  const done = child.then(({ exitCode, stdout, stderr }): Ended => {
    ended = true
    return { code: exitCode, stdout, stderr, document: parse(stdout) }
  })
  return {
    done,
    lines: () => lines,
    ended: () => ended,
    kill: signal => void child.kill(signal),
    says: (pattern, deadline = 120_000) =>
      until(`promha to say ${pattern}`, deadline, async () => {
        const found = lines.find(line => pattern.test(line.text))
        if (found) return found
        if (ended) throw new Error(`promha ended without saying ${pattern}`)
        return undefined
      }),
  }
}

function parse(text: string): Document | undefined {
  try {
    return JSON.parse(text) as Document
  } catch {
    return undefined
  }
}

/** The error of a moment that did not come, since promha was too fast for it: nothing happened, and nothing is shown. */
export function missed(why: string): Error {
  return Object.assign(new Error(why), { name: 'Missed' })
}
