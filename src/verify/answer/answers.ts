/** The programs' HTTP APIs, as far as they are read here. Tried with Prometheus 2.42 and 3.5, Alertmanager 0.25 and 0.33. */
import { parseJson } from '../ask/json.ts'
import type { AnswerTo, Api } from '../ask/question.ts'
import type { Reader } from './shape.ts'
import { asLabels, asList, asNumber, asOptional, asText, record, sampleAt, truth } from './shape.ts'

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

const target: Reader<Target> = (value, place) => {
  const found = record({
    discoveredLabels: asOptional(asLabels),
    labels: asOptional(asLabels),
    scrapePool: asText,
    scrapeUrl: asOptional(asText),
    lastError: asOptional(asText),
    health: asText,
    lastScrape: asOptional(asText),
    lastScrapeDuration: asOptional(asNumber),
    scrapeInterval: asOptional(asText),
  })(value, place)
  const { discoveredLabels = {}, labels: own = {}, lastError = '', scrapeUrl = '', health, ...rest } = found
  const known = health === 'up' || health === 'down' ? health : 'unknown'
  return { ...rest, discoveredLabels, labels: own, lastError, scrapeUrl, health: known }
}

const rule = record({
  name: asText,
  type: asText,
  /** `ok`, `unknown` or `err`. */
  health: asText,
  lastError: asOptional(asText),
  /** `inactive`, `pending` or `firing`; absent for one that records. */
  state: asOptional(asText),
  labels: asOptional(asLabels),
})

const cluster = record({
  name: asOptional(asText),
  /** `ready`, `settling` or `disabled`. */
  status: asText,
  peers: asOptional(asList(record({ name: asText, address: asText }))),
})

/** What is answered with a page of text. */
export function page(path: string): Api<string> {
  return { path, read: body => body }
}

function json<A>(path: string, of: Reader<A>): Api<A> {
  return { path, read: body => of(parseJson(body), 'the answer') }
}

/** As Prometheus wraps its answers. */
function ofData<A>(path: string, of: Reader<A>): Api<A> {
  return json(path, member('data', of))
}

function member<A>(name: string, of: Reader<A>): Reader<A> {
  const read = record({ [name]: of })
  return (value, place) => (read(value, place) as Readonly<Record<string, A>>)[name] as A
}

/** Behind the prefix of the program. */
export const api = {
  ready: page('/-/ready'),
  healthy: page('/-/healthy'),
  metrics: page('/metrics'),
  config: ofData('/api/v1/status/config', record({ yaml: asText })),
  /** `lastConfigTime`: RFC 3339, whole seconds. */
  runtime: ofData(
    '/api/v1/status/runtimeinfo',
    record({ reloadConfigSuccess: truth, lastConfigTime: asText }),
  ),
  /** Name → value, as Prometheus runs. */
  flags: ofData('/api/v1/status/flags', asLabels),
  build: ofData('/api/v1/status/buildinfo', record({ version: asText })),
  walReplay: ofData('/api/v1/status/walreplay', record({ min: asNumber, max: asNumber, current: asNumber })),
  targets: ofData('/api/v1/targets?state=active', member('activeTargets', asList(target))),
  alertmanagers: ofData(
    '/api/v1/alertmanagers',
    member('activeAlertmanagers', asList(record({ url: asText }))),
  ),
  rules: ofData('/api/v1/rules', member('groups', asList(record({ name: asText, rules: asList(rule) })))),
  /** An Alertmanager's; `uptime`: when it started. */
  status: json(
    '/api/v2/status',
    record({
      cluster,
      config: record({ original: asText }),
      uptime: asText,
      versionInfo: record({ version: asText }),
    }),
  ),
  /** Of the same path, for one who asks without a round. */
  cluster: json('/api/v2/status', member('cluster', cluster)),
  /** What a Pushgateway says of itself; `start_time`: RFC 3339 with fractions of a second. */
  gateway: ofData(
    '/api/v1/status',
    record({ build_information: asOptional(record({ version: asText })), start_time: asText }),
  ),
  /** What a Grafana says of itself; `database`: `ok`, or what is wrong. */
  database: json('/api/health', record({ database: asText, version: asOptional(asText) })),
  /** `updatedAt`: when it was last sent by a replica. */
  watchdogs: json(
    `/api/v2/alerts?filter=${encodeURIComponent('promha="watchdog"')}`,
    asList(record({ fingerprint: asText, labels: asLabels, updatedAt: asOptional(asText) })),
  ),
  /** Seconds since the epoch. */
  time: ofData('/api/v1/query?query=time()', (value, place) => member('result', sampleAt)(value, place)[0]),
} as const

type Answered<K extends keyof typeof api> = AnswerTo<(typeof api)[K]>
export type RuleGroups = Answered<'rules'>
export type Cluster = Answered<'cluster'>
export type Alert = Answered<'watchdogs'>[number]

/** Seconds since the epoch and the value. */
const instant = asList(record({ metric: asLabels, value: sampleAt }))
const range = asList(record({ metric: asLabels, values: asList(sampleAt) }))
export type Vector = ReturnType<typeof instant>
export type Series = ReturnType<typeof range>[number]

/** Of an expression with one value a series. */
export function query(expression: string): Api<Vector> {
  return ofData(queryPath(expression), member('result', instant))
}

/** Of a selector with a range. */
export function rangeQuery(expression: string): Api<readonly Series[]> {
  return ofData(queryPath(expression), member('result', range))
}

function queryPath(expression: string): string {
  return `/api/v1/query?query=${encodeURIComponent(expression)}`
}
