/** What a drift run leaves for node_exporter's textfile collector, in Prometheus' text format. */
import { visibleLine } from '../../diagnostic/visible.ts'
import type { HostOutcome } from '../../engine/api.ts'
import { countChanges } from '../outcome.ts'

export interface DriftRun {
  /** Absolute path, as the `inventory` label has it. */
  readonly inventory: string
  /** Seconds since the epoch at its end. */
  readonly ended: number
  /** Seconds. */
  readonly duration: number
  /** Every host was looked at, and where it was to repair, nothing failed. Differences are no failure. */
  readonly succeeded: boolean
  /** Of the run before; 0 where there was none. */
  readonly lastSuccess: number
  /** Those of the selection, as far as it is known. */
  readonly hosts: readonly HostOutcome[]
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

const lastSuccess = 'When the last drift run ended that succeeded; 0 before the first.'
const success = 'Whether the last drift run looked at every host and no repair failed.'

/** A complete file. A host that could not be looked at, or where a repair failed, has no number. */
export function driftMetrics(run: DriftRun): string {
  const own = { inventory: run.inventory }
  const by = (status: HostOutcome['status']): readonly Sample[] =>
    run.hosts
      .filter(host => ['ok', 'differs', 'changed'].includes(host.status))
      .map(host => [{ ...own, host: host.host }, host.status === status ? countChanges([host]) : 0])
  return [
    family('last_run_timestamp_seconds', 'When the last drift run ended.', [[own, run.ended]]),
    family('last_success_timestamp_seconds', lastSuccess, [
      [own, run.succeeded ? run.ended : run.lastSuccess],
    ]),
    family('success', success, [[own, Number(run.succeeded)]]),
    family('duration_seconds', 'How long the last drift run took.', [[own, run.duration]]),
    family('differences', 'Differences that the last drift run found and left.', by('differs')),
    family('repairs', 'Differences that the last drift run put right.', by('changed')),
  ].join('')
}

/** The time of the last success from a file that {@link driftMetrics} wrote; 0 where it has none. */
export function lastSuccessIn(text: string): number {
  const value = /^promha_drift_last_success_timestamp_seconds\{.* (\S+)$/m.exec(text)?.[1]
  const time = Number(value ?? 0)
  return Number.isFinite(time) ? time : 0
}

function family(name: string, help: string, samples: readonly Sample[]): string {
  const full = `promha_drift_${name}`
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    return `${full}{${pairs.join(',')}} ${value}`
  })
  return [`# HELP ${full} ${help}`, `# TYPE ${full} gauge`, ...lines, ''].join('\n')
}

/** As the text format asks for it; invisible characters are shown as escapes, as everywhere. */
function escaped(value: string): string {
  return visibleLine(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')
}
