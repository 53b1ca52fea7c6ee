/** Is a program of Thanos ready, and has the compactor not given up? */
import { api } from '../../../src/verify/answer/answers.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import { isHalted } from '../answers.ts'

/** `storage.ready`: it answers that it is ready, and a compactor has not halted. */
export function thanosReady(program: Program): CheckDefinition {
  const { host, component } = program
  const needs = { ready: programQuestion(program, api.ready), metrics: programQuestion(program, api.metrics) }
  return defineCheck('storage.ready', `${host}/${component}`, needs, ({ metrics }) => {
    if (!isHalted(metrics)) return { status: 'pass', detail: 'ready' }
    return {
      status: 'fail',
      detail: 'it has halted: it compacts and deletes nothing any more, though it says that it is ready',
      remedy: `Read \`journalctl -u ${component}\` on ${host} for the block that it stopped at, mend that block, then run \`systemctl restart ${component}\` there.`,
    }
  })
}

/** What keeps it from its work, for its line of `status`; empty if nothing does. */
export function haltedOf(metrics: string | undefined): string {
  return metrics !== undefined && isHalted(metrics) ? 'halted' : ''
}
