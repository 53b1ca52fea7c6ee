/** What one Prometheus says of itself. */

import { few } from '../../diagnostic/few.ts'
import { joinHostPort } from '../../inventory/endpoint.ts'
import type { Peer } from '../../topology/model.ts'
import { data, paths, type RuleGroups } from '../answers.ts'
import { brief } from '../text.ts'
import { each, type Program, type Question, question } from '../view.ts'

/** `prometheus.ready`, `alertmanager.ready` */
export function ready(program: Program): Question {
  const { host, component } = program
  return question(`${component}.ready`, `${host}/${component}`, each([program], paths.ready), () => ({
    status: 'pass',
    detail: 'ready',
  }))
}

/** `prometheus.alertmanagers`: it sends to every Alertmanager of its cell. */
export function alertmanagers(replica: Program, peers: readonly Peer[]): Question {
  const needs = each([replica], paths.alertmanagers)
  return question('prometheus.alertmanagers', `${replica.host}/prometheus`, needs, bodies => {
    const { activeAlertmanagers } = data<{ activeAlertmanagers: readonly { url: string }[] }>(bodies[0])
    const active = new Set(activeAlertmanagers.map(({ url }) => authority(url)))
    const missing = peers.filter(peer => !active.has(authority(`http://${joinHostPort(peer)}`)))
    const seen = `${peers.length - missing.length} of ${peers.length} Alertmanagers`
    if (missing.length === 0) return { status: 'pass', detail: `sends to ${seen}` }
    return {
      status: 'fail',
      detail: `sends to ${seen}; not to ${few(missing.map(joinHostPort))}`,
      remedy: 'Run apply, so that its config names them all.',
      afterFailure: '',
    }
  })
}

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

/** `HOST:PORT` of a URL, so that `http://x:9093/api/v2/alerts` and `http://x:9093` are the same. */
export function authority(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
