import { few } from '../../../src/diagnostic/few.ts'
import { data, paths, type RuleGroups } from '../../../src/verify/answers.ts'
import { brief } from '../../../src/verify/text.ts'
import { each, type Program, type Question, question } from '../../../src/verify/view.ts'

/** `prometheus.rules_healthy`: every rule's last evaluation went well. */
export function rulesHealthy(replica: Program): Question {
  const needs = each([replica], paths.rules)
  return question('prometheus.rules_healthy', `${replica.host}/prometheus`, needs, bodies => {
    const { groups } = data<RuleGroups>(bodies[0])
    const rules = groups.flatMap(group => group.rules.map(rule => ({ ...rule, group: group.name })))
    const broken = rules.filter(rule => rule.health === 'err')
    const unknown = rules.filter(rule => rule.health === 'unknown')
    if (broken.length > 0) {
      const named = broken.map(rule => `${rule.group}/${rule.name} (${brief(rule.lastError)})`)
      return {
        status: 'fail',
        detail: `${broken.length} of ${rules.length} rules fail: ${few(named)}`,
        remedy: 'Fix these rules. Each error is what Prometheus said at the last evaluation.',
      }
    }
    if (unknown.length > 0) {
      const named = few(unknown.map(rule => `${rule.group}/${rule.name}`))
      return {
        status: 'warn',
        detail: `${unknown.length} of ${rules.length} rules were not evaluated yet: ${named}`,
        remedy: 'Run verify again after an evaluation interval.',
        // Right after a start this is so for all of them, and soon over.
        settled: false,
      }
    }
    return { status: 'pass', detail: `${rules.length} of ${rules.length} rules evaluate without error` }
  })
}
