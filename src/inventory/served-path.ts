/** The paths under which a program serves, from its flags. */
import type { CommonSettings } from './model.ts'

type Flags = CommonSettings['flags']

/**
 * The prefix of every path of Prometheus or Alertmanager: `/prometheus`, or nothing.
 * Upstream's rule: `web.route-prefix`, otherwise the path of `web.external-url`.
 */
export function pathPrefix(flags: Flags): string {
  const routePrefix = flags['web.route-prefix']
  if (routePrefix !== undefined) return trimmed(String(routePrefix))
  const externalUrl = flags['web.external-url']
  if (externalUrl === undefined || !URL.canParse(String(externalUrl))) return ''
  return trimmed(new URL(String(externalUrl)).pathname)
}

/** The path of node_exporter's metrics. */
export function telemetryPath(flags: Flags): string {
  return String(flags['web.telemetry-path'] ?? '/metrics')
}

/** Both in one text: two hosts with the same text serve everything under the same paths. */
export function servedPaths(flags: Flags): string {
  return `${pathPrefix(flags)} ${telemetryPath(flags)}`
}

function trimmed(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, '')
  return inner === '' ? '' : `/${inner}`
}
