/** What VictoriaMetrics answers to readers besides Prometheus' API: exports, and its own pages, which are files. */
import type { ReadPaths } from '../storage/queries.ts'

/**
 * @param api what stands before `/api/v1`
 * @param pages what stands before `/vmui`
 */
export function readersMayAlso(api: string, pages: string): ReadPaths {
  const exports = ['/api/v1/export', '/api/v1/export/csv', '/api/v1/export/native', '/federate']
  return {
    exact: [...exports.map(path => `${api}${path}`), '/health', `${pages}/vmui`],
    below: [`${pages}/vmui/`],
  }
}
