/** `promha schedule remove` */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { metricsFile, serviceUnit, timerUnit } from './name.ts'
import { textfileOf } from './status.ts'
import { type Machine, must, systemctl } from './systemd/systemd.ts'
import { putOwn, readOwn } from './systemd/unit-file.ts'

/** Removes both units, and the metrics, which would grow old. False if there was nothing. Rejects if they are not promha's. */
export async function remove(name: string, inventory: string, machine: Machine): Promise<boolean> {
  const paths = [timerUnit(name), serviceUnit(name)].map(unit => join(machine.unitDirectory, unit))
  const texts = await Promise.all(paths.map(readOwn))
  if (texts.every(text => text === undefined)) return false
  // Where half of it is gone already, the other half goes all the same.
  const gone = /not loaded|does not exist|not found/i
  await must(machine, ['disable', '--now', timerUnit(name)], gone)
  // A run at work ends its step first.
  await must(machine, ['stop', serviceUnit(name)], gone)
  for (const path of paths) await putOwn(path, undefined)
  await must(machine, ['daemon-reload'])
  // A run that failed would stay listed without its unit. Where none failed there is nothing to reset.
  await systemctl(machine, 'reset-failed', timerUnit(name), serviceUnit(name))
  const directory = textfileOf(texts[1] ?? '')
  await rm(join(directory, metricsFile(inventory)), { force: true }).catch(() => {})
  return true
}
