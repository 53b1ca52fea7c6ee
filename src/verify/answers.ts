/** The programs' HTTP APIs, as far as they are read here. Tried with Prometheus 2.42 and 3.5, Alertmanager 0.25 and 0.33. */
import { parseJson } from './json.ts'
import { labels, list, number, optional, type Reader, record, sampleAt, text, truth } from './shape.ts'

export const paths = {
  ready: '/-/ready',
  healthy: '/-/healthy',
  config: '/api/v1/status/config',
  runtime: '/api/v1/status/runtimeinfo',
  build: '/api/v1/status/buildinfo',
  walReplay: '/api/v1/status/walreplay',
  targets: '/api/v1/targets?state=active',
  alertmanagers: '/api/v1/alertmanagers',
  rules: '/api/v1/rules',
  metrics: '/metrics',
  status: '/api/v2/status',
  gateway: '/api/v1/status',
  watchdogs: `/api/v2/alerts?filter=${encodeURIComponent('promha="watchdog"')}`,
} as const

/** Every JSON answer of Prometheus. */
interface Data<T> {
  readonly data: T
}

export interface RuntimeInfo {
  readonly reloadConfigSuccess: boolean
  /** RFC 3339, whole seconds. */
  readonly lastConfigTime: string
}

export interface Target {
  /** Before relabelling. */
  readonly discoveredLabels: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly scrapePool: string
  readonly scrapeUrl: string
  readonly lastError: string
  readonly health: 'up' | 'down' | 'unknown'
  /** RFC 3339: when it was begun, by the clock of Prometheus' host. */
  readonly lastScrape?: string
  /** Seconds. */
  readonly lastScrapeDuration?: number
  /** A duration as Prometheus writes it. */
  readonly scrapeInterval?: string
  /** Added here after a change: last scraped before it, and too rarely to be awaited. */
  readonly older?: boolean
  /** Added here after a change: scraped since, with an outcome that time does not change. */
  readonly lasting?: boolean
}

export interface RuleGroups {
  readonly groups: readonly {
    readonly name: string
    readonly rules: readonly {
      readonly name: string
      readonly type: 'alerting' | 'recording'
      readonly health: 'ok' | 'unknown' | 'err'
      readonly lastError?: string
      readonly state?: 'inactive' | 'pending' | 'firing'
      readonly labels?: Readonly<Record<string, string>>
    }[]
  }[]
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>
  /** Seconds since the epoch and the value. */
  readonly values: readonly (readonly [number, string])[]
}

/** An instant query's answer. */
export interface Vector {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>
    /** Seconds since the epoch and the value. */
    readonly value: readonly [number, string]
  }[]
}

export interface AlertmanagerStatus {
  readonly cluster: {
    readonly name?: string
    readonly status: 'ready' | 'settling' | 'disabled'
    readonly peers?: readonly { readonly name: string; readonly address: string }[]
  }
  readonly config: { readonly original: string }
  /** When it started. */
  readonly uptime: string
  readonly versionInfo: { readonly version: string }
}

/** What a Pushgateway says of itself. */
export interface GatewayStatus {
  readonly build_information: { readonly version: string }
  /** RFC 3339 with fractions of a second. */
  readonly start_time: string
}

export interface Alert {
  readonly fingerprint: string
  readonly labels: Readonly<Record<string, string>>
  /** RFC 3339: when it was last sent by a replica. */
  readonly updatedAt?: string
}

/** The `data` of a JSON answer of Prometheus, as {@link readAnswer} has read it. */
export function data<T>(body: unknown): T {
  return (body as Data<T>).data
}

const answered = <T>(of: Reader<T>) => record({ data: of })

const target: Reader<Target> = (value, place) => {
  const found = record({
    discoveredLabels: optional(labels),
    labels: optional(labels),
    scrapePool: text,
    scrapeUrl: optional(text),
    lastError: optional(text),
    health: text,
    lastScrape: optional(text),
    lastScrapeDuration: optional(number),
    scrapeInterval: optional(text),
  })(value, place)
  const { discoveredLabels = {}, labels: own = {}, lastError = '', scrapeUrl = '', health, ...rest } = found
  const known = health === 'up' || health === 'down' ? health : 'unknown'
  return { ...rest, discoveredLabels, labels: own, lastError, scrapeUrl, health: known }
}

const rule = record({
  name: text,
  type: text,
  health: text,
  lastError: optional(text),
  state: optional(text),
  labels: optional(labels),
})

const cluster = record({
  name: optional(text),
  status: text,
  peers: optional(list(record({ name: text, address: text }))),
})

const alertmanagerStatus = record({
  cluster,
  config: record({ original: text }),
  uptime: text,
  versionInfo: record({ version: text }),
})

const readers: ReadonlyMap<string, Reader<unknown>> = new Map<string, Reader<unknown>>([
  [paths.config, answered(record({ yaml: text }))],
  [paths.runtime, answered(record({ reloadConfigSuccess: truth, lastConfigTime: text }))],
  [paths.build, answered(record({ version: text }))],
  [paths.walReplay, answered(record({ min: number, max: number, current: number }))],
  [paths.targets, answered(record({ activeTargets: list(target) }))],
  [paths.alertmanagers, answered(record({ activeAlertmanagers: list(record({ url: text })) }))],
  [paths.rules, answered(record({ groups: list(record({ name: text, rules: list(rule) })) }))],
  [
    '/api/v1/query',
    answered(
      record({
        result: list(record({ metric: labels, value: optional(sampleAt), values: optional(list(sampleAt)) })),
      }),
    ),
  ],
  [paths.status, alertmanagerStatus],
  [
    paths.gateway,
    answered(record({ build_information: optional(record({ version: text })), start_time: text })),
  ],
  [paths.watchdogs, list(record({ fingerprint: text, labels, updatedAt: optional(text) }))],
])

const withoutQuery = new Map(
  [...readers].map(([path, reader]) => [path.replace(/\?.*/, ''), reader] as const),
)

/** What a question about the host itself brings is promha's own JSON. */
const ofHost = 'host:'

/**
 * The body of an answer to PATH: of what is read here, an object of its shape, else the text itself. Throws a
 * ShapeError or another AskError.
 */
export function readAnswer(path: string, body: string): unknown {
  if (path.startsWith(ofHost)) return /^[{[]/.test(body) ? parseJson(body) : body
  const reader = readerOf(path.replace(/\?.*/s, ''))
  return reader ? reader(parseJson(body), 'the answer') : body
}

/** Of an Alertmanager's status, what it says of its cluster. Throws a ShapeError or another AskError. */
export function readCluster(body: string): AlertmanagerStatus['cluster'] {
  const found = record({ cluster })(parseJson(body), 'the answer').cluster
  return { ...found, status: found.status as AlertmanagerStatus['cluster']['status'] }
}

/** The seconds since the epoch that the query `time()` is answered with. Throws a ShapeError or another AskError. */
export function readTime(body: string): number {
  return answered(record({ result: sampleAt }))(parseJson(body), 'the answer').data.result[0]
}

/** What is asked may stand behind a prefix of any length; the longest path that fits is meant. */
function readerOf(path: string): Reader<unknown> | undefined {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const reader = withoutQuery.get(path.slice(at))
    if (reader) return reader
  }
  return undefined
}
