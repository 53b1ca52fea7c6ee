/** Breaks hosts of a lab on purpose, and repairs them. */
import { linkName, machineName } from '../../../src/lab/host/addresses.ts'
import { cutPower, isOn, powerOn, waitUntilUp } from '../../../src/lab/host/boot.ts'
import { findHost, type HostOf } from '../../../src/lab/host/login.ts'
import { prepareHost } from '../../../src/lab/host/prepare.ts'
import { initPid, signalProcess } from '../../../src/lab/machine/cgroup.ts'
import { runHere } from '../../../src/lab/machine/run.ts'
import { until } from '../../../src/lab/wait.ts'

/** glibc's SIGRTMIN is 34; systemd as a host's init reboots at SIGRTMIN+5. */
const rebootSignal = 39

/** Reboots a host in order and returns when it is up again. */
export async function rebootHost(which: HostOf): Promise<void> {
  const { state, host } = await findHost(which)
  const machine = machineName(state.index, host.name)
  const before = await until(`the init of ${host.name}`, 10_000, () => initPid(machine))
  signalProcess(before, rebootSignal)
  await until(`the reboot of ${host.name}`, 60_000, async () => {
    const now = await initPid(machine)
    return now !== undefined && now !== before
  })
  await waitUntilUp(state, host)
}

/** Cuts a host's power: everything in it ends at once. */
export async function killHost(which: HostOf): Promise<void> {
  const { state, host } = await findHost(which)
  await cutPower(state, host.name)
}

/** Switches a host on, with the file system it had, and returns when it is up. */
export async function startHost(which: HostOf): Promise<void> {
  const { state, host } = await findHost(which)
  if (!(await isOn(state, host.name))) {
    await prepareHost(state, host)
    await powerOn(state, host.name)
  }
  await waitUntilUp(state, host)
}

/** Pulls a host's network cable; what runs in it goes on. */
export async function cutHost(which: HostOf): Promise<void> {
  const { state, host } = await findHost(which)
  await setLink(linkName(state.index, host.name), 'down')
}

/** Puts the cable back and returns when the host can be logged in to. */
export async function healHost(which: HostOf): Promise<void> {
  const { state, host } = await findHost(which)
  await setLink(linkName(state.index, host.name), 'up')
  await waitUntilUp(state, host)
}

async function setLink(link: string, state: 'up' | 'down'): Promise<void> {
  await runHere(`setting ${link} ${state}`, 'ip', ['link', 'set', 'dev', link, state])
}
