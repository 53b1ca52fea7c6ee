/** What is broken: two cells of two hosts, in which one address leads to whichever of two is up, in either way. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { alertmanagerConfig, hostsOf, thrifty } from '../../test/e2e/support/site.ts'
import { machineOf } from '../breaking/lab.ts'
import { launch } from '../breaking/launch.ts'

/** Seconds; Prometheus' own default is 60, promha's example has 15. */
export const scrapeInterval = 2

export interface CellUnderTest {
  readonly name: 'vip' | 'haproxy'
  /** Both run everything that the cell has. */
  readonly hosts: readonly [string, string]
  /** HAProxy at an address that moves, in front of the replicas; one cell has it. */
  readonly queried?: string
}

export interface World {
  readonly fleet: Fleet
  readonly inventory: string
  readonly cells: readonly CellUnderTest[]
  /** Where the cell is pushed to, by way of this host where it is HAProxy. */
  readonly gateway: (cell: CellUnderTest, through: string) => string
  readonly close: () => Promise<void>
}

export const cellNames = ['vip', 'haproxy'] as const
const members = { vip: ['mon-a', 'mon-b'], haproxy: ['app-01', 'app-02'] } as const

/** Ports at which HAProxy leads to the one that is active. */
export const proxied = { pushgateway: 9191, blackbox: 9215 } as const

/** A site whose first apply has been made and proven. The cell `vip` also collects from the cell `haproxy`. */
export async function makeWorld(fleet: Fleet): Promise<World> {
  const free = (last: number) => fleet.host('mon-a').address.replace(/\d+$/, String(last))
  const cells: readonly CellUnderTest[] = [
    { name: 'vip', hosts: members.vip },
    { name: 'haproxy', hosts: members.haproxy, queried: `http://${free(201)}:9090` },
  ]
  const probed = await answerProbes(fleet.lab().name)
  const directory = await mkdtemp(join(tmpdir(), 'promha-failover-'))
  const close = async () => {
    await rm(directory, { recursive: true, force: true })
    await probed.close()
  }
  const inventory = join(directory, 'inventory.yml')
  try {
    await writeFile(join(directory, 'alertmanager.yml'), alertmanagerConfig())
    await writeFile(join(directory, 'beat.yml'), beat)
    await writeFile(inventory, stringify(draft(fleet, free, probed.url)))
    const { code, stderr } = await launch('apply', inventory).done
    if (code !== 0) throw new Error(`the first apply ended with ${code}\n${stderr}`)
  } catch (failure) {
    // Nobody has it to close, and a server that listens keeps the process.
    await close()
    throw failure
  }
  return {
    fleet,
    inventory,
    cells,
    gateway: ({ name }, through) =>
      name === 'vip'
        ? `http://${free(100)}:9091`
        : `http://${fleet.host(through).address}:${proxied.pushgateway}`,
    close,
  }
}

/** What the collecting cell selects: a value that is new at each evaluation. */
const beat = stringify({
  groups: [{ name: 'beat', rules: [{ record: 'region:beat', expr: 'timestamp(vector(1))' }] }],
})

function draft(fleet: Fleet, free: (last: number) => string, probed: string) {
  const address = (last: number) => `${free(last)}/24`
  const cell = ([a, b]: readonly [string, string]) => ({
    hosts: [a, b],
    prometheus: { replicas: { a, b }, ...(a === members.haproxy[0] ? { rule_files: ['beat.yml'] } : {}) },
    alertmanager: { hosts: [a, b], config: 'alertmanager.yml' },
    exporters: { node: { hosts: [a, b], flags: thrifty } },
  })
  const blackbox = (list: readonly string[], failover: object) => ({
    hosts: list,
    failover,
    modules: { web: { prober: 'http', timeout: '1s' } },
    probes: [{ module: 'web', targets: [probed] }],
  })
  const [vip, haproxy] = [members.vip, members.haproxy]
  const interval = `${scrapeInterval}s`
  return {
    promha: 1,
    ssh: { config: fleet.lab().sshConfig },
    artifacts: { from: 'debian', suite: 'forky' },
    hosts: hostsOf(fleet.lab()),
    defaults: {
      prometheus: {
        global: { scrape_interval: interval, evaluation_interval: interval },
        flags: { 'rules.alert.resend-delay': '5s' },
      },
    },
    cells: {
      vip: {
        ...cell(vip),
        pushgateway: { active: vip[0], passive: vip[1], failover: { vip: address(100) } },
        blackbox: blackbox(vip, { vip: address(102) }),
        federation: { from: ['haproxy'], match: ['{__name__="region:beat"}'] },
      },
      haproxy: {
        ...cell(haproxy),
        pushgateway: {
          active: haproxy[0],
          passive: haproxy[1],
          failover: { haproxy: { port: proxied.pushgateway } },
        },
        blackbox: blackbox(haproxy, { haproxy: { port: proxied.blackbox } }),
        loadbalancer: { hosts: haproxy, vip: address(201) },
      },
    },
  }
}

/** Something to probe that none of the faults concerns: on this machine, at the lab's bridge. */
async function answerProbes(lab: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_, response) => void response.end('well\n'))
  const host = await machineOf(lab)
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}/`,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
