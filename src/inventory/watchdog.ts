/** The alert that always fires, as Prometheus sends it: whether it leaves, and with which labels. */
import type { GoMatch } from './go-regexp.ts'
import type { YamlMap } from './model.ts'
import { type Labels, type Relabelled, relabelled } from './relabel.ts'

/** As the shipped rules have it: `roles/prometheus/rules/promha.yml`. */
export const watchdogLabels: Labels = { alertname: 'Watchdog', promha: 'watchdog', severity: 'none' }

/**
 * What the rules make of it.
 * @param external labels of the Prometheus, which it adds first
 * @param rules in the order in which Prometheus applies them
 */
export function sentWatchdog(external: Labels, rules: readonly YamlMap[], match: GoMatch): Relabelled {
  return relabelled({ ...external, ...watchdogLabels }, rules, match)
}

/** Why the Alertmanagers cannot know it, or undefined if they can, as far as that can be told. */
export function lostWatchdog(sent: Relabelled): string | undefined {
  if (sent === 'unknown') return undefined
  if ('dropped' in sent) return 'alert_relabel_configs drop the Watchdog'
  return sent.labels.promha === watchdogLabels.promha
    ? undefined
    : 'alert_relabel_configs change the label "promha" of the Watchdog'
}
