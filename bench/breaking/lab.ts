/** A lab of its own for a stand-alone run. */
import { address } from '../../src/lab/host/addresses.ts'
import { labDown, labUp } from '../../src/lab/index.ts'
import { readState } from '../../src/lab/state.ts'
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { overSsh, throughNamespaces } from '../../test/e2e/support/lab.ts'

export interface OwnFleet extends Fleet {
  readonly down: () => Promise<void>
}

/** Boots it anew, whatever an earlier run left of it. */
export async function ownFleet(name: string, hosts: number): Promise<OwnFleet> {
  await labDown({ name })
  const lab = await labUp({ name, hosts, directory: `/tmp/promha-test-${name}` })
  const names = lab.hosts.map(host => host.name)
  const host = (wanted: string) => {
    const found = lab.hosts.find(candidate => candidate.name === wanted)
    if (!found) throw new Error(`the lab has no host ${wanted}`)
    return found
  }
  const inside: Fleet['inside'] = (wanted, script) => throughNamespaces(lab, host(wanted), script)
  return {
    names,
    lab: () => lab,
    host,
    onHost: (wanted, script) => overSsh(lab, host(wanted), script),
    inside,
    onAll: (script, among = names) => Promise.all(among.map(one => inside(one, script))),
    blank: () => Promise.reject(new Error('this lab was new from the start')),
    down: async () => void (await labDown({ name })),
  }
}

/** The machine's own address on the lab's bridge. */
export async function machineOf(lab: string): Promise<string> {
  const state = await readState(lab)
  if (state === undefined) throw new Error(`there is no lab ${lab}`)
  return address(state.index, 1)
}
