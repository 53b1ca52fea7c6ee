/** One control group a host: without it all hosts would share one tree, and their units could not start. */
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { attempt } from './process.ts'
import { until } from './wait.ts'

/** Where the hierarchies are that systemd uses: version 2, and the named one of version 1 where it exists. */
export async function hierarchies(): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  const found = table.split('\n').flatMap(line => {
    const [before = '', after = ''] = line.split(' - ')
    const point = before.split(' ')[4] ?? ''
    const [type, , options = ''] = after.split(' ')
    if (type === 'cgroup2') return [{ point, unified: true }]
    return type === 'cgroup' && options.split(',').includes('name=systemd') ? [{ point, unified: false }] : []
  })
  const unified = found.find(entry => entry.unified)
  if (unified === undefined) {
    throw new ProblemError([
      error('this machine has no control groups of version 2 mounted, which the hosts need', {
        remedy:
          'Mount them: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified',
      }),
    ])
  }
  return [unified.point, ...found.filter(entry => !entry.unified).map(entry => entry.point)]
}

/** True where systemd is this machine's own init and so keeps the control groups. */
export async function systemdIsInit(): Promise<boolean> {
  return readdir('/run/systemd/system').then(
    () => true,
    () => false,
  )
}

export function unitName(machine: string): string {
  return `promha-lab-${machine}.service`
}

/** The host's group below each hierarchy, whether it exists or not. */
async function hostGroups(machine: string): Promise<string[]> {
  const points = await hierarchies()
  if (!(await systemdIsInit())) return points.map(point => `${point}/promha-lab/${machine}`)
  const shown = await attempt('systemctl', ['show', '--property=ControlGroup', '--value', unitName(machine)])
  const path = shown.stdout.trim()
  return path === '' ? [] : points.map(point => point + path)
}

/** Every process in a group and below it, with the group each is in. */
async function members(group: string): Promise<{ readonly pid: number; readonly group: string }[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => [])
  const own = await readFile(`${group}/cgroup.procs`, 'utf8').catch(() => '')
  const below = await Promise.all(
    entries.filter(entry => entry.isDirectory()).map(entry => members(`${group}/${entry.name}`)),
  )
  return [
    ...own
      .split('\n')
      .filter(Boolean)
      .map(line => ({ pid: Number(line), group })),
    ...below.flat(),
  ]
}

export async function processes(machine: string): Promise<number[]> {
  const lists = await Promise.all((await hostGroups(machine)).map(members))
  return [...new Set(lists.flat().map(member => member.pid))]
}

/**
 * True while what watches over the host runs. A host whose watcher was killed runs on, but could not reboot:
 * it counts as off and is ended before it is booted anew.
 */
export async function isWatched(machine: string): Promise<boolean> {
  const lists = await Promise.all((await hostGroups(machine)).map(members))
  return lists.flat().some(member => !/\/payload(\/|$)/.test(member.group))
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
  if (await systemdIsInit()) {
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
  for (const pid of await processes(machine)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Ended by itself meanwhile.
    }
  }
}

export async function removeGroups(machine: string): Promise<void> {
  if (await systemdIsInit()) {
    await attempt('systemctl', ['reset-failed', unitName(machine)])
    return
  }
  for (const group of await hostGroups(machine)) await removeGroup(group)
}

async function removeGroup(group: string): Promise<void> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeGroup(`${group}/${entry.name}`)
  await rmdir(group).catch(() => undefined)
}
