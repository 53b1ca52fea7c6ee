import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { buildInstances } from '../../../../roles/instances.ts'
import { namespaceOf, shardPlacement } from '../../../../roles/m3db/checks/founding.ts'
import { m3db } from '../../../../roles/m3db/component.ts'
import { ForwardError } from '../../../../src/ssh/connection.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import { read } from '../../../inventory/harness.ts'
import { m3dbNode } from '../node.ts'
import { etcd, m3dbSite } from '../site.ts'

const day = 86_400_000

describe('the trial of how M3DB was founded', () => {
  let server: Server
  let node: ReturnType<typeof m3dbNode>

  beforeEach(done => {
    node = m3dbNode()
    server = createServer((request, response) => {
      node.ask(request.url ?? '').then(({ status, body }) => response.writeHead(status).end(body))
    }).listen(0, '127.0.0.1', done)
  })
  afterEach(done => {
    server.close(() => done())
    server.closeAllConnections()
  })

  async function founded() {
    const { inventory } = await read(m3dbSite())
    const [cell] = inventory ? buildTopology(inventory).cells : []
    const members = cell?.stores.find(({ component }) => component === 'm3db')?.members ?? []
    const post = (path: string, body: object) =>
      node.ask(`/api/v1/services/m3db/${path}`, { body: JSON.stringify(body) })
    await post('placement/init', shardPlacement(members))
    await post('namespace', namespaceOf('default', {}))
    await post('namespace', namespaceOf('aggregated', { retention: 365 * day, resolution: 15_000 }))
  }

  async function found(text: string, refused = false): Promise<readonly string[]> {
    const { inventory } = await read(text)
    assert.ok(inventory)
    const [one] = buildInstances(inventory, buildTopology(inventory), () => '1.5.0').filter(
      ({ component }) => component === 'm3db',
    )
    const trial = one && m3db.trial?.(one, inventory.cells)
    assert.ok(trial)
    const forward = async (address: string, port: number): Promise<Duplex> => {
      assert.deepEqual([address, port], ['127.0.0.1', 7201])
      if (refused) throw new ForwardError('refused', 'nothing listens')
      return connect((server.address() as AddressInfo).port, '127.0.0.1')
    }
    const connection = { host: 'm1', run: () => assert.fail('a command was run'), forward }
    const findings = await trial.run({ connection, files: new Map() } as never)
    return findings.map(({ problem }) => problem('m1').summary)
  }

  it('finds nothing where it is as the inventory wants it, and where nothing is yet', async () => {
    assert.deepEqual(await found(m3dbSite()), [])
    assert.deepEqual(await found(m3dbSite(), true), [])
    await founded()
    assert.deepEqual(await found(m3dbSite()), [])
    assert.deepEqual(await found(m3dbSite(`{ hosts: [m3, m1, m2], ${etcd} }`)), [])
  })

  it('refuses another retention, another interval and other hosts before anything is changed', async () => {
    await founded()
    const said = (what: string, was: string, wanted: string) => [
      `the M3DB of m1 was founded with ${what} ${was}, and the inventory wants ${wanted}`,
    ]
    assert.deepEqual(
      await found(m3dbSite(`{ hosts: [m1, m2, m3], ${etcd}, retention: 30d }`)),
      said('retention', '365d', '30d'),
    )
    assert.deepEqual(await found(m3dbSite(undefined, '30s')), said('a scrape interval of', '15s', '30s'))
    assert.deepEqual(
      await found(m3dbSite(`{ hosts: [m1, m2, m4], ${etcd} }`)),
      said('hosts', 'm1, m2, m3', 'm1, m2, m4'),
    )
  })
})
