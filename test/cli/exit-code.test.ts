import assert from 'node:assert/strict'
import { exitCode, type Finding, resultOf } from '../../src/cli/exit-code.ts'
import { error, warning } from '../../src/diagnostic/problem.ts'
import type { Result } from '../../src/report/document.ts'
import { check, hostPlan } from '../report/sample.ts'

const interrupted: Finding = { interrupted: true }
const locked: Finding = { thrown: 'locked', problems: [error('mon-a is locked')] }
const hostFailed: Finding = { thrown: 'failed', problems: [error('mon-a cannot be locked')] }
const refused: Finding = { problems: [error('unknown key')] }
const unreachable: Finding = { hosts: [hostPlan('mon-a', 'unreachable')] }
const rolledBack: Finding = { hosts: [hostPlan('mon-b', 'rolled-back')] }
const unverified: Finding = { checks: [check('fail')] }
const differs: Finding = { hosts: [hostPlan('mon-c', 'differs')] }
const changed: Finding = { hosts: [hostPlan('mon-d', 'changed')] }
const ok: Finding = {
  hosts: [hostPlan('mon-e', 'ok')],
  checks: [check('warn'), check('skip')],
  problems: [warning('x')],
}

const inOrder: readonly (readonly [Finding, Result, number])[] = [
  [interrupted, 'interrupted', 130],
  [locked, 'locked', 5],
  [refused, 'refused', 1],
  [unreachable, 'failed', 3],
  [rolledBack, 'rolled-back', 3],
  [unverified, 'unverified', 4],
  [differs, 'differs', 2],
  [changed, 'changed', 0],
  [ok, 'ok', 0],
]

function both(one: Finding, other: Finding): Finding {
  const thrown = one.thrown ?? other.thrown
  return {
    hosts: [...(one.hosts ?? []), ...(other.hosts ?? [])],
    checks: [...(one.checks ?? []), ...(other.checks ?? [])],
    problems: [...(one.problems ?? []), ...(other.problems ?? [])],
    interrupted: one.interrupted ?? other.interrupted ?? false,
    ...(thrown === undefined ? {} : { thrown }),
  }
}

describe('cli/exit-code', () => {
  for (const [i, [finding, result, code]] of inOrder.entries()) {
    it(`gives ${code} for ${result}, whatever less there is beside it`, () => {
      assert.equal(resultOf(finding, 0), result)
      assert.equal(exitCode(result), code)
      for (const [less] of inOrder.slice(i + 1)) {
        assert.equal(resultOf(both(finding, less), 0), result)
        assert.equal(resultOf(both(less, finding), 0), result)
      }
    })
  }

  it('calls a host that cannot be locked a failure, although nothing was changed', () => {
    assert.equal(resultOf(hostFailed, 0), 'failed')
  })

  it('calls nothing a refusal once something was changed', () => {
    assert.equal(resultOf(refused, 1), 'failed')
  })

  it('gives 3 where status could not reach a host, and 0 where a program is stopped', () => {
    const row = {
      cell: 'lab',
      host: 'a',
      component: 'prometheus',
      replica: 'a',
      version: '',
      lastChange: null,
      note: '',
    } as const
    assert.equal(resultOf({ status: [{ ...row, health: 'unreachable' }] }, 0), 'failed')
    assert.equal(resultOf({ status: [{ ...row, health: 'stopped' }] }, 0), 'ok')
  })
})
