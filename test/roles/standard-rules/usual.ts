/** The alerts that most exporters have. */
import type { AlertCase } from './promtool.ts'

export const answers = (alert: string, job: string): AlertCase => ({
  ...{ alert, severity: 'warning' },
  fires: { up: '0x60' },
  summary: `host:1: the exporter of job ${job} does not answer`,
  quiet: [{ up: '1x60' }],
})

export const down = (alert: string, metric: string, what: string): AlertCase => ({
  ...{ alert, severity: 'critical' },
  fires: { [metric]: '0x60' },
  summary: `host:1: ${what} is down`,
  quiet: [{ [metric]: '1x60' }],
})
