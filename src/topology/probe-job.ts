/** The scrape job by which a program of promha's probes other machines. */
import type { Job } from './model.ts'

interface Probed {
  readonly name: string
  /** Of the prober, with its path prefix. */
  readonly path: string
  /** `ADDRESS:PORT` of the prober. */
  readonly prober: string
  /** Besides the target: they are labels too, by which probes are told apart whatever their job is called. */
  readonly parameters: Readonly<Record<string, string>>
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** Upstream durations; absent: the global ones. */
  readonly interval?: string
  readonly timeout?: string
}

/** Prometheus asks the prober, and each target is a parameter of the question. */
export function probeJob({
  name,
  path,
  prober,
  parameters,
  targets,
  labels,
  interval,
  timeout,
}: Probed): Job {
  return {
    name,
    metricsPath: path,
    params: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, [value]])),
    ...(interval === undefined ? {} : { interval }),
    ...(timeout === undefined ? {} : { timeout }),
    relabelConfigs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { target_label: '__address__', replacement: prober },
    ],
    targets: targets.map(target => ({
      address: target,
      instance: target,
      labels: { ...parameters, ...labels },
    })),
  }
}

/** `NAME`, then `NAME-2` and so on, so that a probe that is added at the end renames none. */
export function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`
}
