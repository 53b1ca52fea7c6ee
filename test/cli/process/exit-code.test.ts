import assert from 'node:assert/strict'
import { type CommandFinding, exitCode, resultOf } from '../../../src/cli/process/exit-code.ts'
import type { Result } from '../../../src/report/outcome.ts'
import { check, hostPlan } from '../../report/sample.ts'
import { error, warning } from '../../support/problems.ts'

const interrupted: CommandFinding = { interrupted: true }
const locked: CommandFinding = { thrown: 'locked', problems: [error('mon-a is locked')] }
const hostFailed: CommandFinding = { thrown: 'failed', problems: [error('mon-a cannot be locked')] }
const refused: CommandFinding = { problems: [error('unknown key')] }
const unreachable: CommandFinding = { hosts: [hostPlan('mon-a', 'unreachable')] }
const rolledBack: CommandFinding = { hosts: [hostPlan('mon-b', 'rolled-back')] }
const unverified: CommandFinding = { checks: [check('fail')] }
const differs: CommandFinding = { hosts: [hostPlan('mon-c', 'differs')] }
const changed: CommandFinding = { hosts: [hostPlan('mon-d', 'changed')] }
const ok: CommandFinding = {
  hosts: [hostPlan('mon-e', 'ok')],
  checks: [check('warn'), check('skip')],
  problems: [warning('x')],
}

const inOrder: readonly (readonly [CommandFinding, Result, number])[] = [
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

function both(one: CommandFinding, other: CommandFinding): CommandFinding {
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
