/** Makes a bare clone ready: dependencies as the lock file says, and the program built. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `exit code ${status}`}`)
}

/** npm writes this file last, so an install that was killed half-way is done again. */
function installed() {
  const mark = `${root}node_modules/.package-lock.json`
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs
}

/** Throws where a step fails; what it printed stands above. */
export function setUp() {
  if (!installed()) run('npm', ['ci', '--no-audit', '--no-fund'])
  run(process.execPath, ['scripts/build.mjs'])
}
