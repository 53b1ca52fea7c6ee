/** Masks what promha was not told is secret, in a file that is to be replaced. The inventory's own: see the report. */
import { leavesOf, membersOf } from '../inventory/text/place.ts'
import { type Place, source } from '../inventory/text/source-text.ts'
import { parseYaml } from '../inventory/yaml/yaml.ts'

const masked = '<masked>'
/** What is before the host. Texts of hosts are matched in one pass: no start of a match lies within another's scan. */
const userInUrl = /:\/\/([^/\s@]*)@/g
/** A whole word is a name, looked at from its start only. */
const secretSetting =
  /(?<![\w.-])(?=[\w.-]*(?:pass|pwd|secret|token|credentials|auth|api_?key))([\w.-]+=)(?:"[^"]*"|'[^']*'|[^\s"]+)/gi
/** Of an old line of YAML: a comment, a value in the query of a URL, the user name in a URL. */
const oldValue = /((?:^|\s)#\s*)[^\n]+|([?&][\w.~%[\]-]+=)[^&#\s"']+|(:\/\/)[^/\s@]*(?=@)/g
/** With its further lines, and comments between them as systemd leaves them out. */
const unitLine = /(?:[^\r\n\\]|\\(?:[ \t]*[\r\n]+(?:[ \t]*[#;][^\r\n]*[\r\n]+)*)?)+/g
const concealedSetting =
  /^(Environment|(Pass|Unset)Environment|(Set|Load|Import)Credential.*|StandardInput.*|(Condition|Assert).*)$/i
const commandWord = /(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$)|\\[^\r\n]|[^\s"'\\])+/gs
/** Keys below which all values are sent. */
const sent: ReadonlySet<string> = new Set(
  'params endpoint_params headers http_headers proxy_connect_header query_response'.split(' '),
)
const sentText = /^(body|send)$/

/** The places of a YAML text whose values hold one of the secrets; items of a list are all one place. */
export function secretPlaces(text: string, secrets: readonly string[]): readonly string[] {
  const known = secrets.filter(secret => secret !== '')
  if (!known.some(secret => text.includes(secret))) return []
  const holding = [...leavesOf(read(text).value)].filter(
    ({ value }) => typeof value === 'string' && known.some(secret => value.includes(secret)),
  )
  return [...new Set(holding.map(({ path }) => placeOf(path)))]
}

function placeOf(path: readonly (string | number)[]): string {
  return JSON.stringify(path.map(part => (/^\d+$/.test(String(part)) ? '*' : part)))
}

export interface YamlMasking {
  /** Of {@link secretPlaces}: they are masked as well. */
  readonly places?: readonly string[]
  /** What takes its place. Then of what may be secret only the lines are shown that stand there too. */
  readonly replacedBy?: string
}

/** Undefined: the text cannot be understood, and so not shown. */
export function maskYaml(text: string, { places = [], replacedBy }: YamlMasking = {}): string | undefined {
  const { value, problems } = read(text)
  if (value === undefined || problems.some(problem => problem.severity === 'error')) return undefined
  const lines = replacedBy === undefined ? undefined : new Set(replacedBy.split('\n'))
  const found = [...spansOf(value, [], new Set(places))].filter(({ sure }) => sure || lines)
  // The text of an anchor with quotes or of several lines is not known.
  if (found.some(({ span }) => text[span.start] === '*')) return undefined
  const once = new Map(found.map(one => [`${one.span.start} ${one.sure}`, one]))
  const spans = [...once.values()]
    .filter(({ span, sure }) => sure || !linesOf(span).every(line => lines?.has(line)))
    .map(({ span }) => span)
    .sort((a, b) => a.start - b.start)
  let shown = ''
  let at = 0
  for (const { start, end } of spans) {
    if (start < at) continue
    // A block scalar's span ends behind its last line end, which is not part of the secret.
    const secret = text.slice(start, end)
    shown += text.slice(at, start) + masked + secret.slice(secret.trimEnd().length)
    at = end
  }
  shown += text.slice(at)
  const old = (line: string) => (lines?.has(line) ? line : line.replace(oldValue, `$1$2$3${masked}`))
  return maskUrls(lines ? shown.split('\n').map(old).join('\n') : shown)
}

/** Without aliases there are no more values than characters, so that the work grows with the length of the text only. */
function read(text: string): ReturnType<typeof parseYaml> {
  return parseYaml(source('', text), text.length + 1_000)
}

/** Unit files: `TOKEN=…` in an environment and passwords in URLs. */
export function maskUnit(text: string): string {
  return maskUrls(text.replace(secretSetting, `$1${masked}`))
}

/** A unit that promha did not write: its settings and the names of its flags. */
export function maskForeignUnit(text: string): string {
  return maskUnit(text.replace(unitLine, maskSetting))
}

function maskSetting(line: string): string {
  const [all = '', key = ''] = /^\s*([A-Za-z]+)\s*=/.exec(line) ?? []
  if (key.startsWith('Exec')) return all + maskCommand(line.slice(all.length))
  if (key === '') return /^\s*(\[[\w -]*\]\s*)?$/.test(line) ? line : masked
  return concealedSetting.test(key) || /[\r\n]/.test(line.trim()) ? all + masked : line
}

function maskCommand(words: string): string {
  return words.replace(commandWord, (word, at: number) => {
    if (words.slice(0, at).trim() === '' && /^[-@:+!|]*[\w./+-]+$/.test(word)) return word
    if (/^(--[A-Za-z][\w.-]*|-[A-Za-z]|\\)$/.test(word)) return word
    return (/^["']?(--?[A-Za-z][\w.-]*=)/.exec(word)?.[1] ?? '') + masked
  })
}

function maskUrls(text: string): string {
  return text.replace(userInUrl, (found, user: string) => (user.includes(':') ? `://${masked}@` : found))
}

interface Found {
  readonly span: Place
  /** False: it may be one, which counts in an old text only. */
  readonly sure: boolean
}

/** Also of what is within a secret, since an alias there stands for a text elsewhere. */
function* spansOf(
  value: unknown,
  path: readonly (string | number)[],
  places: ReadonlySet<string>,
  within = false,
): Generator<Found> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, place] of membersOf(value)) {
    const member = (value as Record<string | number, unknown>)[key]
    const here = [...path, key]
    const sure = within || place.secret || places.has(placeOf(here))
    const isLeaf = typeof member !== 'object' || member === null
    if (sure || (isLeaf && isSent(value, here))) yield { span: place.plain ?? place.value, sure }
    yield* spansOf(member, here, places, sure)
  }
}

/** What promha does not know to be secret, but may be: what a scrape or a probe sends. */
function isSent(owner: object, path: readonly (string | number)[]): boolean {
  const key = String(path.at(-1))
  const { target_label: label } = owner as { readonly target_label?: unknown }
  return (
    path.slice(0, -1).some(above => sent.has(String(above))) ||
    key.startsWith('__param_') ||
    sentText.test(key) ||
    (key === 'replacement' && String(label).startsWith('__param_'))
  )
}

/** The whole lines in which it stands. */
function linesOf({ source: { text }, start, end }: Place): readonly string[] {
  const next = text.indexOf('\n', Math.max(start, end - 1))
  return text.slice(text.lastIndexOf('\n', start - 1) + 1, next === -1 ? undefined : next).split('\n')
}
