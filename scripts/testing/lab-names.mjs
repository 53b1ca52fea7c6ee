/**
 * Names of the labs that tests boot. Each checkout has its own, so that two runs on one machine do not meet, and
 * PROMHA_E2E_LAB keeps apart the processes of one run.
 */
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const checkout = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))
const own =
  process.env.PROMHA_E2E_LAB ?? `e2e-${createHash('sha256').update(checkout).digest('hex').slice(0, 8)}`

/** The name of this process's lab, or of a further one of its own. */
export function labName(further) {
  return further === undefined ? own : `${own}-${further}`
}

/** Whether a lab of this name is this process's, or one that it gave a name to. */
export function isOwnLab(name) {
  return name === own || name.startsWith(`${own}-`)
}
