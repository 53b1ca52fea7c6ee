/**
 * Takes what may be secret out of a config before anybody sees it. The inventory's own secrets are masked wherever they
 * stand, by the report; this is for what promha was not told: the secrets of a file that is to be replaced.
 */
import { membersOf, source } from '../inventory/place.ts'
import { parseYaml } from '../inventory/yaml.ts'

const masked = '<masked>'
/** What is before the host. Texts of hosts are matched in one pass: no start of a match lies within another's scan. */
const userInUrl = /:\/\/([^/\s@]*)@/g
/** A whole word is a name, looked at from its start only. */
const secretSetting =
  /(?<![\w.-])(?=[\w.-]*(?:password|passwd|secret|token|credentials|api_?key))([\w.-]+=)(?:"[^"]*"|[^\s"]+)/gi
/** The places of a YAML text whose values hold one of the secrets; items of a list are all one place. */
export function secretPlaces(text: string, secrets: readonly string[]): readonly string[] {
  const known = secrets.filter(secret => secret !== '')
  if (!known.some(secret => text.includes(secret))) return []
  const found = new Set<string>()
  const look = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string' && known.some(secret => value.includes(secret))) found.add(placeOf(path))
    if (typeof value !== 'object' || value === null) return
    for (const [name, member] of Object.entries(value))
      look(member, [...path, Array.isArray(value) ? '*' : name])
  }
  look(read(text).value, [])
  return [...found]
}

function placeOf(path: readonly string[]): string {
  return JSON.stringify(path.map(part => (/^\d+$/.test(part) ? '*' : part)))
}

/**
 * `places`: of {@link secretPlaces}, masked as well. Undefined where the text cannot be understood, and so cannot be
 * shown.
 */
export function maskYaml(text: string, places: readonly string[] = []): string | undefined {
  const { value, problems } = read(text)
  if (value === undefined || problems.some(problem => problem.severity === 'error')) return undefined
  const spans: { start: number; end: number }[] = []
  collect(value, [], spans, new Set(places))
  spans.sort((a, b) => a.start - b.start)
  let shown = ''
  let at = 0
  for (const { start, end } of spans) {
    if (start < at) continue
    // A block scalar's span ends behind its last line end, which is not part of the secret.
    const secret = text.slice(start, end)
    shown += text.slice(at, start) + masked + secret.slice(secret.trimEnd().length)
    at = end
  }
  return maskUrls(shown + text.slice(at))
}

/** Without aliases there are no more values than characters, so that the work grows with the length of the text only. */
function read(text: string): ReturnType<typeof parseYaml> {
  return parseYaml(source('', text), text.length + 1_000)
}

/** Unit files: `TOKEN=…` in an environment and passwords in URLs. */
export function maskUnit(text: string): string {
  return maskUrls(text.replace(secretSetting, `$1${masked}`))
}

function maskUrls(text: string): string {
  return text.replace(userInUrl, (found, user: string) => (user.includes(':') ? `://${masked}@` : found))
}

function collect(
  value: unknown,
  path: readonly string[],
  spans: { start: number; end: number }[],
  places: ReadonlySet<string>,
): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, place] of membersOf(value)) {
    const name = String(key)
    const member = (value as Record<string, unknown>)[name]
    const here = [...path, name]
    if (place.secret || places.has(placeOf(here))) spans.push(place.value)
    else collect(member, here, spans, places)
  }
}
