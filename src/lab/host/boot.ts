/** Switches hosts on and off. */
import { readFile, rm, rmdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { startDetached } from '../../process/child.ts'
import * as cgroup from '../machine/cgroup.ts'
import { unmountAll } from '../machine/mounts.ts'
import { removeLink } from '../machine/network.ts'
import { hostPaths } from '../machine/paths.ts'
import { attempt, runHere } from '../machine/run.ts'
import type { LabHostPlan, LabState } from '../model.ts'
import { until } from '../wait.ts'
import { bridgeName, linkName, machineName } from './addresses.ts'

/** glibc's SIGRTMIN is 34; systemd as a host's init powers off at SIGRTMIN+4. */
const powerOffSignal = 38

/** Arguments: a file for the output, how many control groups, their paths, the command. It ends with 133 to be started again. */
const holder = `exec > "$1" 2>&1
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
  const names = [`--machine=${machineName(state.index, host)}`, `--hostname=${host}`]
  const places = [`--directory=${root}`, `--network-bridge=${bridgeName(state.index)}`]
  const off = ['--register=no', '--keep-unit', '--resolv-conf=off', '--timezone=off', '--link-journal=no']
  return ['systemd-nspawn', '--quiet', ...off, ...names, ...places, '--console=read-only', '--boot']
}

export async function isOn(state: LabState, host: string): Promise<boolean> {
  return cgroup.isWatched(machineName(state.index, host))
}

/** Boots a host that is off; its root must be mounted. Returns before the host is up. */
export async function powerOn(state: LabState, host: string): Promise<void> {
  const machine = machineName(state.index, host)
  await cutPower(state, host)
  const { console } = hostPaths(state.name, host)
  await rm(console, { force: true })
  const args = nspawnArguments(state, host)
  if (cgroup.systemdIsInit()) {
    // Nothing is taken from this unit: what runs in it is a whole host, which needs devices, mounts and namespaces.
    const statuses = ['RestartForceExitStatus=133', 'SuccessExitStatus=133']
    const whole = ['Delegate=yes', 'KillMode=mixed', 'TasksMax=16384', `StandardOutput=file:${console}`]
    const properties = [...statuses, ...whole].map(property => `--property=${property}`)
    const unit = ['--quiet', '--collect', `--unit=${cgroup.unitName(machine)}`, ...properties]
    const environment = '--setenv=SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1'
    await runHere(`starting ${host}`, 'systemd-run', [...unit, environment, ...args])
  } else {
    const groups = (await cgroup.hierarchies()).map(point => `${point}/promha-lab/${machine}`)
    await startDetached('sh', ['-c', holder, 'sh', console, String(groups.length), ...groups, ...args])
  }
}

/** What a killed run of systemd-nspawn leaves would stop the next one. */
async function clearOld(state: LabState, host: string): Promise<void> {
  const machine = machineName(state.index, host)
  await cgroup.removeGroups(machine)
  await removeLink(linkName(state.index, host))
  for (const kind of ['unix-export', 'propagate']) {
    const directory = `/run/systemd/nspawn/${kind}/${machine}`
    await unmountAll(directory)
    await rmdir(directory).catch(() => undefined)
  }
  await rm(`${hostPaths(state.name, host).home}/.#root.lck`, { force: true })
}

/** Shuts a host down in order; after 20 s its power is cut. */
export async function powerOff(state: LabState, host: string): Promise<void> {
  const machine = machineName(state.index, host)
  const init = await cgroup.initPid(machine)
  if (init !== undefined) {
    cgroup.signalProcess(init, powerOffSignal)
    const off = async () => (await cgroup.processes(machine)).length === 0
    await until(`the shutdown of ${host}`, 20_000, off).catch(() => undefined)
  }
  await cutPower(state, host)
}

/** Ends everything in the host at once. */
export async function cutPower(state: LabState, host: string): Promise<void> {
  await cgroup.endGroup(machineName(state.index, host))
  await clearOld(state, host)
}

const bootDeadline = 120_000

/** Waits until the host is up, as its own login sees it; a ProblemError has the end of its console. */
export async function waitUntilUp(state: LabState, host: LabHostPlan): Promise<void> {
  let seen = 'nothing answers on its port 22'
  const ask = async () => {
    if (!(await answers(host.address))) return undefined
    const config = `${state.directory}/ssh_config`
    const login = ['-F', config, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', host.name]
    const outcome = await attempt('ssh', [...login, 'systemctl is-system-running'], { timeout: 15_000 })
    const answer = outcome.stdout.trim()
    seen = answer === '' ? outcome.stderr.trim() : `systemctl is-system-running says "${answer}"`
    return answer === 'running' || answer === 'degraded'
  }
  await until(`${host.name} to be up`, bootDeadline, ask, async () => {
    const console = await readFile(hostPaths(state.name, host.name).console, 'utf8').catch(() => '')
    const tail = console.trimEnd().split('\n').slice(-15).join('\n')
    const on = (await cgroup.initPid(machineName(state.index, host.name))) !== undefined
    return {
      host: host.name,
      detail: `Last seen: ${seen}.${on ? '' : ' The host has stopped.'}\nEnd of its console:\n${tail}`,
      remedy: `Look at the console, then run "promha lab down --name ${state.name}" and try again.`,
    }
  })
}

function answers(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port: 22, timeout: 1_000 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    // sshd speaks first; a mere connection would count against it as one that never logged in.
    socket.once('data', () => end(true))
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => end(false))
  })
}
