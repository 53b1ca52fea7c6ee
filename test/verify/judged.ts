import assert from 'node:assert/strict'
import type { CheckDefinition, Reply } from '../../src/verify/answer/view.ts'
import type { Question } from '../../src/verify/ask/question.ts'
import { AskError, type AskHost } from '../../src/verify/model.ts'

/** A check judged by these answers: bodies by `HOST/COMPONENT PATH`, what hosts say of themselves by `HOST QUESTION`. */
export function judged(check: CheckDefinition | undefined, answers: Readonly<Record<string, unknown>>) {
  assert.ok(check)
  return check.judge(<A>(question: Question<A>): Reply<A> => {
    const { program, ...rest } = { program: undefined, ...question }
    const key =
      'ask' in rest ? `${rest.host} ${rest.ask.name}` : `${program?.host}/${program?.component} ${rest.path}`
    const found = answers[key]
    if (found === undefined) return { kind: 'silent', why: 'it is silent' }
    return { kind: 'answer', answer: 'ask' in rest ? (found as A) : rest.read(String(found)) }
  })
}

/** Of hosts that say nothing of themselves. */
export const silentHosts: AskHost = async host => {
  throw new AskError('impossible', `there is no connection to ${host}`)
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
