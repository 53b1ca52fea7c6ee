/** Does a Prometheus send to the Alertmanagers of its cell? */
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import type { Peer } from '../../../src/topology/model.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import type { Links } from '../../../src/verify/checks/facet.ts'

/** `prometheus.alertmanagers`: it sends to every Alertmanager of its cell. */
export function alertmanagers(replica: Program, peers: readonly Peer[]): CheckDefinition {
  const needs = { active: programQuestion(replica, api.alertmanagers) }
  return defineCheck('prometheus.alertmanagers', `${replica.host}/prometheus`, needs, ({ active }) => {
    const missing = notAmong(active, peers)
    const seen = `${peers.length - missing.length} of ${peers.length} Alertmanagers`
    if (missing.length === 0) return { status: 'pass', detail: `sends to ${seen}` }
    return {
      status: 'fail',
      detail: `sends to ${seen}; not to ${listFirst(missing.map(joinHostPort))}`,
      remedy: 'Run apply, so that its config names them all.',
      afterFailure: '',
    }
  })
}

/** After a change it is to send to those that were up before. */
export const sinks: Links = {
  lack: async (get, peers) => {
    const missing = notAmong(await get(api.alertmanagers), peers)
    return missing.length === 0 ? undefined : `does not send to ${listFirst(missing.map(joinHostPort))} yet`
  },
  remedy: host =>
    `See what its page /status and \`journalctl -u prometheus\` on ${host} say of Alertmanagers.`,
}

function notAmong(active: readonly { readonly url: string }[], peers: readonly Peer[]): readonly Peer[] {
  const known = new Set(active.map(({ url }) => authority(url)))
  return peers.filter(peer => !known.has(authority(`http://${joinHostPort(peer)}`)))
}

/** `HOST:PORT` of a URL, so that `http://x:9093/api/v2/alerts` and `http://x:9093` are the same. */
export function authority(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
