/** What the topology and its rules have to know of each component, whichever joins the others. */
import assert from 'node:assert/strict'
import type { ComponentDefinition } from '../../roles/component.ts'
import { definitions } from '../../roles/index.ts'
import type { Cell, Inventory } from '../../src/inventory/model.ts'
import { buildTopology } from '../../src/topology/build.ts'
import { redundantMembers } from '../../src/topology/member/redundant.ts'
import type { CellTopology, Member } from '../../src/topology/model.ts'
import { closedHosts } from '../../src/topology/rules/port/firewall.ts'
import { occupantsOf } from '../../src/topology/rules/port/occupants.ts'
import { unscrapedBy } from '../../src/topology/rules/scraped.ts'
import { head, read } from '../inventory/harness.ts'
import { leastOf, leastOfAll } from '../roles/least.ts'

/** Whose port the firewall leaves open, and why. */
const open: Readonly<Record<string, string>> = {
  prometheus: 'people and Grafana ask it',
  alertmanager: 'people ask it; its cluster port is closed',
}

/** Of a component that is only there in another form of its part, the cell has none. */
const here = definitions.filter(one => !one.settings || leastOf(one))
const speaking = here.filter(({ settings }) => settings)

interface Whole {
  readonly inventory: Inventory
  readonly cell: Cell
  readonly topology: CellTopology
}

/** A cell with every component. */
async function whole(): Promise<Whole> {
  const text = {
    ...leastOfAll(),
    firewall: { enabled: true },
    loadbalancer: { hosts: ['mon-a', 'mon-b'], vip: '198.18.0.101/24', port: 9190 },
  }
  const { inventory, problems } = await read(`${head}cells: { lab: ${JSON.stringify(text)} }\n`)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [cell = assert.fail()] = inventory.cells
  const [topology = assert.fail()] = buildTopology(inventory).cells
  return { inventory, cell, topology }
}

function membersOf({ name, members }: ComponentDefinition, topology: CellTopology): readonly Member[] {
  const found = members(topology).flatMap(one => ('local' in one ? [one] : []))
  assert.deepEqual(found.map(({ host }) => host).sort(), ['mon-a', 'mon-b'], name)
  return found
}

describe('every component of a cell', () => {
  let all: Whole
  before(async () => {
    all = await whole()
  })

  for (const definition of speaking) {
    const { name } = definition

    it(`${name} has its port to itself`, () => {
      const hosts = new Map(all.inventory.hosts.map(host => [host.name, host]))
      const occupants = occupantsOf(all.cell, hosts, [all.cell])
      for (const { host, port } of membersOf(definition, all.topology))
        assert.ok(
          occupants.some(one => one.component === name && one.host === host && one.endpoint?.port === port),
          host,
        )
    })

    it(`${name} is scraped, and a job of the user with the same targets is left out`, () => {
      const { prometheus = assert.fail() } = all.cell
      const hosts = new Map(all.inventory.hosts.map(host => [host.name, host]))
      const unscraped = unscrapedBy(prometheus, all.cell, hosts)
      const scraped = all.topology.jobs.flatMap(({ targets }) => targets.map(({ instance }) => instance))
      for (const { host, address, port } of membersOf(definition, all.topology)) {
        assert.ok(scraped.includes(`${host}:${port}`), host)
        const job = { job_name: 'own', static_configs: [{ targets: [`${address}:${port}`] }] }
        assert.equal(unscraped(job), undefined)
      }
    })

    it(`${name} has its port closed by the firewall, unless it is open for a reason`, () => {
      for (const { host, port } of membersOf(definition, all.topology)) {
        const rules = all.topology.firewallRules.find(one => one.host === host)?.rules ?? []
        assert.equal(
          rules.some(rule => rule.port === port),
          !(name in open),
          host,
        )
      }
    })
  }

  for (const definition of speaking.filter(({ name }) => !(name in open))) {
    it(`${definition.name} alone makes a firewall of use`, () => {
      const [first = '', second] = definition.key ?? []
      const part = all.cell[first as keyof Cell]
      const own = second === undefined ? part : { [definition.name]: definition.settings?.(all.cell) }
      const { name, hosts, allowSharedHost, prometheus } = all.cell
      const cell = { name, hosts, allowSharedHost, prometheus, [first]: own } as Cell
      assert.deepEqual([...closedHosts(cell, [cell])].sort(), ['mon-a', 'mon-b'])
    })
  }

  for (const { name, order, members } of here)
    it(`${name} ${order.oneByOne ? 'has members that stand in for each other' : 'has none'}`, () => {
      const wanted = order.oneByOne ? members(all.topology).map(({ host }) => host) : []
      assert.deepEqual(
        redundantMembers(all.topology, name)
          .map(({ host }) => host)
          .sort(),
        [...new Set(wanted)].sort(),
      )
      if (order.oneByOne) assert.ok(wanted.length > 0)
    })
})
