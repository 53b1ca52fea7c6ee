/** The dashboards that promha ships. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root.ts'

interface Dashboard {
  /** `pair.json` */
  readonly file: string
  readonly content: string
}

/** The one that is seen first. */
export const homeDashboard = 'pair.json'

/** In the order of their names. */
export function shippedDashboards(): readonly Dashboard[] {
  const directory = join(packageRoot(), 'roles/grafana/dashboards')
  const files = readdirSync(directory).filter(file => file.endsWith('.json'))
  return files.sort().map(file => ({ file, content: readFileSync(join(directory, file), 'utf8') }))
}
