import assert from 'node:assert/strict'
import type { Answer } from '../../../../src/shell/host/ask.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import type { VerifyInput } from '../../../../src/verify/input.ts'
import { AskError } from '../../../../src/verify/model.ts'
import { statusRows } from '../../../../src/verify/status.ts'
import { proveSite } from '../../../../src/verify/verify.ts'
import { read } from '../../../inventory/harness.ts'
import { silentHosts } from '../../../verify/judged.ts'
import { healthyFacts } from '../../../verify/stage.ts'
import { cluster, clusterSite } from './site.ts'

const now = Date.UTC(2026, 10, 30, 12, 0, 0)
const ages = (step: number) =>
  Array.from({ length: Math.floor(1800 / step) }, (_, index) => 1805 - index * step)
const line = (metric: Record<string, string>, of: readonly number[]) =>
  JSON.stringify({ metric, values: of.map(() => 1), timestamps: of.map(age => now - age * 1000) })
const up = (instance: string) => line({ __name__: 'up', instance }, [...ages(15), 5])
const mark = (writer: string) => line({ __name__: 'promha_writer', writer }, [...ages(5), 5])
const whole = [up('mon-a:9090'), up('mon-b:9090'), mark('a'), mark('b')]
const readOnly = 'vm_storage_is_read_only{path="/d"} 1\nvm_free_disk_space_bytes{path="/d"} 5e7\n'
const metrics = 'vm_app_version{version="x", short_version="v1.151.0"} 1\nvm_free_disk_space_bytes 5e9\n'

/** Answers as upstream's documentation says of each program. `full`: the disk of a vmstorage; `silent`: what is down. */
async function inputOf({ full = '', silent = '', held = whole }) {
  const { inventory, problems } = await read(clusterSite(`{ ${cluster}, retention: 365d }`))
  assert.ok(inventory, problems.map(({ summary }) => summary).join('\n'))
  const body = (host: string, port: number, path: string): string | undefined => {
    if (`${host}:${port}` === silent) return undefined
    if (path === '/health') return 'OK'
    if (path === '/metrics') return host === full && port === 8482 ? readOnly : metrics
    if (port !== 8481) return undefined
    if (path.startsWith('/select/0/prometheus/api/v1/export?')) return held.join('\n')
    if (path.startsWith('/select/0/prometheus/api/v1/query?'))
      return JSON.stringify({
        isPartial: false,
        data: { result: [{ metric: {}, value: [now / 1000, '1'] }] },
      })
    return undefined
  }
  const input: VerifyInput = {
    topology: buildTopology(inventory),
    hosts: new Set(inventory.hosts.map(({ name }) => name)),
    components: new Set(['vmstorage', 'vminsert', 'vmselect']),
    unreachable: new Map(),
    facts: () => healthyFacts,
    ask: async (host, _, port, path): Promise<Answer> => {
      const found = body(host, port, path)
      if (found === undefined) throw new AskError('refused', `nothing listens on ${host}`)
      return { status: 200, body: found }
    },
    askHost: silentHosts,
    ...{ patience: 0, onCheck: () => {}, signal: new AbortController().signal },
  }
  return input
}

async function verdicts(site: Parameters<typeof inputOf>[0]) {
  return (await proveSite(await inputOf(site))).map(({ id, target, status }) => `${status} ${id} ${target}`)
}

describe('verify of a VictoriaMetrics cluster', () => {
  it('asks every program whether it is there, and every vmselect what it holds', async () => {
    const of = (id: string, component: string) =>
      ['s1', 's2', 's3'].map(host => `pass ${id} ${host}/${component}`)
    assert.deepEqual(await verdicts({}), [
      ...['vmstorage', 'vminsert', 'vmselect'].flatMap(one => of('storage.ready', one)),
      ...of('storage.one_copy', 'vmselect'),
      'pass storage.complete eu',
    ])
  })

  it('sees a vmstorage that is read-only, and a vminsert that is down', async () => {
    const wrong = (all: readonly string[]) => all.filter(one => !one.startsWith('pass'))
    assert.deepEqual(wrong(await verdicts({ full: 's2' })), ['fail storage.ready s2/vmstorage'])
    assert.deepEqual(wrong(await verdicts({ silent: 's3:8480' })), ['fail storage.ready s3/vminsert'])
  })

  it('sees a replica that does not feed it', async () => {
    const found = await verdicts({ held: whole.slice(0, 3) })
    assert.deepEqual(
      found.filter(one => one.includes('one_copy')),
      ['s1', 's2', 's3'].map(host => `fail storage.one_copy ${host}/vmselect`),
    )
  })

  it('has a row of status for each program', async () => {
    const rows = await statusRows(await inputOf({}))
    assert.deepEqual(
      [...new Set(rows.map(({ component, version }) => `${component} ${version}`))],
      ['vmstorage 1.151.0', 'vminsert 1.151.0', 'vmselect 1.151.0'],
    )
    assert.equal(rows.length, 9)
  })
})
