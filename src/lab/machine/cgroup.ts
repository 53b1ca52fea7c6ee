/** One control group a host: without it all hosts would share one tree, and their units could not start. */
import { existsSync } from 'node:fs'
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { ProblemError } from '../../diagnostic/problem.ts'
import { labProblem } from '../messages.ts'
import { until } from '../wait.ts'
import { attempt } from './run.ts'

/** Where the hierarchies are that systemd uses: version 2, and the named one of version 1 where it exists. */
export async function hierarchies(): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map(line => {
    const [before = '', after = ''] = line.split(' - ')
    const [type, , options = ''] = after.split(' ')
    return { point: before.split(' ')[4] ?? '', type, named: options.split(',').includes('name=systemd') }
  })
  const unified = mounts.find(({ type }) => type === 'cgroup2')
  if (unified === undefined) throw new ProblemError([labProblem.noControlGroups({})])
  const older = mounts.filter(({ type, named }) => type === 'cgroup' && named)
  return [unified.point, ...older.map(({ point }) => point)]
}

/** True where systemd is this machine's own init and so keeps the control groups. */
export function systemdIsInit(): boolean {
  return existsSync('/run/systemd/system')
}

export function unitName(machine: string): string {
  return `promha-lab-${machine}.service`
}

/** The host's group below each hierarchy, whether it exists or not. */
async function hostGroups(machine: string): Promise<string[]> {
  const points = await hierarchies()
  if (!systemdIsInit()) return points.map(point => `${point}/promha-lab/${machine}`)
  const shown = await attempt('systemctl', ['show', '--property=ControlGroup', '--value', unitName(machine)])
  const path = shown.stdout.trim()
  return path === '' ? [] : points.map(point => point + path)
}

/** Every process in a group and below it, with the group each is in. */
async function members(group: string): Promise<{ readonly pid: number; readonly group: string }[]> {
  const own = await readFile(`${group}/cgroup.procs`, 'utf8').catch(() => '')
  const below = await Promise.all((await groupsIn(group)).map(members))
  return [...(own.match(/\d+/g) ?? []).map(pid => ({ pid: Number(pid), group })), ...below.flat()]
}

async function groupsIn(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => [])
  return entries.filter(entry => entry.isDirectory()).map(entry => `${group}/${entry.name}`)
}

async function hostMembers(machine: string) {
  return (await Promise.all((await hostGroups(machine)).map(members))).flat()
}

export async function processes(machine: string): Promise<number[]> {
  return [...new Set((await hostMembers(machine)).map(member => member.pid))]
}

/** Whether what watches over the host runs: without its watcher a host could not reboot, so it counts as off. */
export async function isWatched(machine: string): Promise<boolean> {
  return (await hostMembers(machine)).some(member => !/\/payload(\/|$)/.test(member.group))
}

/** The host's own init, in this machine's numbering; undefined where the host is off or not yet that far. */
export async function initPid(machine: string): Promise<number | undefined> {
  const [unified] = await hostGroups(machine)
  if (unified === undefined) return undefined
  for (const member of await members(unified)) {
    if (!member.group.endsWith('/init.scope')) continue
    const status = await readFile(`/proc/${member.pid}/status`, 'utf8').catch(() => '')
    if (/^NSpid:.*\t1$/m.test(status)) return member.pid
  }
  return undefined
}

/** Ends all that runs in a host at once, as if its power were cut, and removes its control groups. */
export async function endGroup(machine: string): Promise<void> {
  if (systemdIsInit()) {
    await attempt('systemctl', ['kill', '--kill-whom=all', '--signal=SIGKILL', unitName(machine)])
  } else {
    const [unified] = await hostGroups(machine)
    await writeFile(`${unified}/cgroup.kill`, '1').catch(() => killAll(machine))
  }
  await until(`the end of all processes of ${machine}`, 15_000, async () => {
    const left = await processes(machine)
    if (left.length === 0) return true
    await killAll(machine)
    return undefined
  })
  await removeGroups(machine)
}

/** For kernels before 5.14, which cannot end a whole group, and for what only the older hierarchy holds. */
async function killAll(machine: string): Promise<void> {
  for (const pid of await processes(machine)) signalProcess(pid, 'SIGKILL')
}

export function signalProcess(pid: number, signal: number | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Ended by itself meanwhile.
  }
}

export async function removeGroups(machine: string): Promise<void> {
  if (systemdIsInit()) {
    await attempt('systemctl', ['reset-failed', unitName(machine)])
    return
  }
  for (const group of await hostGroups(machine)) await removeGroup(group)
}

async function removeGroup(group: string): Promise<void> {
  for (const below of await groupsIn(group)) await removeGroup(below)
  await rmdir(group).catch(() => undefined)
}
