/** The inventories that are shipped. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readInventory } from '../../src/site/read.ts'
import { buildTopology } from '../../src/topology/build.ts'
import { read } from '../inventory/harness.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../inventories')

/** What the inventories name beside themselves. */
const beside = Object.fromEntries(
  ['alertmanager.yml', 'rules', 'templates'].flatMap(name => {
    const files = name.endsWith('.yml')
      ? [name]
      : readdirSync(join(folder, name)).map(each => `${name}/${each}`)
    return files.map(file => [file, readFileSync(join(folder, file), 'utf8')])
  }),
)

describe('the shipped inventories', () => {
  for (const name of ['lab.yml', 'two-regions.yml', 'vagrant.yml', 'example.yml', 'long-term.yml']) {
    it(`${name} is right`, async () => {
      const { inventory, warnings } = await readInventory(join(folder, name))
      assert.ok(inventory.cells.length > 0)
      // Of what is there only once there are hosts, or in a user's home.
      assert.deepEqual(
        warnings.filter(({ summary }) => !/^ssh\./.test(summary)),
        [],
      )
    })
  }

  it('example.yml is right where what is optional is taken in', async () => {
    const text = readFileSync(join(folder, 'example.yml'), 'utf8')
    const whole = text.replace(/^ {4}# (?=\s*([a-z_\d]+:|- ))/gm, '    ')
    const other =
      '\n  us:\n    hosts: [apps]\n    prometheus: { replicas: { a: app-01, b: app-02 }, alertmanagers: [{}] }\n'
    const { inventory, problems } = await read(whole + other, beside)
    assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
    const [eu] = inventory.cells
    assert.ok(eu?.pushgateway && eu.blackbox && eu.loadbalancer && eu.federation)
    assert.equal(eu.blackbox.probes[0]?.interval, '30s')
    assert.equal(eu.firewall, undefined)
  })

  it('long-term.yml has two nodes that both replicas write to, Grafana, and docs/stores.md begins with it', async () => {
    const { inventory } = await readInventory(join(folder, 'long-term.yml'))
    const [cell] = buildTopology(inventory).cells
    assert.deepEqual(
      cell?.sinks.map(({ member }) => member),
      ['vm-a', 'vm-b'],
    )
    assert.deepEqual(
      cell?.grafanas.map(({ host }) => host),
      ['mon-a', 'mon-b'],
    )
    const [, shown = ''] =
      /```yaml\n(.*?)```/s.exec(readFileSync(join(folder, '../docs/stores.md'), 'utf8')) ?? []
    const four = Array.from(
      '1234',
      at => `  ${['mon-a', 'mon-b', 'vm-a', 'vm-b'][Number(at) - 1]}: { address: 192.0.2.${at} }`,
    )
    const { inventory: same, problems } = await read(`promha: 1\nhosts:\n${four.join('\n')}\n${shown}`)
    assert.ok(same, problems.map(({ summary }) => summary).join('\n'))
  })

  it('two-regions.yml has four Prometheus servers in two pairs, and everything around them', async () => {
    const { inventory } = await readInventory(join(folder, 'two-regions.yml'))
    const { cells } = buildTopology(inventory)
    assert.deepEqual(
      cells.map(({ name, replicas }) => [name, replicas.length]),
      [
        ['eu', 2],
        ['us', 2],
      ],
    )
    for (const cell of cells) {
      const jobs = cell.jobs.map(({ name }) => name)
      for (const name of ['pushgateway', 'blackbox'])
        assert.ok(jobs.includes(name), `${name} of ${cell.name}`)
      assert.ok(cell.movingAddresses.some(({ name }) => name === 'loadbalancer'))
      assert.equal(cell.firewallRules.length, 3)
    }
    assert.ok(cells[0]?.jobs.some(({ name }) => name === 'federate'))
  })
})
