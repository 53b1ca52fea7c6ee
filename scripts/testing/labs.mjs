/** Takes down the labs of tests that did not do so themselves, because they were killed. */
import { existsSync, readdirSync } from 'node:fs'
import { run } from './child.mjs'
import { isOwnLab } from './lab-names.mjs'

const labRoot = '/var/lib/promha-lab'

/**
 * Removes every lab of this checkout's tests, with the program as it was built; nothing where PROMHA_KEEP_LAB=1 says
 * that they are to be kept. False where one could not be removed; what hindered it is printed.
 */
export async function clearLabs() {
  if (process.env.PROMHA_KEEP_LAB === '1' || !existsSync(labRoot)) return true
  const names = readdirSync(labRoot).filter(isOwnLab)
  const codes = await Promise.all(names.map(takeDown))
  return codes.every(code => code === 0)
}

function takeDown(name) {
  console.log(`Taking down the lab ${name}, which was left behind`)
  return run(process.execPath, ['dist/promha.js', 'lab', 'down', '--name', name], { deadline: 60_000 })
}
