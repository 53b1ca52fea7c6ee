/** Files of the user's with datasources, shipped by `files`: without a key of its own, Grafana keeps no secret of theirs. */
import { type Context, displayPath, requestKey, resolvePath } from '../../../src/inventory/context.ts'
import { parsedFile } from '../../../src/inventory/text/parsed-file.ts'
import { at } from '../../../src/inventory/text/place.ts'
import { isYamlMap, mapsIn } from '../../../src/inventory/upstream/upstream-values.ts'
import { grafanaProblem } from '../messages.ts'
import type { GrafanaText } from '../settings.ts'

/** Keys of a datasource under which secrets stand, the old ones too. */
const secrets = ['secureJsonData', 'basicAuthPassword', 'password']

export function checkDatasources({ files, per_host }: GrafanaText, context: Context): void {
  const maps = [files, ...Object.values(per_host ?? {}).map(words => words?.files)]
  const paths = maps.flatMap(map =>
    Object.entries(map ?? {}).flatMap(([name, path]) =>
      /^provisioning\/datasources\/.*\.ya?ml$/.test(name) ? [resolvePath(path, context)] : [],
    ),
  )
  for (const path of new Set(paths)) checkFile(path, context)
}

function checkFile(path: string, context: Context): void {
  const answer = context.files.get(requestKey({ kind: 'read', path }))
  // A file that is not there is reported where it is named.
  const file = answer && 'files' in answer ? answer.files[0] : undefined
  if (!file) return
  const shown = displayPath(path, context)
  const { value, problems } = parsedFile(file, shown)
  context.problems.push(...problems)
  if (!isYamlMap(value)) return
  for (const datasource of mapsIn(value.datasources)) {
    const key = secrets.find(one => holds(datasource[one]))
    if (key === undefined) continue
    const name = String(datasource.name ?? '')
    context.problems.push(grafanaProblem.noSecretKey(at(datasource, key), shown, name))
  }
}

function holds(value: unknown): boolean {
  if (isYamlMap(value as never)) return Object.keys(value as object).length > 0
  return value !== undefined && value !== null && value !== ''
}
