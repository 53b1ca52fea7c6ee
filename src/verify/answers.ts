/** The programs' HTTP APIs, as far as they are read here. Tried with Prometheus 2.42 and 3.5, Alertmanager 0.25 and 0.33. */

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
export interface Data<T> {
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
  /** Added here after a change: scraped since, with an outcome that time does not mend. */
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

/** Reads a JSON answer of Prometheus, whose shape the two versions above vouch for. */
export function data<T>(body: unknown): T {
  return (body as Data<T>).data
}
