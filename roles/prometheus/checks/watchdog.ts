/** Is the alert that always fires one alert everywhere, though every replica sends it? */
import { grouped } from '../../../src/diagnostic/grouped.ts'
import { listFirst } from '../../../src/diagnostic/list-first.ts'
import { lostWatchdog, sentWatchdog } from '../../../src/inventory/upstream/watchdog.ts'
import { joinHostPort } from '../../../src/inventory/value/endpoint.ts'
import { goMatcher } from '../../../src/inventory/value/go-regexp.ts'
import type { CellTopology } from '../../../src/topology/model.ts'
import { type Alert, api, type RuleGroups } from '../../../src/verify/answer/answers.ts'
import type { CheckDefinition, View } from '../../../src/verify/answer/view.ts'
import { answerTo, defineCheck, heard, isVerdict } from '../../../src/verify/answer/view.ts'
import { each, type NamedProgram, type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import { authority } from './alertmanagers.ts'
import { counted, deliveries } from './deliveries.ts'

/** `alert.deduplicated`: each replica has delivered its Watchdog of late, and each Alertmanager holds it once, the same. */
export function deduplicated(
  cell: CellTopology,
  replicas: readonly NamedProgram[],
  peers: readonly Program[],
): CheckDefinition {
  const lost = lostWatchdog(sentWatchdog(cell.externalLabels, cell.alertRelabelConfigs, goMatcher()))
  // The user's own rules drop or change the alert, so waiting for it is useless.
  if (lost !== undefined)
    return defineCheck('alert.deduplicated', cell.name, {}, () => ({
      status: 'warn',
      detail: `${lost}, so promha cannot check whether each alert arrives once`,
      remedy:
        'If you want this proof, let alerts with the label promha="watchdog" pass alert_relabel_configs unchanged.',
    }))
  const needs = { held: each(peers, api.watchdogs), rules: each(replicas, api.rules) }
  const senders = replicas.map(replica => ({
    name: replica.name,
    scraped: programQuestion(replica, counted(replica.instance)),
    live: programQuestion(replica, api.metrics),
  }))
  type Sender = (typeof senders)[number]
  const unproven = (view: View, { scraped }: Sender, current?: string): readonly string[] => {
    const series = answerTo(view, scraped)
    if (series === undefined) return []
    const delivered = deliveries(series, current)
    return cell.peers.map(joinHostPort).filter(to => (delivered.get(authority(`http://${to}`)) ?? 0) <= 0)
  }
  // The counters as they stand are a hundred times larger than those few series, so they are read only where needed.
  const inDoubt = (view: View) => senders.filter(sender => unproven(view, sender).length > 0)

  return {
    id: 'alert.deduplicated',
    target: cell.name,
    needs: [...needs.held, ...needs.rules, ...senders.map(({ scraped }) => scraped)],
    more: view => inDoubt(view).map(({ live }) => live),
    judge(view) {
      const doubted = inDoubt(view)
      const found = heard(view, {
        ...needs,
        scraped: senders.map(({ scraped }) => scraped),
        live: doubted.map(({ live }) => live),
      })
      if (isVerdict(found)) return found
      const { held, rules } = found.answers
      const watchdogs = held.map(({ program: { host }, answer }) => ({
        host,
        alerts: stillSent(ofCell(answer, cell.name)),
      }))
      const wrong = [
        ...rules.flatMap(({ program: { name }, answer }) =>
          fires(answer) ? [] : [`it does not fire on ${name} yet`],
        ),
        ...watchdogs.flatMap(({ host, alerts }) => notOne(alerts, host)),
      ]
      const fingerprints = new Set(watchdogs.map(({ alerts }) => alerts[0]?.fingerprint))
      if (wrong.length === 0 && fingerprints.size > 1) wrong.push('the Alertmanagers hold different alerts')
      for (const sender of doubted) {
        const left = unproven(view, sender, answerTo(view, sender.live))
        if (left.length > 0)
          wrong.push(`${sender.name} has delivered nothing to ${listFirst(left)} in five minutes`)
      }
      if (wrong.length > 0)
        return {
          status: 'fail',
          detail: `the Watchdog: ${wrong.join('; ')}`,
          remedy: watchdogs.some(({ alerts }) => alerts.length > 1) ? twice(replicas.length) : late,
        }
      const by = replicas.map(({ name }) => name).join(' and ')
      return {
        status: 'pass',
        detail: `one alert on ${peers.length} of ${peers.length} Alertmanagers (${[...fingerprints][0]}), delivered to each by ${by}`,
      }
    },
  }
}

const late =
  'Run verify again in a minute, because an alert is sent again every minute; if it stays, look at the logs of both programs.'

function twice(replicas: number): string {
  const kept =
    'If external_labels were changed a moment ago, run verify again in two minutes: Alertmanager still keeps the old alert.'
  if (replicas === 1) return kept
  return `${kept} Otherwise use alert_relabel_configs to make the labels of all replicas equal. promha drops the replica label itself.`
}

/** Alertmanagers may be shared, so another cell's Watchdog is none of this one's. */
function ofCell(alerts: readonly Alert[], cell: string): readonly Alert[] {
  return alerts.filter(({ labels }) => labels.promha === 'watchdog' && (labels.cell ?? cell) === cell)
}

/** Seconds; an alert that fires is sent again every minute. */
const resent = 75

/** Without what is not sent any more, as after a change of external labels: an Alertmanager keeps it for some minutes. */
function stillSent(alerts: readonly Alert[]): readonly Alert[] {
  const times = alerts.map(({ updatedAt = '' }) => Date.parse(updatedAt) / 1000)
  const newest = times.reduce((so, time) => Math.max(so, time), Number.NEGATIVE_INFINITY)
  return alerts.filter((_, index) => !((times[index] ?? newest) < newest - resent))
}

function fires(groups: RuleGroups): boolean {
  return groups.some(({ rules }) =>
    rules.some(rule => rule.labels?.promha === 'watchdog' && rule.state === 'firing'),
  )
}

function notOne(alerts: readonly Alert[], host: string): readonly string[] {
  if (alerts.length === 1) return []
  if (alerts.length === 0) return [`${host} has not got it`]
  const values = grouped(
    alerts.flatMap(({ labels }) => Object.entries(labels)),
    ([name]) => name,
  )
  const differing = [...values].flatMap(([name, all]) =>
    all.length < alerts.length || new Set(all.map(([, value]) => value)).size > 1 ? [name] : [],
  )
  return [`${host} holds ${alerts.length} of it, which differ in ${listFirst(differing)}`]
}
