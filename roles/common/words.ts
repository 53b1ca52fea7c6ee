/** The words that every component takes, on a host: `environment` and `limits` of its unit, and `files`. */
import { filesOn } from '../../src/inventory/cell/words-on.ts'
import type { CommonSettings, HostSettings } from '../../src/inventory/model.ts'
import type { FileResource, Resource } from '../../src/resource/model.ts'
import { ownConfig } from '../../src/shell/syntax/layout.ts'
import { concealedIf, configFile, directory } from './resources.ts'

/** For `words.ejs` and `limits.ejs`; empty: the inventory says nothing. */
export interface UnitTexts {
  readonly environmentFile: string
  readonly memory: string
  readonly files: string
}

/** Where the variables of a component lie: root alone may read them, and systemd hands them over. */
function environmentPath(component: string): string {
  return `${ownConfig}/environment/${component}`
}

export function unitTexts(component: string, { environment, limits }: HostSettings): UnitTexts {
  return {
    environmentFile: isSet(environment) ? environmentPath(component) : '',
    memory: limits?.memory ?? '',
    files: limits?.files === undefined ? '' : String(limits.files),
  }
}

/** The file that the unit reads the variables from. */
export function environmentFiles(component: string, { environment }: HostSettings): readonly Resource[] {
  if (!isSet(environment)) return []
  const file: FileResource = {
    ...configFile(environmentPath(component), 'root', 'restart', environmentText(environment ?? {})),
    ...{ mode: 0o600, concealed: true },
  }
  return [
    directory(ownConfig, 'root', 'root', 0o755),
    directory(`${ownConfig}/environment`, 'root', 'root', 0o700),
    file,
  ]
}

/** Where a component has the user's files, who may read them, and what it does with changed ones. */
export interface FilesPlace {
  readonly root: string
  readonly group: string
  readonly effect: FileResource['effect']
}

/** The user's files on one host. Any of them may be a key, so none is shown. */
export function userFiles(
  settings: Pick<CommonSettings, 'files' | 'perHost'>,
  host: string,
  { root, group, effect }: FilesPlace,
): readonly FileResource[] {
  return filesOn(settings, host).map(({ name, content, outside, watched }) => {
    const file = configFile(`${root}/${name}`, group, watched ? 'none' : effect, content)
    return outside ? concealedIf(outside, file) : { ...file, concealed: true }
  })
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
