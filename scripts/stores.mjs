/** `npm run stores`: builds, then runs what `bench/stores` takes away from a store. What follows `--` goes to it. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const steps = [['scripts/build.mjs'], ['--import=tsx', 'bench/stores/run.ts', ...process.argv.slice(2)]]
for (const args of steps) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
