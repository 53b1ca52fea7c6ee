/** Which keys hold secrets: one rule for files, diffs and messages. */

/** As upstream's own keys of type Secret end, in Prometheus, Alertmanager and the exporters, and promha's own. */
const secretKey =
  /(^|_)(pass(word|phrase|wd)?|secrets?|token|token_id|credentials|api_?key|(secret|routing|service|service_account|private|user|consumer|integration|certificate)_key|webhook_url|slack_api_url)$|^(api|bearer|auth)token$/i
/** Keys in configs of other programs, which promha does not know: `smtpPassword`. */
const foreignKey = /(password|passwd|secret|token|apikey)$/i

/** HTTP headers that carry credentials. */
const secretHeader = /auth|token|key|secret|cookie/i
const headers: ReadonlySet<string> = new Set(['headers', 'http_headers', 'proxy_connect_header'])

/** Keys that are secrets only below a certain key: a receiver's URL that is its credential, an inline private key. */
const addressed: ReadonlySet<string> = new Set([
  'webhook_configs url',
  'slack_configs api_url',
  'tls_config key',
  ...['storage_account_key', 'storage_connection_string', 'service_account', 'privatekey'].map(
    key => `config ${key}`,
  ),
])

/** Keys of maps in which the user chooses the keys. */
const named: ReadonlySet<string> = new Set([
  ...['labels', 'external_labels', 'annotations', 'params', 'replicas', 'files', 'versions', 'components'],
  ...['hosts', 'groups', 'cells', 'modules', 'targets', 'match', 'match_re'],
  ...['source_match', 'source_match_re', 'target_match', 'target_match_re'],
])

/** What a key holds. */
export type HeldKind = 'map' | 'list' | 'scalar'

/** A secret is no map, no path and no name of the user's choice. `above`: the keys that lead to the map; not those of lists. */
export function isSecretMember(key: string, above: readonly string[], kind: HeldKind): boolean {
  const parent = above.at(-1) ?? ''
  if (headers.has(parent)) return kind !== 'map' && secretHeader.test(key)
  if (headers.has(above.at(-2) ?? '') && key === 'values') return secretHeader.test(parent)
  if (named.has(parent)) return false
  if (kind === 'map') return false
  return addressed.has(`${parent} ${key}`) || secretKey.test(key) || foreignKey.test(key)
}

/** Whether no line is shown, although parts may be quoted: a component's variables, the config of an exporter. */
export function isConcealed(key: string, above: readonly string[], kind: HeldKind): boolean {
  const [top = ''] = above
  if (top !== 'cells' && top !== 'defaults') return false
  if (above.at(-1) === 'environment') return true
  return key === 'config' && above.at(-2) === 'exporters' && kind !== 'scalar'
}

/** A config of several lines that is written here: any of them may hold a secret that no key shows. */
export function isWrittenConfig(key: string, value: unknown): boolean {
  return key === 'config' && typeof value === 'string' && value.includes('\n')
}

const variables = /(^|[\s{,"'-])environment["']?\s*:\s*([{&*#]|$)/
const config = /(^|[\s{,"'-])config["']?\s*:/
/** More than the path of a file. */
const writtenConfig = /(^|[\s{,"'-])config["']?\s*:\s*([|>!&]|["'](?![\w./ -]{1,200}["']))/
const exporters = /(^|[\s{,"'-])exporters["']?\s*:/

/** The same of a line in a text that was not parsed, by the indentation. `upwards`: that line and those above it. */
export function mayBeConcealed(upwards: Iterable<string>): boolean {
  let indent = Number.POSITIVE_INFINITY
  let inConfig = false
  let inKey = true
  for (const line of upwards) {
    if (inKey && /-----BEGIN [A-Z ]*PRIVATE KEY/.test(line)) return true
    inKey &&= !/-----(BEGIN|END) /.test(line)
    const own = line.search(/[^\s-]/)
    // A value may go on left of its key, behind the dash of its list.
    const below = line.search(/\S/) < indent && own !== -1
    if (below && (isSecretLine(line) || writtenConfig.test(line))) return true
    if (own === -1 || own >= indent) continue
    indent = own
    inConfig ||= config.test(line)
    if (variables.test(line) || (inConfig && exporters.test(line))) return true
    if (own === 0) return false
  }
  return false
}

const secretName =
  '(pass(word|phrase|wd)|secrets?|token|token_id|credentials|api[_-]?key|(access|secret|routing|service|account|private|user|consumer|integration|certificate)_key|(api|webhook)_url|connection_string|privatekey|service_account)'
const secretLine = new RegExp(
  `${secretName}["']?\\s*[:=]|(cookie|authorization|x-[\\w-]{0,40}(auth|key))["']?\\s*:|\\b(bearer|basic) +\\S{12}`,
  'i',
)
const secretAssigned = new RegExp(`${secretName}["']?\\s*=`, 'i')

/** Whether a line that was not parsed may hold a secret. */
export function isSecretLine(line: string): boolean {
  return secretLine.test(line)
}

/** Whether a text has a secret in a form of its own: `password=…` of a flag, a connection or an ini file. */
export function assignsSecret(text: string): boolean {
  return secretAssigned.test(text)
}

/** Whether a URL in a text has a user or a query, or a connection has a password: each may be all that it takes to get in. */
export function holdsCredentials(text: string): boolean {
  const [, ...urls] = text.split('://')
  const inUrl = urls.some(part => /@|\?[^=?]*=./.test(part.split(/[\s"'`<>]/, 1)[0] ?? ''))
  return inUrl || /\w:[^\s:@/"']+@[\w([]/.test(text)
}

/** The passwords of the URLs in a text, as written and decoded. Takes linear time. */
export function urlPasswords(text: string): readonly string[] {
  return text
    .split('://')
    .slice(1)
    .flatMap(part => {
      const whole = part.split(/[\s"'`]/, 1)[0] ?? ''
      const host = whole.split(/[/?#]/, 1)[0] ?? ''
      // With a slash in the password it is no valid URL, but a tool may quote it in its error.
      const end = host.includes('@') || /:\d*$/.test(host) ? host.lastIndexOf('@') : whole.lastIndexOf('@')
      const begin = whole.indexOf(':') + 1
      const written = begin === 0 || end <= begin ? '' : whole.slice(begin, end)
      return written === '' ? [] : [written, decoded(written)]
    })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
