import assert from 'node:assert/strict'
import { peersClosed } from '../../../roles/firewall/closed.ts'
import { oneHolder } from '../../../roles/keepalived/checks.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import { defineCheck, type Reply, type View } from '../../../src/verify/answer/view.ts'
import { hostState } from '../../../src/verify/ask/host-ask.ts'
import { each, hostQuestion, type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import { movingCell } from '../../roles/moving.ts'

const program = (host: string): Program => ({
  ...{ host, component: 'prometheus', instance: `${host}:9090`, pathPrefix: '/prom' },
  local: { address: '127.0.0.1', port: 9090 },
})
const hosts = ['mon-a', 'mon-b']

/** Each question is answered with what `answers` has for it. */
const viewOf =
  (answers: Readonly<Record<string, unknown>>): View =>
  question => {
    const key = question.kind === 'http' ? `${question.program.host}${question.path}` : `${question.host}`
    const answer = answers[key]
    return answer === undefined
      ? { kind: 'silent', why: 'no answer' }
      : ({ kind: 'answer', answer } as Reply as never)
  }

describe('a check', () => {
  it('gets its answers by the keys of its needs, each of a list beside its program', () => {
    const needs = {
      build: programQuestion(program('mon-b'), api.build),
      ready: each(hosts.map(program), api.ready),
      states: hosts.map(host => hostQuestion(host, hostState)),
    }
    const check = defineCheck('x', 'lab', needs, ({ states, ready, build }) => ({
      status: 'pass',
      detail: [
        build.version,
        ...ready.map(({ program: { host }, answer }) => `${host} ${answer}`),
        ...states.map(({ host, answer }) => `${host} ${answer.table}`),
      ].join(', '),
    }))
    const answers = {
      ...{ 'mon-b/prom/-/ready': 'no', 'mon-a/prom/-/ready': 'yes' },
      ...{ 'mon-b/prom/api/v1/status/buildinfo': { version: '3.5' } },
      ...{ 'mon-b': { table: 'whole' }, 'mon-a': { table: 'changed' } },
    }
    const { detail } = check.judge(viewOf(answers))
    assert.equal(detail, '3.5, mon-a yes, mon-b no, mon-a changed, mon-b whole')
    assert.equal(check.needs.length, 5)
    const { 'mon-a': _, ...without } = answers
    assert.match(check.judge(viewOf(without)).detail, /^mon-a: no answer$/)
  })
})

describe('a host that cannot be asked about itself', () => {
  const cell = movingCell()
  const [address = assert.fail()] = cell.movingAddresses
  const [peered = assert.fail()] = cell.peered
  for (const check of [oneHolder(cell, address, []), peersClosed(peered, ['keepalived'], undefined)]) {
    it(`is named by ${check.id}, and no firewall of exporters`, () => {
      const { status, detail, remedy } = check.judge(viewOf({}))
      assert.equal(`${status} ${detail}`, 'fail mon-a: no answer')
      assert.doesNotMatch(`${detail} ${remedy}`, /firewall/)
      assert.match(remedy ?? '', /^Log in to mon-a /)
      const blind = check.judge(() => ({ kind: 'impossible', why: 'no bash' }))
      assert.equal(`${blind.status} ${blind.detail}`, 'skip mon-a could not be asked: no bash')
    })
  }
})
