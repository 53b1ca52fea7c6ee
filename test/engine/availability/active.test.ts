import assert from 'node:assert/strict'
import { activeHosts } from '../../../src/engine/availability/active.ts'
import type { RunContext } from '../../../src/engine/context.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import { AskError } from '../../../src/verify/model.ts'
import { movingCell } from '../../roles/moving.ts'
import { proxies, withExporters } from '../../topology/exporters.ts'
import { inventory, labCell } from '../../topology/sample.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'

const lab = buildTopology(inventory([labCell()])).cells[0] ?? assert.fail()

/** Answers by `HOST ADDRESS:PORT`: which host's process answers there; what is not named does not listen. */
function sceneOf(cell: CellTopology, answers: Readonly<Record<string, string>>): RunContext {
  const started = (host: string) => `2026-11-22T20:18:05.88${host === 'mon-a' ? 1 : 2}Z`
  const metrics = (host: string) =>
    `process_start_time_seconds 1.79537868579e+09\nblackbox_exporter_config_last_reload_success_timestamp_seconds 1.${host === 'mon-a' ? 1 : 2}e+09\n`
  return contextOf([], {
    prepared: { topology: { cells: [cell] }, inventory: { hosts: [] } },
    async ask(host, address, port, path) {
      const found = answers[`${host} ${address}:${port}`]
      if (found === undefined) throw new AskError('refused', 'nothing listens')
      if (path === '/metrics') return { status: 200, body: metrics(found) }
      assert.equal(path, '/api/v1/status')
      return { status: 200, body: JSON.stringify({ data: { start_time: started(found) } }) }
    },
  })
}

const running = {
  'mon-a 127.0.0.1:9091': 'mon-a',
  'mon-b 127.0.0.1:9091': 'mon-b',
  'mon-a 127.0.0.1:9115': 'mon-a',
  'mon-b 127.0.0.1:9115': 'mon-b',
}
const both = ['pushgateway', 'blackbox_exporter'] as const

async function active(cell: CellTopology, answers: Readonly<Record<string, string>>) {
  const found = await activeHosts(sceneOf(cell, answers), 'lab', both)
  return Object.fromEntries([...found].map(([component, hosts]) => [component, [...hosts].join()]))
}

describe('which of two is active', () => {
  it('is told by who answers at the address that moves', async () => {
    const cell = withExporters(lab)
    for (const [pushgateway, blackbox] of [
      ['mon-a', 'mon-b'],
      ['mon-b', 'mon-a'],
    ] as const) {
      const answers = {
        ...running,
        'mon-a 198.18.0.100:9091': pushgateway,
        'mon-a 198.18.0.102:9115': blackbox,
      }
      assert.deepEqual(await active(cell, answers), { pushgateway, blackbox_exporter: blackbox })
    }
  })

  it('is told by another host where the first does not get through', async () => {
    const answers = { ...running, 'mon-b 198.18.0.100:9091': 'mon-b' }
    assert.equal((await active(withExporters(lab), answers)).pushgateway, 'mon-b')
  })

  it('is told by where HAProxy leads to', async () => {
    const cell = withExporters(lab, { movingAddresses: [], proxies })
    const answers = { ...running, 'mon-a 127.0.0.1:9191': 'mon-b' }
    // Nothing leads to the probers, so none of them is the active one.
    assert.deepEqual(await active(cell, answers), { pushgateway: 'mon-b' })
  })

  it('is the first where nobody can say', async () => {
    const cell = withExporters(lab)
    const first = { pushgateway: 'mon-a', blackbox_exporter: 'mon-a' }
    assert.deepEqual(await active(cell, running), first)
    assert.deepEqual(await active(cell, {}), first)
    const stranger = { ...running, 'mon-a 198.18.0.100:9091': 'mon-b', 'mon-b 127.0.0.1:9091': 'mon-a' }
    assert.equal((await active(cell, stranger)).pushgateway, 'mon-a')
  })

  it('is, of what moves addresses, whoever has one, be it none of the inventory any more', async () => {
    const cell = movingCell()
    const leaving = planOf('old', 'keepalived', { cell: cell.name, retired: true })
    const scene = (taken: Readonly<Record<string, readonly string[]>>) =>
      contextOf([runOf('old', { plan: [leaving] })], {
        prepared: { topology: { cells: [cell] }, inventory: { hosts: [] } },
        async askHost(host: string) {
          if (taken[host] === undefined) throw new AskError('failed', 'no answer')
          return { moving: ['192.0.2.7', '192.0.2.8'], addresses: taken[host] }
        },
      })
    const holders = async (taken: Readonly<Record<string, readonly string[]>>) => [
      ...((await activeHosts(scene(taken), cell.name, ['keepalived'])).get('keepalived') ?? []),
    ]
    assert.deepEqual(await holders({ 'mon-a': [], 'mon-b': ['192.0.2.7'] }), ['mon-b'])
    assert.deepEqual(await holders({ 'mon-a': ['192.0.2.7'] }), ['mon-a'])
    assert.deepEqual(await holders({ 'mon-b': [], old: ['192.0.2.7'] }), ['old'])
    assert.deepEqual(await holders({}), [])
  })

  it('is no question for those who all serve, nor for a cell that is not there', async () => {
    const scene = sceneOf(withExporters(lab), running)
    assert.equal((await activeHosts(scene, 'lab', ['prometheus', 'alertmanager'])).size, 0)
    assert.equal((await activeHosts(scene, 'gone', both)).size, 0)
  })
})
