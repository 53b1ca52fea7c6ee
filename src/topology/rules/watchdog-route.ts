/** Warnings about user configs that lose the Watchdog or send it to the default receiver, and about unused receivers. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, YamlMap } from '../../inventory/model.ts'
import { at } from '../../inventory/text/place.ts'
import { type Labels, relabelled } from '../../inventory/upstream/relabel.ts'
import { namedReceivers, routesOf } from '../../inventory/upstream/routes.ts'
import { isYamlMap, mapsIn } from '../../inventory/upstream/upstream-values.ts'
import { lostWatchdog, sentWatchdog, watchdogLabels } from '../../inventory/upstream/watchdog.ts'
import type { GoMatch } from '../../inventory/value/go-regexp.ts'
import { topologyProblem } from '../messages.ts'

/** Reports a Watchdog that does not reach the Alertmanagers, or that notifies the default receiver again and again. */
export function checkWatchdog(
  { name, prometheus, alertmanager }: Cell,
  problems: Problem[],
  match: GoMatch,
): void {
  if (!prometheus) return
  const own: YamlMap = { action: 'labeldrop', regex: prometheus.replicaLabel }
  const rules = prometheus.alertRelabelConfigs
  const external = { cell: name, ...prometheus.externalLabels, [prometheus.replicaLabel]: '' }
  const sent = sentWatchdog(external, [own, ...rules], match)
  const why = lostWatchdog(sent)
  if (why !== undefined) {
    problems.push(topologyProblem.watchdogLost(at(rules, ruleThatLoses(external, rules, match)), why, name))
    return
  }
  const route = alertmanager?.config.route
  if (sent === 'unknown' || !('labels' in sent) || !alertmanager || !isYamlMap(route)) return
  const { receiver } = route
  const taken = routesOf(route, sent.labels, match)
  if (!taken?.includes(route) || typeof receiver !== 'string') return
  if (!notifies(alertmanager.config, receiver)) return
  const every = String(route.repeat_interval ?? '4h')
  const the = { cell: name, receiver, every, label: watchdogLabels.promha ?? '' }
  problems.push(topologyProblem.watchdogToDefault(at(route, 'receiver'), the))
}

/** Reports receivers that no route uses. */
export function checkReceivers({ alertmanager }: Cell, problems: Problem[]): void {
  const route = alertmanager?.config.route
  if (!alertmanager || !isYamlMap(route)) return
  const names = new Set(namedReceivers(route))
  for (const receiver of mapsIn(alertmanager.config.receivers)) {
    const { name } = receiver
    if (typeof name !== 'string' || names.has(name)) continue
    problems.push(topologyProblem.receiverUnused(at(receiver, 'name'), name))
  }
}

/** Whether a receiver sends notifications: one with only a name discards its alerts. */
function notifies(config: YamlMap, name: string): boolean {
  const receiver = mapsIn(config.receivers).find(one => one.name === name)
  return Object.entries(receiver ?? {}).some(
    ([key, value]) => key !== 'name' && Array.isArray(value) && value.length > 0,
  )
}

function ruleThatLoses(external: Labels, rules: readonly YamlMap[], match: GoMatch): number {
  let sent = sentWatchdog(external, [], match)
  const found = rules.findIndex(rule => {
    if (sent === 'unknown' || !('labels' in sent)) return false
    sent = relabelled(sent.labels, [rule], match)
    return lostWatchdog(sent) !== undefined
  })
  return Math.max(0, found)
}
