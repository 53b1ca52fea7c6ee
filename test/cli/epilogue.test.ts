import assert from 'node:assert/strict'
import { exitCodes } from '../../src/cli/epilogue.ts'
import { exitCode } from '../../src/cli/process/exit-code.ts'
import type { Result } from '../../src/report/outcome.ts'

/** In the order in which they count. */
const results: readonly Result[] = [
  'interrupted',
  'locked',
  'refused',
  'failed',
  'rolled-back',
  'unverified',
  'differs',
  'changed',
  'ok',
]

describe('exit codes of --help', () => {
  it('are those that promha ends with, in the order in which they count', () =>
    assert.deepEqual(
      exitCodes.map(([code]) => Number(code)),
      [...new Set(results.map(exitCode))],
    ))
})
