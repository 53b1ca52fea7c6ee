/** Is the alert that always fires one alert everywhere, though every replica sends it? */

import { few } from '../../../src/diagnostic/few.ts'
import { joinHostPort } from '../../../src/inventory/endpoint.ts'
import { goMatcher } from '../../../src/inventory/go-regexp.ts'
import { lostWatchdog, sentWatchdog } from '../../../src/inventory/watchdog.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import { type Alert, data, paths, type RuleGroups, type Series } from '../../../src/verify/answers.ts'
import {
  each,
  heard,
  isVerdict,
  type NamedProgram,
  type Need,
  type Program,
  type Question,
  type Verdict,
  type View,
} from '../../../src/verify/view.ts'
import { authority } from './alertmanagers.ts'
import { deliveries, deliveriesPath } from './deliveries.ts'

/**
 * `alert.deduplicated`. Proven from both ends: each replica has the Watchdog firing and its notifier has delivered to
 * each Alertmanager within the last minutes; each Alertmanager holds it once, with the same fingerprint.
 */
export function deduplicated(
  cell: CellTopology,
  replicas: readonly NamedProgram[],
  peers: readonly Program[],
): Question {
  const lost = lostWatchdog(sentWatchdog(cell.externalLabels, cell.alertRelabelConfigs, goMatcher()))
  if (lost !== undefined) return notSent(cell, lost)
  const held = each(peers, paths.watchdogs)
  const rules = each(replicas, paths.rules)
  const counted = replicas.flatMap(replica => each([replica], deliveriesPath(replica.instance)))
  const live = each(replicas, paths.metrics)
  const needs = [...held, ...rules, ...counted]
  const unproven = (view: View, index: number, current?: string): readonly string[] => {
    const series = heard(view, counted.slice(index, index + 1))
    if (isVerdict(series)) return []
    const { result } = data<{ result: readonly Series[] }>(series.bodies[0])
    const delivered = deliveries(result, current)
    return cell.peers
      .map(peer => joinHostPort(peer))
      .filter(to => (delivered.get(authority(`http://${to}`)) ?? 0) <= 0)
  }
  // The counters as they stand are a hundred times larger than those few series, so they are read only where needed.
  const more = (view: View): readonly Need[] => live.filter((_, index) => unproven(view, index).length > 0)

  return {
    id: 'alert.deduplicated',
    target: cell.name,
    needs,
    more,
    judge(view) {
      const answers = heard(view, [...needs, ...more(view)])
      if (isVerdict(answers)) return answers
      const watchdogs = answers.bodies
        .slice(0, held.length)
        .map(body => stillSent(ofCell(body as readonly Alert[], cell.name)))
      const wrong = [
        ...replicas.flatMap(({ name }, index) =>
          fires(answers.bodies[held.length + index]) ? [] : [`it does not fire on ${name} yet`],
        ),
        ...watchdogs.flatMap((alerts, index) => notOne(alerts, peers[index]?.host ?? '')),
      ]
      const fingerprints = new Set(watchdogs.map(alerts => alerts[0]?.fingerprint))
      if (wrong.length === 0 && fingerprints.size > 1) wrong.push('the Alertmanagers hold different alerts')
      const current = more(view)
      for (const [index, { name }] of replicas.entries()) {
        const need = live[index]
        if (!need || !current.includes(need)) continue
        const reply = view(need)
        const left = unproven(view, index, reply.kind === 'answer' ? String(reply.body) : undefined)
        if (left.length > 0) wrong.push(`${name} has delivered nothing to ${few(left)} in five minutes`)
      }
      if (wrong.length > 0)
        return failed(
          wrong,
          watchdogs.some(alerts => alerts.length > 1),
        )
      const by = replicas.map(({ name }) => name).join(' and ')
      return {
        status: 'pass',
        detail: `one alert on ${peers.length} of ${peers.length} Alertmanagers (${watchdogs[0]?.[0]?.fingerprint}), delivered to each by ${by}`,
      }
    },
  }
}

/** The user's own rules drop or change the alert, so waiting for it is useless. */
function notSent(cell: CellTopology, lost: string): Question {
  return {
    id: 'alert.deduplicated',
    target: cell.name,
    needs: [],
    judge: () => ({
      status: 'warn',
      detail: `${lost}, so promha cannot check whether each alert arrives once`,
      remedy:
        'If you want this proof, let alerts with the label promha="watchdog" pass alert_relabel_configs unchanged.',
    }),
  }
}

function failed(wrong: readonly string[], twice: boolean): Verdict {
  return {
    status: 'fail',
    detail: `the Watchdog: ${wrong.join('; ')}`,
    remedy: twice
      ? 'If external_labels were changed a moment ago, run verify again in two minutes: Alertmanager still keeps the old alert. ' +
        'Otherwise use alert_relabel_configs to make the labels of both replicas equal. promha drops the replica label itself.'
      : 'Run verify again in a minute, since an alert is sent anew every minute; if it stays, look at the logs of both programs.',
  }
}

/** Alertmanagers may be shared, so another cell's Watchdog is none of this one's. */
function ofCell(alerts: readonly Alert[], cell: string): readonly Alert[] {
  return alerts.filter(({ labels }) => labels.promha === 'watchdog' && (labels.cell ?? cell) === cell)
}

/** Seconds; an alert that fires is sent anew every minute. */
const resent = 75

/** Without what is not sent any more, as after a change of external labels: an Alertmanager keeps it for some minutes. */
function stillSent(alerts: readonly Alert[]): readonly Alert[] {
  const times = alerts.map(({ updatedAt = '' }) => Date.parse(updatedAt) / 1000)
  const newest = times.reduce((so, time) => Math.max(so, time), Number.NEGATIVE_INFINITY)
  return alerts.filter((_, index) => !((times[index] ?? newest) < newest - resent))
}

function fires(body: unknown): boolean {
  return data<RuleGroups>(body).groups.some(({ rules }) =>
    rules.some(rule => rule.labels?.promha === 'watchdog' && rule.state === 'firing'),
  )
}

function notOne(alerts: readonly Alert[], host: string): readonly string[] {
  if (alerts.length === 1) return []
  if (alerts.length === 0) return [`${host} has not got it`]
  const names = new Set(alerts.flatMap(({ labels }) => Object.keys(labels)))
  const differing = [...names].filter(name => new Set(alerts.map(({ labels }) => labels[name])).size > 1)
  return [`${host} holds ${alerts.length} of it, which differ in ${few(differing)}`]
}
