/** Runs the program: from its sources, or as PROMHA_TEST_PROGRAM says, which is the built one. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve as absolute } from 'node:path'
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
  return node(root, [...program, ...args])
}

/** In another folder than the project's, with these variables added. */
export function promhaIn(
  folder: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const tsx = createRequire(import.meta.url).resolve('tsx')
  const words =
    built === undefined ? [`--import=${tsx}`, absolute(root, 'src/cli/main.ts')] : [absolute(root, built)]
  return node(folder, [...words, ...args], more)
}

function node(cwd: string, words: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const { PROMHA_INVENTORY: _, ...inherited } = process.env
  return new Promise(resolve => {
    const options = { cwd, env: { ...inherited, NO_COLOR: '1', ...more } }
    const child = execFile(process.execPath, words, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
    child.stdin?.end()
  })
}
