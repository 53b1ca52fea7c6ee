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
  readonly counts?: Counts
  /** As they were 60, 25 and 9 seconds ago; absent: not known. */
  readonly countsBefore?: readonly [Counts, Counts, Counts]
}
type Counts = readonly [bytes: number, tried: number, pending: number, full: number]
const counters = ['bytes_total', 'samples_total', 'samples_pending', 'enqueue_retries_total']
const now = 1000

const urls: Readonly<Record<string, string>> = {
  'vm-a': 'http://vm-a:8428/api/v1/write',
  'vm-b': 'http://vm-b:8428/api/v1/write',
  '0e3a73': 'http://me:S3CRET@sink:9009/S3CRET?key=S3CRET',
}
const healthy = { 'vm-a': { sent: 1000 }, 'vm-b': { sent: 999 } }

function seen(
  queues: Readonly<Record<string, Queue>>,
  { started = 100, newest = now, interval = 15_000 } = {},
) {
  const of = (name: string) => `{remote_name="${name}",url="${urls[name]}"}`
  const metrics = [
    `process_start_time_seconds ${started}`,
    `prometheus_remote_storage_highest_timestamp_in_seconds ${newest}`,
    ...Object.entries(queues).flatMap(([name, { sent, failed = 0, counts = [] }]) => [
      ...counts.map((count, at) => `prometheus_remote_storage_${counters[at]}${of(name)} ${count}`),
      `prometheus_remote_storage_samples_failed_total${of(name)} ${failed}`,
      ...(sent === undefined
        ? []
        : [`prometheus_remote_storage_queue_highest_sent_timestamp_seconds${of(name)} ${sent}`]),
    ]),
  ]
  const result = Object.entries(queues).flatMap(([remote_name, { failedBefore = 0, countsBefore }]) => {
    const metric = { remote_name, url: urls[remote_name] }
    const series = (name: string, values: readonly number[]) => ({
      metric: { ...metric, __name__: `prometheus_remote_storage_${name}` },
      values: values.map((value, at) => [now - ([60, 25, 9][at] ?? 0), String(value)]),
    })
    return [
      series('samples_failed_total', [failedBefore, 99, 99]),
      ...(countsBefore === undefined
        ? []
        : counters.map((name, at) =>
            series(
              name,
              countsBefore.map(counts => counts[at] ?? 0),
            ),
          )),
    ]
  })
  return verdict(`${metrics.join('\n')}\n`, result, { interval })
}

function verdict(metrics: string, result: readonly unknown[], { interval = 15_000, clock = now } = {}) {
  const check = caughtUp(replica, { interval, names: ['vm-a', 'vm-b'] })
  const counted = check.needs.flatMap(need => (need.kind === 'http' ? need.path : []))[2]
  const { status, detail, remedy, settled } = judged(check, {
    'mon-a/prometheus /metrics': metrics,
    'mon-a/prometheus /api/v1/query?query=time()': `{"data":{"result":[${clock},"${clock}"]}}`,
    [`mon-a/prometheus ${counted}`]: JSON.stringify({ data: { result } }),
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

  it('judges by counts where samples have times in the future', () => {
    const ahead = (counts: Counts, ...countsBefore: readonly [Counts, Counts, Counts]) =>
      seen({ ...healthy, 'vm-b': { sent: 1600, counts, countsBefore } }, { newest: 1600 })
    const lives = ahead([900, 500, 80, 7], [1, 1, 0, 0], [700, 400, 100, 7], [899, 499, 9999, 9])
    assert.equal(
      lives.said,
      'pass behind by 0 s to vm-a; vm-b keeps up, by counts of samples, because a target exposes samples with a time in the future',
    )
    const late = 'fail vm-b has not taken what waited for it 10 s ago'
    // It hangs, it is too slow, and it has more in its log.
    const hangs = ahead([700, 500, 80, 7], [1, 1, 0, 0], [700, 400, 100, 7], [700, 500, 80, 7])
    assert.deepEqual([hangs.said, hangs.settled], [late, false])
    assert.equal(ahead([900, 499, 80, 7], [1, 1, 0, 0], [700, 400, 100, 7], [899, 499, 9, 7]).said, late)
    assert.equal(ahead([900, 500, 80, 8], [1, 1, 0, 0], [700, 400, 100, 7], [899, 499, 9, 7]).said, late)
    const unknown = seen({ ...healthy, 'vm-b': { sent: 1600, counts: [900, 500, 80, 7] } }, { newest: 1600 })
    assert.match(unknown.said, /^warn cannot tell how far vm-b is behind: a target exposes/)
    assert.equal(unknown.settled, false)
  })

  it('is not blind to a sink that lags while others have samples of the future', () => {
    assert.equal(
      seen({ ...healthy, 'vm-b': { sent: 900 } }, { newest: 1600 }).said,
      'fail vm-b is 100 s behind',
    )
  })

  it('fails where there are too many queues to follow', () => {
    const many = Array.from({ length: 201 }, (_, at) => [`n${at}`, { sent: 1000 }])
    assert.match(seen(Object.fromEntries(many)).said, /^fail it tells of 201 remote write queues, and promha/)
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
    assert.equal(
      verdict(recorded, [], { clock: 1_796_075_299 }).said,
      'warn 127.0.0.1:43999 has not taken a sample yet',
    )
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
