import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  hasSentWhatWaited,
  lagOf,
  type RemoteQueue,
  refusedSince,
  remoteQueues,
  sinkHost,
  startedAt,
  tooManyQueues,
  withoutFuture,
} from '../../../src/verify/answer/remote-write.ts'

/** Two sinks that take everything and one that is down, 25 s after the start. */
const recorded = (version: string) =>
  readFileSync(new URL(`../recorded/remote-write-${version}.txt`, import.meta.url), 'utf8')
const queue: RemoteQueue = {
  ...{ remoteName: 'vm-a', url: 'http://vm-a:8428/', highest: 120, sent: 117, failed: 0 },
  ...{ bytes: 9, tried: 5, pending: 0, full: 0 },
}

describe('remote write as a replica tells it', () => {
  for (const version of ['2.42', '3.5']) {
    it(`is read from the metrics of Prometheus ${version}`, () => {
      const text = recorded(version)
      const [own, ...ours] = remoteQueues(text)
      assert.deepEqual(
        ours.map(({ remoteName, url, ...rest }) => [remoteName, url, lagOf(rest)]),
        [
          ['vm-a', 'http://127.0.0.1:43821/api/v1/write', 0],
          ['vm-b', 'http://127.0.0.1:43822/api/v1/write', 0],
        ],
      )
      assert.ok(own)
      assert.equal(own.sent, undefined)
      assert.equal(lagOf(own), undefined)
      assert.ok(own.tried <= -5000 && (own.pending ?? 0) > 0, JSON.stringify(own))
      assert.equal(own.failed, 0)
      assert.equal(startedAt(text), 1796075273.84)
      assert.ok((ours[0]?.sent ?? 0) > (startedAt(text) ?? 0))
    })
  }

  it('has no queue if there is no remote write', () => {
    assert.deepEqual(remoteQueues('process_start_time_seconds 12\n'), [])
  })

  it('counts histograms as samples, and what is tried again once', () => {
    const label = '{remote_name="x",url="http://x/"}'
    const names = [
      ...['samples_failed_total', 'histograms_failed_total', 'samples_total', 'histograms_total'],
      ...['samples_retried_total', 'histograms_retried_total', 'samples_pending', 'histograms_pending'],
      ...['bytes_total', 'enqueue_retries_total'],
    ]
    const text = names.map((name, at) => `prometheus_remote_storage_${name}${label} ${2 ** at}\n`).join('')
    const [{ remoteName, url, ...counts }] = remoteQueues(text) as [RemoteQueue]
    assert.deepEqual(
      [remoteName, url, counts],
      [
        'x',
        'http://x/',
        {
          ...{ highest: undefined, sent: undefined, failed: 1 + 2, bytes: 256, full: 512 },
          ...{ tried: 4 + 8 - 16 - 32, pending: 64 + 128 },
        },
      ],
    )
  })

  it('says nothing by a time that lies in the future', () => {
    const seen = (highest: number | undefined, sent: number | undefined) => {
      const found = withoutFuture({ ...queue, highest, sent }, 100)
      return [found.highest, found.sent, found.ahead]
    }
    assert.deepEqual(seen(98, 97), [98, 97, undefined])
    assert.deepEqual(seen(105, 104), [105, 104, undefined])
    assert.deepEqual(seen(106, 104), [100, 104, undefined])
    assert.deepEqual(seen(700, 700), [100, undefined, true])
    assert.deepEqual(seen(undefined, undefined), [100, undefined, undefined])
  })

  it('has sent what waited once something left it, as much as waited was tried, and it was not full meanwhile', () => {
    const sent = (was: Partial<RemoteQueue>, now: Partial<RemoteQueue>) =>
      hasSentWhatWaited({ ...queue, ...was }, { ...queue, bytes: 10, ...now })
    assert.equal(sent({ pending: 3 }, { pending: 4, tried: 8 }), true)
    assert.equal(sent({ pending: 3 }, { pending: 4, tried: 7 }), false)
    assert.equal(sent({ pending: 3 }, { pending: 0, tried: 7 }), true)
    assert.equal(sent({ pending: undefined }, { pending: 4, tried: 99 }), false)
    assert.equal(sent({ pending: 3 }, { pending: 4, tried: 8, bytes: 9 }), false)
    assert.equal(sent({ pending: 3 }, { pending: 4, tried: 8, full: 1 }), false)
  })

  it('is one of two hundred at most', () => {
    const of = (count: number) => tooManyQueues(Array.from({ length: count }, () => queue))
    assert.equal(of(200), undefined)
    assert.equal(of(201), 'it tells of 201 remote write queues, and promha follows 200 at most')
  })

  it('is behind by what Prometheus has and the sink has not, and unknown before anything was sent', () => {
    assert.equal(lagOf(queue), 3)
    assert.equal(lagOf({ highest: 120, sent: 121 }), 0)
    assert.equal(lagOf({ highest: 120, sent: undefined }), undefined)
    assert.equal(lagOf({ highest: undefined, sent: 117 }), undefined)
  })

  it('counts what was refused between two answers, also over a restart of the process', () => {
    const refused = (failed: number, before: number) =>
      refusedSince({ ...queue, failed: before }, { ...queue, failed })
    assert.equal(refused(7, 7), 0)
    assert.equal(refused(9, 7), 2)
    assert.equal(refused(3, 7), 3)
    assert.equal(refusedSince(undefined, { ...queue, failed: 4 }), 4)
  })

  it('names a sink without what may be secret in its URL', () => {
    assert.equal(sinkHost({ url: 'http://me:S3CRET@sink:9009/S3CRET?key=S3CRET' }), 'sink:9009')
    assert.equal(sinkHost({ url: 'S3CRET' }), 'an address that cannot be read')
  })
})
