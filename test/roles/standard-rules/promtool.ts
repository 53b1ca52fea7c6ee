/** What is expected of the standard alerts, as tests for promtool. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'

/** Metric, with its labels besides job and instance → values of one minute each, as promtool writes them. */
type Series = Readonly<Record<string, string>>

type Severity = 'info' | 'warning' | 'critical'

export interface AlertCase {
  readonly alert: string
  readonly severity: Severity
  /** With these it fires. */
  readonly fires: Series
  /** The first minute in which its condition is true; absent: 0. */
  readonly since?: number
  /** Labels of the alert besides job, instance and its own. */
  readonly labels?: Readonly<Record<string, string>>
  /** The summary; where another severity of the alert fires as well, that of each. */
  readonly summary: string | Readonly<Partial<Record<Severity, string>>>
  /** With none of these it is even pending: at the threshold, or with one condition of several not met. */
  readonly quiet: readonly [Series, ...Series[]]
}

export interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** @param file relative to `roles/` */
export function rulesIn(file: string): readonly Rule[] {
  return parse(textOf(file)).groups.flatMap(({ rules }: { rules: readonly Rule[] }) => rules)
}

export function textOf(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../roles/${file}`, import.meta.url)), 'utf8')
}

const instance = 'host:1'

/**
 * A file for `promtool test rules`.
 * @param file the rules, relative to `roles/`
 * @param path where promtool finds them
 */
export function promtoolTests(file: string, path: string, job: string, cases: readonly AlertCase[]): string {
  const rules = rulesIn(file)
  const tests = cases.flatMap(one => testsOf(one, rules, job))
  return stringify({ rule_files: [path], evaluation_interval: '1m', tests })
}

function testsOf(one: AlertCase, rules: readonly Rule[], job: string): readonly unknown[] {
  const { alert, severity, fires, quiet, since = 0, labels = {}, summary } = one
  const ruleOf = (wanted: string) => {
    const found = rules.find(rule => rule.alert === alert && rule.labels.severity === wanted)
    if (!found) throw new RangeError(`there is no alert ${alert} of severity ${wanted}`)
    return found
  }
  const at = since + minutes(ruleOf(severity).for)
  const summaries = typeof summary === 'string' ? { [severity]: summary } : summary
  const input = (series: Series, of = instance, cell?: string) =>
    Object.entries(series).map(([metric, values]) => ({
      series: withLabels(metric, { job, instance: of, ...(cell ? { cell } : {}) }),
      values,
    }))
  const none = (minute: number, state = '') => ({
    expr: `ALERTS{alertname="${alert}", severity="${severity}"${state}}`,
    eval_time: `${minute}m`,
    exp_samples: [],
  })
  return [
    {
      name: `${alert} ${severity}: fires`,
      interval: '1m',
      input_series: input(fires),
      ...(at > since ? { promql_expr_test: [none(at - 1, ', alertstate="firing"')] } : {}),
      alert_rule_test: [
        {
          alertname: alert,
          eval_time: `${at}m`,
          exp_alerts: Object.entries(summaries).map(([of, text]) => ({
            exp_labels: { ...labels, job, instance, promha: 'standard', severity: of },
            exp_annotations: { summary: text, description: ruleOf(of).annotations.description },
          })),
        },
      ],
    },
    {
      name: `${alert} ${severity}: quiet`,
      interval: '1m',
      input_series: [
        ...quiet.flatMap((series, index) => input(series, `quiet:${index}`)),
        // The same of another cell.
        ...input(fires, instance, 'other'),
      ],
      promql_expr_test: [none(at)],
    },
  ]
}

function withLabels(metric: string, labels: Readonly<Record<string, string>>): string {
  const [name = '', own = ''] = metric.split(/[{}]/)
  const all = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return `${name}{${[...(own === '' ? [] : [own]), ...all].join(', ')}}`
}

function minutes(text = '0m'): number {
  const [, count = '0', unit] = /^(\d+)([mh])$/.exec(text) ?? []
  return Number(count) * (unit === 'h' ? 60 : 1)
}
