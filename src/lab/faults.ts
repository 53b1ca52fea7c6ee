/** Breaks hosts of a lab on purpose, and repairs them. */
import { cutPower, isOn, powerOn, reboot } from './boot.ts'
import { findHost, type HostOf } from './find.ts'
import { setLink } from './network.ts'
import { prepareHost } from './prepare.ts'
import { waitUntilUp } from './ready.ts'

/** Reboots a host in order and returns when it is up again. */
export async function rebootHost(which: HostOf): Promise<void> {
  const { state, host } = await findHost(which)
  await reboot(state, host.name)
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
  await setLink(state.index, host.name, 'down')
}

/** Puts the cable back and returns when the host can be logged in to. */
export async function healHost(which: HostOf): Promise<void> {
  const { state, host } = await findHost(which)
  await setLink(state.index, host.name, 'up')
  await waitUntilUp(state, host)
}
