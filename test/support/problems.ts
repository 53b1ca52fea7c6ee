/** Problems of which a test needs no more than their words. */
import type { Problem } from '../../src/diagnostic/problem.ts'

type Rest = Partial<Omit<Problem, 'severity' | 'summary'>>

export function error(summary: string, rest: Rest = {}): Problem {
  return { code: 'test.error', severity: 'error', summary, ...rest }
}

export function warning(summary: string, rest: Rest = {}): Problem {
  return { code: 'test.warning', severity: 'warning', summary, ...rest }
}
