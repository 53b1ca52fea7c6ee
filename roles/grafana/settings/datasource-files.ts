/** Files of the user's with datasources, shipped by `files`. */
import { type Context, displayPath, requestKey, resolvePath } from '../../../src/inventory/context.ts'
import { secretProblem } from '../../../src/inventory/secret/messages.ts'
import { reference } from '../../../src/inventory/secret/unexpanded.ts'
import { parsedFile } from '../../../src/inventory/text/parsed-file.ts'
import { at, leavesOf, quoted } from '../../../src/inventory/text/place.ts'
import { isYamlMap, mapsIn } from '../../../src/inventory/upstream/upstream-values.ts'
import { grafanaProblem } from '../messages.ts'
import type { GrafanaText } from '../settings.ts'

/** Keys of a datasource under which secrets stand, the old ones too. */
const secrets = [
  ...['secureJsonData', 'basicAuthPassword', 'password'],
  ...['secure_json_data', 'basic_auth_password'],
]

/** `hasKey`: Grafana has a key of its own, without which it keeps no secret. */
export function checkDatasources(said: GrafanaText, hasKey: boolean, context: Context): void {
  const { common, ofHosts } = pathsOf(said, context)
  for (const path of new Set([...common, ...ofHosts.flat()])) {
    const { value, datasources, shown, problems } = readIn(path, context)
    context.problems.push(...problems)
    for (const { owner, key, value: text } of leavesOf(value)) {
      const [found] = typeof text === 'string' ? (reference.exec(text) ?? []) : []
      if (found !== undefined)
        context.problems.push(secretProblem.fileNotExpanded(at(owner, key), `${found}…}`, false, false))
    }
    for (const datasource of hasKey ? [] : datasources) {
      const key = secrets.find(one => holds(datasource[one]))
      if (key === undefined) continue
      const name = String(datasource.name ?? '')
      context.problems.push(grafanaProblem.noSecretKey(at(datasource, key), shown, name))
    }
  }
}

/** A datasource of the user's that is in the same organization as those of promha. */
export interface OwnDatasource {
  /** The file, as the user named it. */
  readonly file: string
  /** As read, with its places. */
  readonly value: Readonly<Record<string, unknown>>
}

/** All of them, each file once. */
export function ownDatasources(said: GrafanaText, context: Context): readonly OwnDatasource[] {
  const { common, ofHosts } = pathsOf(said, context)
  return [...new Set([...common, ...ofHosts.flat()])].flatMap(path => {
    const { datasources, shown } = readIn(path, context)
    return datasources.filter(isInMainOrganization).map(value => ({ file: shown, value }))
  })
}

/** Grafana does not start with two defaults of one organization. `pair`: promha makes the pair one. */
export function checkDefaults(said: GrafanaText, pair: boolean, context: Context): void {
  const { common, ofHosts } = pathsOf(said, context)
  const first = oneDefault(common, pair ? 'that of the pair' : undefined, context)
  for (const paths of ofHosts) oneDefault(paths, first, context)
}

/** Which one is the default after these files. */
function oneDefault(paths: readonly string[], before: string | undefined, context: Context) {
  let other = before
  for (const { datasources, shown } of paths.map(path => readIn(path, context)))
    for (const one of datasources) {
      const key = ['isDefault', 'is_default'].find(key => String(one[key]) === 'true')
      if (key === undefined || !isInMainOrganization(one)) continue
      const name = String(one.name ?? '')
      if (other === undefined) other = quoted(name)
      else context.problems.push(grafanaProblem.secondDefault(at(one, key), shown, name, other))
    }
  return other
}

/** Where promha's own are, too. */
function isInMainOrganization(one: Readonly<Record<string, unknown>>): boolean {
  return ['0', '1'].includes(String(one.orgId ?? one.org_id ?? 1))
}

function pathsOf({ files, per_host }: GrafanaText, context: Context) {
  const of = (map: GrafanaText['files']) =>
    Object.entries(map ?? {}).flatMap(([name, path]) =>
      /^provisioning\/datasources\/[^/]*\.ya?ml$/.test(name) ? [resolvePath(path, context)] : [],
    )
  return { common: of(files), ofHosts: Object.values(per_host ?? {}).map(words => of(words?.files)) }
}

function readIn(path: string, context: Context) {
  const shown = displayPath(path, context)
  const answer = context.files.get(requestKey({ kind: 'read', path }))
  // A file that is not there is reported where it is named.
  const file = answer && 'files' in answer ? answer.files[0] : undefined
  const { value, problems } = file ? parsedFile(file, shown) : { value: undefined, problems: [] }
  return { shown, value, problems, datasources: isYamlMap(value) ? mapsIn(value.datasources) : [] }
}

function holds(value: unknown): boolean {
  if (isYamlMap(value)) return Object.keys(value).length > 0
  return value !== undefined && value !== null && value !== ''
}
