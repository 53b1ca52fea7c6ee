/** Runs the program: from its sources, or as PROMHA_TEST_PROGRAM says, which is the built one. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

const built = process.env.PROMHA_TEST_PROGRAM
/** What Node is to be started with, from the root of the project, before the program's own words. */
export const program = built === undefined ? ['--import=tsx', 'src/cli/main.ts'] : [built]

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export function promha(...args: readonly string[]): Promise<Ran> {
  return new Promise(resolve => {
    const options = { cwd: root, env: { ...process.env, NO_COLOR: '1' } }
    execFile(process.execPath, [...program, ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}
