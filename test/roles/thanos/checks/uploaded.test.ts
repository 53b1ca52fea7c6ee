import assert from 'node:assert/strict'
import { sidecarUploads } from '../../../../roles/thanos/checks/uploaded.ts'
import type { View } from '../../../../src/verify/answer/view.ts'
import type { Program } from '../../../../src/verify/ask/question.ts'

const program = (component: string, port: number): Program => ({
  ...{ host: 'mon-a', component, instance: `mon-a:${port}` },
  local: { address: '127.0.0.1', port },
})
const now = 1_800_000_000

interface Seen {
  /** Seconds ago. */
  readonly started: number
  readonly uploaded?: number
  readonly failed?: readonly number[]
  /** Lines of its metrics, beside the usual ones. */
  readonly more?: string
}

function judged({ started, uploaded, failed = [0, 0], more = '' }: Seen) {
  const check = sidecarUploads(program('thanos_sidecar', 10_902), program('prometheus', 9090))
  const last = uploaded === undefined ? 0 : now - uploaded
  const metrics = `thanos_objstore_bucket_last_successful_upload_time{bucket="b"} ${last}\nprocess_start_time_seconds ${now - started}\n${more}`
  let asked = 0
  const view = (question => {
    if (question.kind !== 'http') throw new Error('it asks programs')
    if (question.path === '/metrics') return { kind: 'answer', answer: metrics }
    if (question.path.endsWith('query=time()')) return { kind: 'answer', answer: now }
    const value = failed[asked++ % 2]
    return { kind: 'answer', answer: [{ metric: {}, value: [now, String(value)] }] }
  }) as View
  const { status, detail } = check.judge(view)
  return `${status}: ${detail}`
}

const hour = 3600

describe('thanos.uploaded', () => {
  it('takes the newest of all buckets, however many a host tells of', () => {
    const line = `thanos_objstore_bucket_last_successful_upload_time{bucket="c"} ${now - hour}\n`
    const more = line.repeat(150_000)
    assert.match(judged({ started: 9 * hour, uploaded: 9 * hour, more }), /newest upload is 1\.0 h old$/)
  }).timeout(10_000)

  it('passes while nothing is due, and for a new upload', () => {
    assert.match(judged({ started: 3 * hour }), /^pass: .* ago is not due yet$/)
    assert.match(judged({ started: 9 * hour, uploaded: 2.4 * hour }), /^pass: nothing failed, .* 2\.4 h old$/)
    // It has uploaded what was left from before its start.
    assert.match(judged({ started: hour, uploaded: 0.9 * hour }), /^pass/)
  })

  it('fails if what was due did not come', () => {
    assert.match(
      judged({ started: 3.6 * hour }),
      /^fail: nothing was uploaded in the 3\.6 h since its start$/,
    )
    assert.match(
      judged({ started: 9 * hour, uploaded: 2.6 * hour }),
      /^fail: the newest upload is 2\.6 h old$/,
    )
  })

  it('fails if one of the two counters rises, whatever was uploaded', () => {
    for (const failed of [
      [3, 0],
      [0, 3],
    ])
      assert.match(
        judged({ started: 9 * hour, uploaded: hour, failed }),
        /^fail: 3 operations .* within 10 min$/,
      )
  })
})
