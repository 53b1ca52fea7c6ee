/** Ports of a program that is no longer, or not yet again, in the inventory. */
import { reachableAddress } from '../../inventory/value/names.ts'
import type { Health, ListeningPort } from '../../resource/model.ts'

/**
 * What its record says. An older one says only where it is asked: at a loopback address, it may listen on every one; at
 * another one, it listens there, and another program may have the port elsewhere.
 */
export function portsOf(
  { address, port }: Health,
  recorded?: readonly ListeningPort[],
): readonly ListeningPort[] {
  if (recorded || port === 0) return recorded ?? []
  const own = reachableAddress(address)
  return [{ protocol: 'tcp', port, ...(own === undefined ? {} : { addresses: [own] }) }]
}
