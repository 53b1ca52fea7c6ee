/** What the address to read a store at lets through. The rest of what a store answers writes, deletes, or tells of the program. */

/** Paths of a request, without the query string. All of them only read. */
export interface ReadPaths {
  readonly exact: readonly string[]
  /** Each ends with a slash: what begins so. */
  readonly below: readonly string[]
}

/** What Prometheus' API, and what Grafana's datasources and upstream's exporters call of it, has for readers. */
const exact = [
  'query',
  'query_range',
  'query_exemplars',
  'series',
  'labels',
  'metadata',
  'rules',
  'alerts',
  'format_query',
  'parse_query',
  'status/buildinfo',
  'status/tsdb',
]

/**
 * Prometheus' API to read with, below each of the prefixes, and what a store has besides.
 * @param prefixes as `/prometheus`, or empty
 */
export function queryPaths(prefixes: readonly string[], more: Partial<ReadPaths> = {}): ReadPaths {
  const apis = prefixes.map(prefix => `${prefix}/api/v1/`)
  return {
    exact: [...apis.flatMap(api => exact.map(path => `${api}${path}`)), ...(more.exact ?? [])],
    below: [...apis.map(api => `${api}label/`), ...(more.below ?? [])],
  }
}
