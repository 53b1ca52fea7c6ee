import assert from 'node:assert/strict'
import type { Need, Question, Reply } from '../../src/verify/view.ts'

/** A question judged by these answers, by `HOST/COMPONENT PATH`. */
export function judged(question: Question | undefined, answers: Readonly<Record<string, unknown>>) {
  assert.ok(question)
  const view = (need: Need): Reply => {
    const body = answers[`${need.program.host}/${need.program.component} ${need.path}`]
    return body === undefined ? { kind: 'program', why: 'it is silent' } : { kind: 'answer', body }
  }
  return question.judge(view)
}

/** What a healthy host of {@link movingCell} says of itself; `rest` takes the place of parts of it. */
export const state = (addresses: readonly string[], rest = {}) => ({
  addresses,
  moving: ['198.18.0.100'],
  keepalived: 'active',
  table: 'whole',
  peers: { keepalived: 'whole', haproxy: 'whole' },
  firewalls: [],
  ...rest,
})
