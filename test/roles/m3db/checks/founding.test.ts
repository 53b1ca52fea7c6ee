import assert from 'node:assert/strict'
import { foundM3db, namespaceOf } from '../../../../roles/m3db/checks/founding.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import { getFrom } from '../../../../src/verify/ask/get.ts'
import { read } from '../../../inventory/harness.ts'
import { m3dbNode } from '../node.ts'
import { m3dbSite } from '../site.ts'

const place = { address: '127.0.0.1', port: 7201, readyPath: '/health' }

async function founding(up: readonly string[] = ['m1', 'm2']) {
  const { inventory } = await read(m3dbSite())
  const [cell] = inventory ? buildTopology(inventory).cells : []
  assert.ok(cell)
  const node = m3dbNode()
  const get = getFrom(async (_, __, ___, path, sent) => node.ask(path, sent), 'm3', place)
  const serves = async (_: string, host: string) => up.includes(host)
  return { node, found: () => foundM3db({ get, getAt: () => get, host: 'm3', cell, serves }) }
}

describe('founding M3DB', () => {
  it('is left to the node that comes last', async () => {
    const { node, found } = await founding(['m1'])
    assert.equal(await found(), undefined)
    assert.deepEqual(node.posts, [])
  })

  it('places all nodes, makes both namespaces, and waits until all know of them', async () => {
    const { node, found } = await founding()
    assert.equal(await found(), 'not all nodes have heard of the namespace default yet')
    assert.deepEqual(node.posts, ['placement/init', 'namespace', 'namespace', 'namespace/ready'])
    assert.equal(await found(), 'not all nodes have heard of the namespace default yet')
    assert.equal(await found(), undefined)
    assert.deepEqual(node.placement(), {
      numShards: 16,
      replicationFactor: 3,
      instances: ['m1', 'm2', 'm3'].map((id, index) => ({
        ...{ id, isolationGroup: id, zone: 'embedded', weight: 100 },
        endpoint: `198.18.0.${13 + index}:9000`,
        ...{ hostname: `198.18.0.${13 + index}`, port: 9000 },
      })),
    })
    assert.deepEqual([...node.namespaces.keys()], ['default', 'aggregated'])
  })

  it('tells nothing to one that was founded', async () => {
    const { node, found } = await founding()
    for (let at = 0; at < 3; at += 1) await found()
    const told = node.posts.length
    assert.equal(await found(), undefined)
    assert.equal(node.posts.length, told)
  })

  it('keeps one sample an interval, for as long as the inventory says', () => {
    const day = 86_400_000
    const { options } = namespaceOf('aggregated', { retention: 365 * day, resolution: 15_000 }) as {
      readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    }
    assert.equal(options.retentionOptions?.retentionPeriodNanos, '31536000000000000')
    assert.equal(options.retentionOptions?.blockSizeNanos, '86400000000000')
    assert.deepEqual(options.indexOptions, { enabled: true, blockSizeNanos: '86400000000000' })
    assert.deepEqual(options.aggregationOptions?.aggregations, [
      {
        aggregated: true,
        attributes: { resolutionNanos: '15000000000', downsampleOptions: { all: true } },
      },
    ])
    const blocks = (days: number) =>
      JSON.stringify(namespaceOf('x', { retention: days * day, resolution: 1 })).match(
        /blockSizeNanos":"(\d+)/,
      )?.[1]
    assert.deepEqual([7, 8, 30, 31].map(blocks), [
      '7200000000000',
      ...['43200000000000', '43200000000000'],
      '86400000000000',
    ])
  })
})
