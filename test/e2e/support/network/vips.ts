/** Who has an address that moves, and how a test has it moved. */
import assert from 'node:assert/strict'
import { until } from '../../../../src/lab/wait.ts'
import type { Fleet } from '../fleet.ts'

/** The hosts that have the address on an interface now. */
export async function holdersOf(
  fleet: Fleet,
  address: string,
  hosts: readonly string[],
): Promise<readonly string[]> {
  const held = await fleet.onAll('ip -o address show', hosts)
  return hosts.filter((_, index) => held[index]?.includes(` ${address}/`))
}

/** Waits until exactly these hosts have each of the addresses. */
export async function untilHeld(
  fleet: Fleet,
  addresses: readonly string[],
  hosts: readonly string[],
  holders: readonly string[],
): Promise<void> {
  for (const address of addresses) {
    await until(`${address} to be on ${holders.join(' and ') || 'no host'}`, 20_000, async () => {
      return (await holdersOf(fleet, address, hosts)).join() === holders.join()
    })
  }
}

/**
 * Has keepalived of all others give the addresses up until `host` has all of them, and waits until the others stand by:
 * until each was heard to wait as one that has none of them, and not only to run.
 */
export async function moveTo(
  fleet: Fleet,
  host: string,
  hosts: readonly string[],
  addresses: readonly string[],
): Promise<void> {
  const others = hosts.filter(other => other !== host)
  assert.ok(others.length > 0)
  await fleet.onAll('systemctl stop promha-keepalived', others)
  await untilHeld(fleet, addresses, hosts, [host])
  const since = await fleet.onAll(`${cursor}; systemctl start promha-keepalived`, others)
  for (const [index, other] of others.entries()) {
    await until(`keepalived of ${other} to stand by`, 20_000, async () => {
      return (await said(fleet, other, since[index] ?? '', 'Entering BACKUP STATE')) >= addresses.length
    })
  }
}

/** Prints from where on the journal of keepalived is new. */
export const cursor = "journalctl -u promha-keepalived -n 0 --show-cursor -q | sed -n 's/^-- cursor: //p'"

/** How many lines with these words keepalived of a host has written since. */
export async function said(fleet: Fleet, host: string, since: string, words: string): Promise<number> {
  const lines = await fleet.inside(
    host,
    `journalctl -u promha-keepalived -o cat --after-cursor='${since}' | grep -cF '${words}' || :`,
  )
  return Number(lines)
}
