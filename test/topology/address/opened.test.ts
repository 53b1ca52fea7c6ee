import assert from 'node:assert/strict'
import { addressesToOpen } from '../../../src/topology/address/opened.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { head, read } from '../../inventory/harness.ts'

async function toOpen(cell: string): Promise<readonly string[]> {
  const { inventory, problems } = await read(`${head}cells:\n  lab:\n${cell.replace(/^/gm, '    ')}\n`)
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const [lab = assert.fail()] = buildTopology(inventory).cells
  return addressesToOpen(lab).map(({ name, urls }) => `${name}: ${urls.join(' ')}`)
}

const pair = 'prometheus: { replicas: { a: mon-a, b: mon-b } }'

describe('the addresses to open', () => {
  it('are those of each program if nothing leads to them', async () => {
    const cell = `${pair}
alertmanager: { hosts: [mon-a, mon-b], config: { route: { receiver: x }, receivers: [{ name: x }] } }`
    assert.deepEqual(await toOpen(cell), [
      'Prometheus a: http://198.18.0.11:9090/',
      'Prometheus b: http://198.18.0.12:9090/',
      'Alertmanager: http://198.18.0.11:9093/ http://198.18.0.12:9093/',
    ])
  })

  it('begin with the one that moves, and have one for each thing that has such an address', async () => {
    const cell = `${pair}
loadbalancer: { hosts: [mon-a, mon-b], vip: 198.18.0.101/24 }
pushgateway: { active: mon-a, passive: mon-b, failover: { vip: 198.18.0.100/24 } }
grafana: { hosts: [mon-a, mon-b], vip: 198.18.0.111/24 }`
    assert.deepEqual(await toOpen(cell), [
      'queries: http://198.18.0.101:9090/',
      'Prometheus a: http://198.18.0.11:9090/',
      'Prometheus b: http://198.18.0.12:9090/',
      'Grafana: http://198.18.0.111:3000/',
      'push to: http://198.18.0.100:9091/',
    ])
  })

  it('are those of each host if HAProxy on it leads to what is up', async () => {
    const cell = `${pair}
pushgateway: { active: mon-a, passive: mon-b, failover: { haproxy: { port: 9191 } } }`
    assert.deepEqual((await toOpen(cell)).slice(2), [
      'push to: http://198.18.0.11:9191/ http://198.18.0.12:9191/',
    ])
  })

  it('have the path below which a program serves', async () => {
    const cell = `prometheus:
  replicas: { a: mon-a, b: mon-b }
  flags: { web.external-url: https://mon.example.net/prom }`
    assert.deepEqual(await toOpen(cell), [
      'Prometheus a: http://198.18.0.11:9090/prom/',
      'Prometheus b: http://198.18.0.12:9090/prom/',
    ])
  })
})
