/** Switches hosts on and off. */
import { rm, rmdir } from 'node:fs/promises'
import { bridgeName, linkName, machineName } from './addresses.ts'
import {
  endGroup,
  hierarchies,
  initPid,
  isWatched,
  processes,
  removeGroups,
  systemdIsInit,
  unitName,
} from './cgroup.ts'
import type { LabState } from './model.ts'
import { unmountAll } from './mounts.ts'
import { removeLink } from './network.ts'
import { hostPaths } from './paths.ts'
import { run, startDetached } from './process.ts'
import { until } from './wait.ts'

/** glibc's SIGRTMIN is 34; systemd as a host's init powers off at SIGRTMIN+4 and reboots at SIGRTMIN+5. */
const powerOffSignal = 38
const rebootSignal = 39

/**
 * Writes to the file $1, goes into the host's control groups ($2 is how many, then their paths), then runs the
 * rest of the arguments.
 * systemd-nspawn ends with 133 when the host rebooted: then it is started again.
 */
const keeper = `exec > "$1" 2>&1
count=$2
shift 2
while [ "$count" -gt 0 ]; do
  mkdir -p "$1" && echo $$ > "$1/cgroup.procs" || exit 1
  shift
  count=$((count - 1))
done
while :; do
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 "$@"
  [ $? -eq 133 ] || exit 0
done
`

function nspawnArguments(state: LabState, host: string): string[] {
  const { root } = hostPaths(state.name, host)
  return [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    `--directory=${root}`,
    `--machine=${machineName(state.index, host)}`,
    `--hostname=${host}`,
    `--network-bridge=${bridgeName(state.index)}`,
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=read-only',
    '--boot',
  ]
}

export async function isOn(state: LabState, host: string): Promise<boolean> {
  return isWatched(machineName(state.index, host))
}

/** Boots a host that is off; its root must be mounted. Returns before the host is up. */
export async function powerOn(state: LabState, host: string): Promise<void> {
  const machine = machineName(state.index, host)
  await cutPower(state, host)
  const { console } = hostPaths(state.name, host)
  await rm(console, { force: true })
  const args = nspawnArguments(state, host)
  if (await systemdIsInit()) {
    // Nothing is taken from this unit: what runs in it is a whole host, which needs devices, mounts and namespaces.
    const properties = [
      'Delegate=yes',
      'KillMode=mixed',
      'RestartForceExitStatus=133',
      'SuccessExitStatus=133',
    ]
    const output = [`StandardOutput=file:${console}`, 'TasksMax=16384']
    await run(`starting ${host}`, 'systemd-run', [
      '--quiet',
      '--collect',
      `--unit=${unitName(machine)}`,
      ...[...properties, ...output].map(property => `--property=${property}`),
      '--setenv=SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1',
      ...args,
    ])
  } else {
    const groups = (await hierarchies()).map(point => `${point}/promha-lab/${machine}`)
    startDetached('sh', ['-c', keeper, 'sh', console, String(groups.length), ...groups, ...args])
  }
}

/** What a killed run of systemd-nspawn leaves would stop the next one. */
async function clearLeftovers(state: LabState, host: string): Promise<void> {
  const machine = machineName(state.index, host)
  await removeGroups(machine)
  await removeLink(linkName(state.index, host))
  for (const directory of [
    `/run/systemd/nspawn/unix-export/${machine}`,
    `/run/systemd/nspawn/propagate/${machine}`,
  ]) {
    await unmountAll(directory)
    await rmdir(directory).catch(() => undefined)
  }
  await rm(`${hostPaths(state.name, host).home}/.#root.lck`, { force: true })
}

/** Shuts a host down in order; after 20 s its power is cut. */
export async function powerOff(state: LabState, host: string): Promise<void> {
  const machine = machineName(state.index, host)
  const init = await initPid(machine)
  if (init !== undefined) {
    signal(init, powerOffSignal)
    const off = async () => (await processes(machine)).length === 0
    await until(`the shutdown of ${host}`, 20_000, off).catch(() => undefined)
  }
  await cutPower(state, host)
}

/** Ends everything in the host at once. */
export async function cutPower(state: LabState, host: string): Promise<void> {
  await endGroup(machineName(state.index, host))
  await clearLeftovers(state, host)
}

/** Asks the host's own init to reboot and returns once that init is gone. */
export async function reboot(state: LabState, host: string): Promise<void> {
  const machine = machineName(state.index, host)
  const before = await until(`the init of ${host}`, 10_000, () => initPid(machine))
  signal(before, rebootSignal)
  await until(`the reboot of ${host}`, 60_000, async () => {
    const now = await initPid(machine)
    return now !== undefined && now !== before
  })
}

function signal(pid: number, number: number): void {
  try {
    process.kill(pid, number)
  } catch {
    // Ended by itself meanwhile.
  }
}
