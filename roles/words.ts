/** The words that every component takes and its unit has: `environment` and `limits`. */
import type { HostSettings } from '../src/inventory/model.ts'
import type { FileResource, Resource } from '../src/resource/model.ts'
import { ownConfig } from '../src/shell/layout.ts'
import { directory } from './resources.ts'

/** For `words.ejs` and `limits.ejs`; empty: the inventory says nothing. */
export interface UnitWords {
  readonly environmentFile: string
  readonly memory: string
  readonly files: string
}

/** Where the variables of a component lie: root alone may read them, and systemd hands them over. */
function environmentPath(component: string): string {
  return `${ownConfig}/environment/${component}`
}

export function unitWords(component: string, { environment, limits }: HostSettings): UnitWords {
  return {
    environmentFile: isSet(environment) ? environmentPath(component) : '',
    memory: limits?.memory ?? '',
    files: limits?.files === undefined ? '' : String(limits.files),
  }
}

/** The file that the unit reads the variables from. */
export function environmentFiles(component: string, { environment }: HostSettings): readonly Resource[] {
  if (!isSet(environment)) return []
  const path = environmentPath(component)
  const file: FileResource = {
    kind: 'file',
    path,
    content: environmentText(environment ?? {}),
    owner: 'root',
    group: 'root',
    mode: 0o600,
    effect: 'restart',
    concealed: true,
  }
  return [
    directory(ownConfig, 'root', 'root', 0o755),
    directory(`${ownConfig}/environment`, 'root', 'root', 0o700),
    file,
  ]
}

function isSet(environment: HostSettings['environment']): boolean {
  return Object.keys(environment ?? {}).length > 0
}

/** As systemd reads an `EnvironmentFile=`: in double quotes, four characters are escaped. */
function environmentText(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\`$]/g, '\\$&')}"\n`)
    .join('')
}
