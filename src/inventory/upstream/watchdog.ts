/** The Watchdog, an alert that always fires: whether Prometheus sends it, and with which labels. */
import type { YamlMap } from '../model.ts'
import type { GoMatch } from '../value/go-regexp.ts'
import { type Labels, type Relabelled, relabelled } from './relabel.ts'

/** Its labels in the shipped rules, `roles/prometheus/rules/promha.yml`. */
export const watchdogLabels: Labels = { alertname: 'Watchdog', promha: 'watchdog', severity: 'none' }

/** The Watchdog after the relabeling rules, in their order. Prometheus adds the external labels first. */
export function sentWatchdog(external: Labels, rules: readonly YamlMap[], match: GoMatch): Relabelled {
  return relabelled({ ...external, ...watchdogLabels }, rules, match)
}

/** Why it does not reach the Alertmanagers as the Watchdog. Undefined if it does, or if that is not known. */
export function lostWatchdog(sent: Relabelled): string | undefined {
  if (sent === 'unknown') return undefined
  if ('dropped' in sent) return 'alert_relabel_configs drop the Watchdog'
  return sent.labels.promha === watchdogLabels.promha
    ? undefined
    : 'alert_relabel_configs change the label "promha" of the Watchdog'
}
