/** The scrape jobs by which a program of promha's probes other machines. */
import type { Probe } from '../inventory/model.ts'
import type { Job } from './model.ts'

/** What follows an exporter's key in the names of its probes' jobs. The rule files of exporters have the same text. */
export const probeSuffix = '-probe(-[0-9]+)?'

interface AskedProber {
  /** Of the first job; then `NAME-2` and so on, so that a probe that is added at the end renames none. */
  readonly name: string
  /** With its path prefix. */
  readonly path: string
  /** `ADDRESS:PORT` */
  readonly address: string
}

/** Prometheus asks the prober, and each target is a parameter of the question. */
export function jobsOfProbes(probes: readonly Probe[], { name, path, address }: AskedProber): readonly Job[] {
  return probes.map(({ parameters, targets, labels, ...times }, index) => ({
    name: index === 0 ? name : `${name}-${index + 1}`,
    metricsPath: path,
    params: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, [value]])),
    ...times,
    relabelConfigs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { target_label: '__address__', replacement: address },
    ],
    // The parameters are labels too, by which probes are told apart whatever their job is called.
    targets: targets.map(target => ({
      address: target,
      instance: target,
      labels: { ...parameters, ...labels },
    })),
  }))
}
