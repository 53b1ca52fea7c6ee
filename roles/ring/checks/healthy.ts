/** Does a member see exactly the members of the inventory in its ring? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { type Api, type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import type { RingView } from '../answers.ts'
import { ringFaults, strangersIn } from '../ring.ts'

/** `ring.healthy`: exactly these hosts, each active and heard of lately. Two that are away stop all writes. */
export function ringHealthy(
  program: Program,
  ring: Api<RingView>,
  hosts: readonly string[],
): CheckDefinition {
  const { host, component } = program
  const needs = { view: programQuestion(program, ring) }
  return defineCheck('ring.healthy', `${host}/${component}`, needs, ({ view }) => {
    const faults = ringFaults(view, hosts)
    if (faults.length > 0)
      return {
        status: 'fail',
        detail: `${host} sees that ${listFirst(faults)}`,
        remedy: `Look at \`systemctl status ${component}\` there, and whether the hosts reach each other at the ports of the ring.`,
      }
    const others = strangersIn(view, hosts)
    if (others.length > 0)
      return {
        status: 'fail',
        detail: `the ring still has ${listFirst(others)}, which ${others.length === 1 ? 'is no host' : 'are no hosts'} of ${component}`,
        remedy: `If ${others.length === 1 ? 'it is' : 'they are'} gone for good, press \`Forget\` on the page ${ring.path} of ${host}.`,
      }
    return { status: 'pass', detail: `${hosts.length} of ${hosts.length} members are active` }
  })
}
