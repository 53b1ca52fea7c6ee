/** `promha schedule install` */
import { join } from 'node:path'
import { error, type Problem, throwErrors, warning } from '../diagnostic/problem.ts'
import { environmentFileProblem } from './environment-file.ts'
import { intervalProblem } from './interval.ts'
import type { Schedule } from './model.ts'
import { serviceUnit, timerUnit } from './name.ts'
import { ownershipProblems } from './owned.ts'
import { rehearse } from './rehearse.ts'
import { type Machine, must, showUnits, systemctl } from './systemd.ts'
import { putOwn, readOwn } from './unit-file.ts'
import { serviceText, timerText } from './units.ts'

export interface Installed {
  readonly state: 'installed' | 'updated' | 'unchanged'
  readonly warnings: readonly Problem[]
}

/**
 * Rehearses, then writes, enables and starts what differs. Rejects with a ProblemError; what it had written by then
 * is taken back as far as that can be done.
 */
export async function install(schedule: Schedule, machine: Machine): Promise<Installed> {
  throwErrors(requestProblems(schedule))
  const { environmentFile } = schedule
  const unfit = environmentFile === undefined ? undefined : await environmentFileProblem(environmentFile)
  const foreign = await ownershipProblems(schedule, machine.unitDirectory)
  throwErrors([...(unfit === undefined ? [] : [unfit]), ...foreign])
  const wanted = [
    { path: join(machine.unitDirectory, serviceUnit(schedule.name)), text: serviceText(schedule) },
    { path: join(machine.unitDirectory, timerUnit(schedule.name)), text: timerText(schedule) },
  ]
  const units = await Promise.all(wanted.map(async unit => ({ ...unit, before: await readOwn(unit.path) })))
  await rehearse(schedule, machine)
  const warnings = await lingerWarning(machine)
  const same = units.every(unit => unit.text === unit.before)
  if (same && (await isOn(schedule, machine))) return { state: 'unchanged', warnings }
  try {
    for (const { path, text, before } of units) if (text !== before) await putOwn(path, text)
    await must(machine, ['daemon-reload'])
    await must(machine, ['enable', timerUnit(schedule.name)])
    // Started anew, since a running timer keeps the times that it was started with.
    await must(machine, ['restart', timerUnit(schedule.name)])
  } catch (failure) {
    await takeBack(schedule, machine, units)
    throw failure
  }
  return { state: units.every(unit => unit.before === undefined) ? 'installed' : 'updated', warnings }
}

function requestProblems({ every, inventory, program, textfile = '', home }: Schedule): readonly Problem[] {
  const interval = intervalProblem(every)
  const odd = [inventory, ...program, textfile, home].filter(path => /[\p{Cc}\p{Cs}\p{NChar}]/u.test(path))
  return [
    ...(interval ? [interval] : []),
    ...odd.map(path => error(`a unit file cannot hold the path ${JSON.stringify(path)}`)),
  ]
}

async function isOn({ name }: Schedule, machine: Machine): Promise<boolean> {
  const [timer] = await showUnits(
    machine,
    [timerUnit(name)],
    ['ActiveState', 'UnitFileState', 'NeedDaemonReload'],
  )
  return (
    timer?.get('ActiveState') === 'active' &&
    timer.get('UnitFileState') === 'enabled' &&
    timer.get('NeedDaemonReload') !== 'yes'
  )
}

/** Best effort: what made it fail may hinder this too. */
async function takeBack(
  { name }: Schedule,
  machine: Machine,
  units: readonly { readonly path: string; readonly before: string | undefined }[],
): Promise<void> {
  const fresh = units.every(unit => unit.before === undefined)
  if (fresh) await systemctl(machine, 'disable', '--now', timerUnit(name))
  for (const { path, before } of units) await putOwn(path, before).catch(() => {})
  await systemctl(machine, 'daemon-reload')
  if (!fresh) await systemctl(machine, 'restart', timerUnit(name))
}

async function lingerWarning(machine: Machine): Promise<readonly Problem[]> {
  if (await machine.lingers()) return []
  return [
    warning(`lingering is off for the user ${machine.user}: nothing runs while this user is not logged in`, {
      remedy: `run \`loginctl enable-linger ${machine.user}\` as root`,
    }),
  ]
}
