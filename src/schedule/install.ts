/** `promha schedule install` */
import { join } from 'node:path'
import { type Problem, ProblemError, throwErrors } from '../diagnostic/problem.ts'
import { readUnit, runs } from '../resource/unit-state.ts'
import { environmentFileProblem } from './environment/file.ts'
import { scheduleProblem } from './messages.ts'
import type { Schedule } from './model.ts'
import { serviceUnit, timerUnit } from './name.ts'
import { ownershipProblems } from './owned.ts'
import { intervalProblem } from './systemd/interval.ts'
import { type Machine, must, showUnits, systemctl } from './systemd/systemd.ts'
import { putOwn, readOwn } from './systemd/unit-file.ts'
import { rehearsalWords, serviceText, timerText } from './systemd/units.ts'

export interface InstalledSchedule {
  readonly state: 'installed' | 'updated' | 'unchanged'
  readonly warnings: readonly Problem[]
}

/** Rehearses, then writes, enables and starts what differs. Rejects with a ProblemError once it has taken back what it wrote. */
export async function install(schedule: Schedule, machine: Machine): Promise<InstalledSchedule> {
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
  const warnings = (await machine.lingers()) ? [] : [scheduleProblem.lingeringOff({}, machine.user)]
  const same = units.every(unit => unit.text === unit.before)
  if (same && (await isOn(schedule, machine))) return { state: 'unchanged', warnings }
  try {
    for (const { path, text, before } of units) if (text !== before) await putOwn(path, text)
    await must(machine, ['daemon-reload'])
    await must(machine, ['enable', timerUnit(schedule.name)])
    // Restarted, because a running timer keeps the times that it was started with.
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
  return [...(interval ? [interval] : []), ...odd.map(path => scheduleProblem.pathNotInUnit({}, path))]
}

async function isOn({ name }: Schedule, machine: Machine): Promise<boolean> {
  const properties = ['ActiveState', 'UnitFileState', 'NeedDaemonReload']
  const [timer] = await showUnits(machine, [timerUnit(name)], properties)
  if (timer === undefined || timer.get('NeedDaemonReload') === 'yes') return false
  const { active, enabled } = readUnit(timer)
  return enabled && runs(active)
}

/** Runs one plan as systemd would run the service; it may find differences. Rejects with a ProblemError with its output. */
async function rehearse(schedule: Schedule, machine: Machine): Promise<void> {
  const { code, stdout, stderr } = await machine.run('systemd-run', ...rehearsalWords(schedule))
  if (code === 0 || code === 2) return
  const said = [stderr, stdout].map(text => text.trim()).filter(text => text !== '')
  const ended = code === undefined ? 'could not be started' : `ended with ${code}`
  throw new ProblemError([scheduleProblem.rehearsalFailed({}, ended, said)])
}

/** Best effort: what made it fail may hinder this too. */
async function takeBack(
  { name }: Schedule,
  machine: Machine,
  units: readonly { readonly path: string; readonly before: string | undefined }[],
): Promise<void> {
  const isNew = units.every(unit => unit.before === undefined)
  if (isNew) await systemctl(machine, 'disable', '--now', timerUnit(name))
  for (const { path, before } of units) await putOwn(path, before).catch(() => {})
  await systemctl(machine, 'daemon-reload')
  if (!isNew) await systemctl(machine, 'restart', timerUnit(name))
}
