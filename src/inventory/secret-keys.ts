/** Which keys hold secrets: one rule for what is read, shown, compared and said. */

/** As upstream's own keys of type Secret end, in Prometheus, Alertmanager and the exporters, and promha's own. */
const secretKey =
  /(^|_)(pass(word|phrase|wd)?|secrets?|token|token_id|credentials|api_?key|(secret|routing|service|service_account|private|user|consumer|integration|certificate)_key|webhook_url|slack_api_url)$|^(api|bearer|auth)token$/i
/** A key of any other program, of whose config promha knows nothing: `smtpPassword`. */
const foreignKey = /(password|passwd|secret|token|apikey)$/i

/** HTTP headers that carry credentials. */
const secretHeader = /auth|token|key|secret|cookie/i
const headers: ReadonlySet<string> = new Set(['headers', 'http_headers', 'proxy_connect_header'])

/** Keys that are secrets below one key only: receivers whose address is the credential, a private key in the text. */
const addressed: ReadonlySet<string> = new Set([
  'webhook_configs url',
  'slack_configs api_url',
  'tls_config key',
])

/** Maps whose keys are names that the user chose. */
const named: ReadonlySet<string> = new Set([
  ...['labels', 'external_labels', 'annotations', 'params', 'replicas', 'files', 'versions', 'components'],
  ...['hosts', 'groups', 'cells', 'modules', 'targets', 'match', 'match_re'],
  ...['source_match', 'source_match_re', 'target_match', 'target_match_re'],
])

/** What a key holds. */
export type Kind = 'map' | 'list' | 'scalar'

/**
 * Whether what a key holds is a secret. A map is none, whatever its name: `http_with_token` is a module. Neither is what is
 * under a name that the user chose, such as a host, a label or a file, nor a path (`credentials_file`).
 * @param above the keys that lead to the map that has the key; items of lists have none
 */
export function isSecretMember(key: string, above: readonly string[], kind: Kind): boolean {
  const parent = above.at(-1) ?? ''
  if (headers.has(parent)) return kind !== 'map' && secretHeader.test(key)
  if (headers.has(above.at(-2) ?? '') && key === 'values') return secretHeader.test(parent)
  if (named.has(parent)) return false
  if (kind === 'map') return false
  return addressed.has(`${parent} ${key}`) || secretKey.test(key) || foreignKey.test(key)
}

const secretLine =
  /(pass(word|phrase|wd)|secrets?|token|token_id|credentials|api_?key|(access|secret|routing|service|account|private|user|consumer|integration|certificate)_key|(api|webhook)_url)["']?\s*:/i

/** Whether a line of YAML, of which nothing else is known, may hold a secret. */
export function isSecretLine(line: string): boolean {
  return secretLine.test(line)
}

/** The passwords of the URLs in a text, as they are written and as they are meant, in linear time. */
export function urlPasswords(text: string): readonly string[] {
  return text
    .split('://')
    .slice(1)
    .flatMap(part => {
      const whole = part.split(/[\s"'`]/, 1)[0] ?? ''
      const host = whole.split(/[/?#]/, 1)[0] ?? ''
      // A slash in the password makes it no URL any more, and a tool that says so quotes it.
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
