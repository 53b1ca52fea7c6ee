/** Runs the program from its sources. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export function promha(...args: readonly string[]): Promise<Ran> {
  return new Promise(resolve => {
    const options = { cwd: root, env: { ...process.env, NO_COLOR: '1' } }
    execFile(process.execPath, ['--import=tsx', 'src/cli/main.ts', ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}
