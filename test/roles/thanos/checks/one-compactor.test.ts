import assert from 'node:assert/strict'
import { oneCompactor } from '../../../../roles/thanos/checks/one-compactor.ts'
import type { RunningProcess } from '../../../../src/shell/host/running.ts'
import type { View } from '../../../../src/verify/answer/view.ts'
import { hostOf } from '../../../../src/verify/ask/question.ts'

function judged(running: Readonly<Record<string, readonly RunningProcess[]>>, wanted = 'st-a') {
  const check = oneCompactor('eu', ['mon-a', 'st-a', 'st-b'], wanted)
  const view = (question => ({ kind: 'answer', answer: running[hostOf(question)] ?? [] })) as View
  const { status, detail, remedy } = check.judge(view)
  return { id: check.id, status, detail, remedy }
}

const own: RunningProcess = { pid: 311, unit: 'thanos_compactor.service' }

describe('thanos.one_compactor', () => {
  it('passes for one on its host', () => {
    const { id, status, detail } = judged({ 'st-a': [own] })
    assert.deepEqual(
      [id, status, detail],
      ['thanos.one_compactor', 'pass', 'one on st-a, none on 2 other hosts'],
    )
  })

  it('fails for a second one, on another host or the same one', () => {
    const { status, detail, remedy } = judged({ 'st-a': [own], 'mon-a': [{ pid: 99 }] })
    assert.equal(status, 'fail')
    assert.match(
      detail,
      /^2 compactors run: process 99 on mon-a, process 311 on st-a \(thanos_compactor\.service\)/,
    )
    assert.match(remedy ?? '', /^Stop all but the one on st-a at once/)
    assert.equal(judged({ 'st-a': [own, { pid: 99 }] }).status, 'fail')
  })

  it('fails for one elsewhere, and for none', () => {
    assert.match(
      judged({ 'st-b': [own] }).detail,
      /^the compactor is process 311 on st-b .* and is to run on st-a$/,
    )
    assert.equal(judged({}).detail, 'no compactor runs on st-a')
    assert.equal(judged({}).status, 'fail')
  })
})
