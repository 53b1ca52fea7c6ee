/** Warnings about user configs that lose the Watchdog or send it to the default receiver, and about unused receivers. */
import { type Problem, warning } from '../../diagnostic/problem.ts'
import type { GoMatch } from '../../inventory/go-regexp.ts'
import type { Cell, YamlMap } from '../../inventory/model.ts'
import { at, quote } from '../../inventory/place.ts'
import { type Labels, relabelled } from '../../inventory/relabel.ts'
import { namedReceivers, routesOf } from '../../inventory/routes.ts'
import { isMap, mapsIn } from '../../inventory/upstream-values.ts'
import { lostWatchdog, sentWatchdog, watchdogLabels } from '../../inventory/watchdog.ts'

/** Reports a Watchdog that does not reach the Alertmanagers, or that notifies the default receiver again and again. */
export function checkWatchdog(
  { name, prometheus, alertmanager }: Cell,
  problems: Problem[],
  match: GoMatch,
): void {
  if (!prometheus) return
  const own: YamlMap = { action: 'labeldrop', regex: prometheus.replicaLabel }
  const rules = prometheus.alertRelabelConfigs
  const external = { cell: name, ...textsOf(prometheus.externalLabels), [prometheus.replicaLabel]: '' }
  const sent = sentWatchdog(external, [own, ...rules], match)
  const why = lostWatchdog(sent)
  if (why !== undefined) {
    problems.push(
      warning(`${why} of cell ${quote(name)}`, {
        ...at(rules, ruleThatLoses(external, rules, match)),
        detail:
          'The Watchdog is the alert that always fires. Without it, `promha verify` cannot prove that alerts arrive once.',
        remedy: 'If you want that proof, let alerts with the label promha="watchdog" pass unchanged.',
      }),
    )
    return
  }
  const route = alertmanager?.config.route
  if (sent === 'unknown' || !('labels' in sent) || !alertmanager || !isMap(route)) return
  const { receiver } = route
  const taken = routesOf(route, sent.labels, match)
  if (!taken?.includes(route) || typeof receiver !== 'string') return
  if (!notifies(alertmanager.config, receiver)) return
  problems.push(
    warning(`the Watchdog of cell ${quote(name)} goes to the default receiver ${quote(receiver)}`, {
      ...at(route, 'receiver'),
      detail: `It always fires, so this receiver gets a notification every ${String(route.repeat_interval ?? '4h')}.`,
      remedy: `Put a route first under "routes:": { matchers: ['promha="${watchdogLabels.promha}"'], receiver: NAME }. NAME can be a receiver without any config, or the one that watches for it.`,
    }),
  )
}

/** Reports receivers that no route uses. */
export function checkReceivers({ alertmanager }: Cell, problems: Problem[]): void {
  const route = alertmanager?.config.route
  if (!alertmanager || !isMap(route)) return
  const names = new Set(namedReceivers(route))
  for (const receiver of mapsIn(alertmanager.config.receivers)) {
    const { name } = receiver
    if (typeof name !== 'string' || names.has(name)) continue
    problems.push(
      warning(`no route uses the receiver ${quote(name)}`, {
        ...at(receiver, 'name'),
        detail: 'It gets no alert.',
        remedy: 'Name it in a route, or remove it.',
      }),
    )
  }
}

/** Whether a receiver sends notifications: one with only a name discards its alerts. */
function notifies(config: YamlMap, name: string): boolean {
  const receiver = mapsIn(config.receivers).find(one => one.name === name)
  return Object.entries(receiver ?? {}).some(
    ([key, value]) => key !== 'name' && Array.isArray(value) && value.length > 0,
  )
}

/** Index of the first rule that loses the Watchdog. */
function ruleThatLoses(external: Labels, rules: readonly YamlMap[], match: GoMatch): number {
  let sent = sentWatchdog(external, [], match)
  const found = rules.findIndex(rule => {
    if (sent === 'unknown' || !('labels' in sent)) return false
    sent = relabelled(sent.labels, [rule], match)
    return lostWatchdog(sent) !== undefined
  })
  return Math.max(0, found)
}

function textsOf(labels: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]))
}
