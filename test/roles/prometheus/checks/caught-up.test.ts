import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { caughtUp } from '../../../../roles/prometheus/checks/caught-up.ts'
import { buildTopology } from '../../../../src/topology/build.ts'
import { checksIn } from '../../../../src/verify/checks/cell.ts'
import { knownComponents } from '../../../../src/verify/checks/known.ts'
import { inventory, labCell, prometheusSettings } from '../../../topology/sample.ts'
import { judged } from '../../../verify/judged.ts'

const replica = {
  host: 'mon-a',
  name: 'a',
  component: 'prometheus',
  local: { address: '127.0.0.1', port: 9090 },
  instance: 'mon-a:9090',
}
const recorded = readFileSync(
  new URL('../../../verify/recorded/remote-write-3.5.txt', import.meta.url),
  'utf8',
)

interface Queue {
  readonly sent?: number
  readonly failed?: number
  /** As it was a minute ago. */
  readonly failedBefore?: number
}
const urls: Readonly<Record<string, string>> = {
  'vm-a': 'http://vm-a:8428/api/v1/write',
  'vm-b': 'http://vm-b:8428/api/v1/write',
  '0e3a73': 'http://me:S3CRET@sink:9009/S3CRET?key=S3CRET',
}
const healthy = { 'vm-a': { sent: 1000 }, 'vm-b': { sent: 999 } }

function seen(
  queues: Readonly<Record<string, Queue>>,
  { started = 100, newest = 1000, interval = 15_000 } = {},
) {
  const of = (name: string) => `{remote_name="${name}",url="${urls[name]}"}`
  const metrics = [
    `process_start_time_seconds ${started}`,
    `prometheus_remote_storage_highest_timestamp_in_seconds ${newest}`,
    ...Object.entries(queues).flatMap(([name, { sent, failed = 0 }]) => [
      `prometheus_remote_storage_samples_failed_total${of(name)} ${failed}`,
      ...(sent === undefined
        ? []
        : [`prometheus_remote_storage_queue_highest_sent_timestamp_seconds${of(name)} ${sent}`]),
    ]),
  ]
  const result = Object.entries(queues).map(([remote_name, { failedBefore = 0 }]) => ({
    metric: { remote_name, url: urls[remote_name] },
    values: [
      [1, String(failedBefore)],
      [2, '99'],
    ],
  }))
  return verdict(`${metrics.join('\n')}\n`, result, interval)
}

function verdict(metrics: string, result: readonly unknown[], interval = 15_000) {
  const check = caughtUp(replica, { interval, names: ['vm-a', 'vm-b'] })
  const counters = check.needs.flatMap(need => (need.kind === 'http' ? need.path : []))[1]
  const { status, detail, remedy, settled } = judged(check, {
    'mon-a/prometheus /metrics': metrics,
    [`mon-a/prometheus ${counters}`]: JSON.stringify({ data: { result } }),
  })
  return { said: `${status} ${detail}`, remedy: remedy ?? '', settled }
}

describe('remote_write.caught_up', () => {
  it('passes where each sink has what the replica has, and says how far behind it is', () => {
    assert.equal(seen(healthy).said, 'pass behind by 0 s to vm-a, 1 s to vm-b')
  })

  it('gives a batch its time', () => {
    assert.match(seen({ ...healthy, 'vm-b': { sent: 975 } }).said, /^pass /)
    assert.equal(seen({ ...healthy, 'vm-b': { sent: 974 } }).said, 'fail vm-b is 26 s behind')
    assert.match(seen({ ...healthy, 'vm-b': { sent: 974 } }, { interval: 60_000 }).said, /^pass /)
    assert.equal(seen({ ...healthy, 'vm-b': { sent: 974 } }).settled, false)
  })

  it('fails where a sink refused samples of late, even if it is not behind', () => {
    const { said, remedy } = seen({ ...healthy, 'vm-a': { sent: 1000, failed: 7, failedBefore: 4 } })
    assert.equal(said, 'fail vm-a refused 3 samples within 60 s')
    assert.match(remedy, /lost/)
    assert.match(seen({ ...healthy, 'vm-a': { sent: 1000, failed: 7, failedBefore: 7 } }).said, /^pass /)
  })

  it('fails where nothing was sent yet, and waits for it', () => {
    const { said, settled } = seen({ ...healthy, 'vm-b': {} })
    assert.equal(said, 'fail vm-b has not taken a sample yet')
    assert.equal(settled, false)
  })

  it('fails where the running config does not have a sink of the inventory', () => {
    const { said, remedy } = seen({ 'vm-a': { sent: 1000 } })
    assert.equal(said, 'fail does not send to vm-b')
    assert.match(remedy, /promha apply/)
  })

  it('only warns of a sink of your own, without what may be secret in its URL', () => {
    const own = (queue: Queue, rest = {}) => seen({ ...healthy, '0e3a73': queue }, rest)
    assert.equal(own({ sent: 900 }).said, 'warn sink:9009 is 100 s behind')
    assert.equal(own({ sent: 1000, failed: 2 }).said, 'warn sink:9009 refused 2 samples within 60 s')
    assert.deepEqual([own({ sent: 900 }).settled, own({}).settled], [true, true])
    assert.equal(own({}, { started: 950 }).settled, false)
  })

  it('tells first what fails', () => {
    const { said, settled } = seen({ '0e3a73': { sent: 900 }, 'vm-a': { sent: 900 }, 'vm-b': { sent: 1000 } })
    assert.equal(said, 'fail vm-a is 100 s behind, sink:9009 is 100 s behind')
    assert.equal(settled, false)
  })

  it('reads what Prometheus answers', () => {
    assert.equal(verdict(recorded, []).said, 'warn 127.0.0.1:43999 has not taken a sample yet')
  })

  it('is asked of each replica of a cell with remote write, and of no other', async () => {
    const known = await knownComponents()
    const targets = (remoteWrite: readonly { url: string }[]) => {
      const cell = labCell({ prometheus: prometheusSettings({ remoteWrite }) })
      const [topology] = buildTopology(inventory([cell])).cells
      assert.ok(topology)
      const chosen = {
        hosts: new Set(['mon-a', 'mon-b']),
        components: new Set(['prometheus']),
        unreachable: new Map(),
        facts: () => undefined,
      }
      return checksIn(topology, chosen, known)
        .filter(({ id }) => id === 'remote_write.caught_up')
        .map(({ target }) => target)
    }
    assert.deepEqual(targets([]), [])
    assert.deepEqual(targets([{ url: 'http://x/' }]), ['mon-a/prometheus', 'mon-b/prometheus'])
  })
})
