/** Under which paths a program serves, as its own flags decide. */

import type { Flags } from '../inventory/model.ts'

/**
 * What stands before every path of Prometheus or Alertmanager: `/prometheus`, or nothing.
 * Upstream's rule: `web.route-prefix`, and where that is not given the path of `web.external-url`.
 */
export function pathPrefix(flags: Flags): string {
  const routePrefix = flags['web.route-prefix']
  if (routePrefix !== undefined) return trimmed(String(routePrefix))
  const externalUrl = flags['web.external-url']
  if (externalUrl === undefined || !URL.canParse(String(externalUrl))) return ''
  return trimmed(new URL(String(externalUrl)).pathname)
}

/** Where node_exporter serves its metrics. */
export function telemetryPath(flags: Flags): string {
  return String(flags['web.telemetry-path'] ?? '/metrics')
}

function trimmed(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, '')
  return inner === '' ? '' : `/${inner}`
}
