/** Does a Prometheus send to the Alertmanagers of its cell? */
import { few } from '../../../src/diagnostic/few.ts'
import { joinHostPort } from '../../../src/inventory/endpoint.ts'
import type { Peer } from '../../../src/topology/model.ts'
import { data, paths, readAnswer } from '../../../src/verify/answers.ts'
import type { Links } from '../../../src/verify/facet.ts'
import { each, type Program, type Question, question } from '../../../src/verify/view.ts'

/** `prometheus.alertmanagers`: it sends to every Alertmanager of its cell. */
export function alertmanagers(replica: Program, peers: readonly Peer[]): Question {
  const needs = each([replica], paths.alertmanagers)
  return question('prometheus.alertmanagers', `${replica.host}/prometheus`, needs, bodies => {
    const missing = notAmong(bodies[0], peers)
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

/** After a change it is to send to those that were up before. */
export const sinks: Links = {
  lack: async (get, peers) => {
    const missing = notAmong(readAnswer(paths.alertmanagers, await get(paths.alertmanagers)), peers)
    return missing.length === 0 ? undefined : `does not send to ${few(missing.map(joinHostPort))} yet`
  },
  remedy: host => `see what its page /status and journalctl -u prometheus on ${host} say of Alertmanagers`,
}

/** Those of the peers that it does not send to, by its answer to `paths.alertmanagers`. */
function notAmong(body: unknown, peers: readonly Peer[]): readonly Peer[] {
  const { activeAlertmanagers } = data<{ activeAlertmanagers: readonly { url: string }[] }>(body)
  const active = new Set(activeAlertmanagers.map(({ url }) => authority(url)))
  return peers.filter(peer => !active.has(authority(`http://${joinHostPort(peer)}`)))
}

/** `HOST:PORT` of a URL, so that `http://x:9093/api/v2/alerts` and `http://x:9093` are the same. */
export function authority(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
