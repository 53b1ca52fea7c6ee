/** The paths under which a program serves, from its flags. */
import type { CommonSettings } from '../model.ts'

type Flags = CommonSettings['flags']

const usualPathFlag = 'web.telemetry-path'

/** The flags on which the paths depend. */
export function pathFlags(pathFlag = usualPathFlag): readonly string[] {
  return ['web.route-prefix', 'web.external-url', pathFlag]
}

/** The prefix of every path. Upstream's rule: `web.route-prefix`, otherwise the path of `web.external-url`. */
export function pathPrefix(flags: Flags): string {
  const routePrefix = flags['web.route-prefix']
  if (routePrefix !== undefined) return trimmed(String(routePrefix))
  const externalUrl = flags['web.external-url']
  if (externalUrl === undefined || !URL.canParse(String(externalUrl))) return ''
  return trimmed(new URL(String(externalUrl)).pathname)
}

/** The path of the metrics, below the prefix. `pathFlag`: the program's own flag for it. */
export function telemetryPath(flags: Flags, pathFlag = usualPathFlag): string {
  return String(flags[pathFlag] ?? '/metrics')
}

/** Both in one text: two hosts with the same text serve everything under the same paths. */
export function servedPaths(flags: Flags, pathFlag?: string): string {
  return `${pathPrefix(flags)} ${telemetryPath(flags, pathFlag)}`
}

function trimmed(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, '')
  return inner === '' ? '' : `/${inner}`
}
