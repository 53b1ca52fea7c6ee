import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  lagOf,
  refusedSince,
  remoteQueues,
  sinkHost,
  startedAt,
} from '../../../src/verify/answer/remote-write.ts'

/** Two sinks that take everything and one that is down, 25 s after the start. */
const recorded = (version: string) =>
  readFileSync(new URL(`../recorded/remote-write-${version}.txt`, import.meta.url), 'utf8')
const queue = { remoteName: 'vm-a', url: 'http://vm-a:8428/', highest: 120, sent: 117, failed: 0, retried: 0 }

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
      assert.ok(own.retried >= 5000)
      assert.equal(own.failed, 0)
      assert.equal(startedAt(text), 1796075273.84)
      assert.ok((ours[0]?.sent ?? 0) > (startedAt(text) ?? 0))
    })
  }

  it('has no queue if there is no remote write', () => {
    assert.deepEqual(remoteQueues('process_start_time_seconds 12\n'), [])
  })

  it('counts refused histograms as refused samples', () => {
    const label = '{remote_name="x",url="http://x/"}'
    const text = ['samples_failed', 'histograms_failed', 'samples_retried']
      .map((name, index) => `prometheus_remote_storage_${name}_total${label} ${index + 2}\n`)
      .join('')
    assert.deepEqual(
      remoteQueues(text).map(({ failed, retried, sent, highest }) => ({ failed, retried, sent, highest })),
      [{ failed: 5, retried: 4, sent: undefined, highest: undefined }],
    )
  })

  it('is behind by what Prometheus has and the sink has not, and unknown before anything was sent', () => {
    assert.equal(lagOf(queue), 3)
    assert.equal(lagOf({ highest: 120, sent: 121 }), 0)
    assert.equal(lagOf({ highest: 120, sent: undefined }), undefined)
    assert.equal(lagOf({ highest: undefined, sent: 117 }), undefined)
  })

  it('counts what was refused between two answers, also over a restart of the process', () => {
    const refused = (failed: number, before: number) =>
      refusedSince(
        [
          { ...queue, remoteName: 'vm-b', failed: 99 },
          { ...queue, failed: before },
        ],
        {
          ...queue,
          failed,
        },
      )
    assert.equal(refused(7, 7), 0)
    assert.equal(refused(9, 7), 2)
    assert.equal(refused(3, 7), 3)
    assert.equal(refusedSince([], { ...queue, failed: 4 }), 4)
  })

  it('names a sink without what may be secret in its URL', () => {
    assert.equal(sinkHost({ url: 'http://me:S3CRET@sink:9009/S3CRET?key=S3CRET' }), 'sink:9009')
    assert.equal(sinkHost({ url: 'S3CRET' }), 'an address that cannot be read')
  })
})
