/** What happens to whatever is active, and how it is taken back. */
import { cutHost, healHost, killHost, startHost } from '../../test/e2e/support/faults.ts'
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import type { Part } from './active.ts'

export interface Fault {
  readonly name: string
  /** All that the host has goes with it, or one program of it only. */
  readonly hits: 'host' | 'program'
  readonly inject: (fleet: Fleet, host: string, part: Part) => Promise<void>
  readonly heal: (fleet: Fleet, host: string, part: Part) => Promise<void>
}

const units: Readonly<Record<Part, string>> = {
  pushgateway: 'pushgateway',
  prober: 'blackbox_exporter',
  loadbalancer: 'promha-haproxy',
  replica: 'prometheus',
}

const started = (unit: string) => `systemctl start ${unit}`

/** Once: its unit starts it again after a while. */
export const killed: Fault = {
  name: 'process killed',
  hits: 'program',
  inject: async (fleet, host, part) => signal(fleet, host, part, 'KILL'),
  heal: async (fleet, host, part) => void (await fleet.inside(host, started(units[part]))),
}

export const stopped: Fault = {
  name: 'unit stopped',
  hits: 'program',
  inject: async (fleet, host, part) => void (await fleet.inside(host, `systemctl stop ${units[part]}`)),
  heal: killed.heal,
}

/** In order, as an upgrade does; nothing has to be taken back. */
export const restarted: Fault = {
  name: 'unit restarted',
  hits: 'program',
  inject: async (fleet, host, part) => void (await fleet.inside(host, `systemctl restart ${units[part]}`)),
  heal: async () => {},
}

/** It takes connections, since the kernel does that for it, and answers none. */
export const frozen: Fault = {
  name: 'process frozen',
  hits: 'program',
  inject: async (fleet, host, part) => signal(fleet, host, part, 'STOP'),
  heal: async (fleet, host, part) => signal(fleet, host, part, 'CONT'),
}

async function signal(fleet: Fleet, host: string, part: Part, which: 'KILL' | 'STOP' | 'CONT') {
  await fleet.inside(host, `systemctl kill --signal=${which} ${units[part]}`)
}

export const powerCut: Fault = {
  name: 'host power cut',
  hits: 'host',
  inject: (fleet, host) => killHost({ name: fleet.lab().name, host }),
  heal: (fleet, host) => startHost({ name: fleet.lab().name, host }),
}

export const cablePulled: Fault = {
  name: "host's cable pulled",
  hits: 'host',
  inject: (fleet, host) => cutHost({ name: fleet.lab().name, host }),
  heal: (fleet, host) => healHost({ name: fleet.lab().name, host }),
}
