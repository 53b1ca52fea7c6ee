/** Reads Alertmanager's own log lines about notifications that failed. Pure. */
import { goUnquoted } from '../../../src/diagnostic/go-text.ts'

/** One error, and what it is about as far as the line says. */
interface LoggedFailure {
  readonly receiver?: string
  /** Its kind: `webhook`, `slack`. */
  readonly integration?: string
  readonly error: string
}

/** Newest last, as the lines are. Lines of another form are left out. */
export function loggedFailures(lines: readonly string[]): readonly LoggedFailure[] {
  return lines.flatMap(line => {
    const fields = fieldsOf(line)
    const said = fields.get('err')
    if (said === undefined || said === '') return []
    const receiver = fields.get('receiver')
    // `webhook[0]` → `webhook`
    const integration = fields.get('integration')?.replace(/\[\d+\]$/, '')
    if (receiver !== undefined)
      return [{ receiver, ...(integration === undefined ? {} : { integration }), error: said }]
    return causesOf(said)
  })
}

/** Finds the last one of a receiver's integration, or of the integration where the metrics name no receiver. */
export function lastFailures(
  failures: readonly LoggedFailure[],
): (receiver: string | undefined, integration: string) => LoggedFailure | undefined {
  const keyOf = (receiver: string | undefined, integration: string | undefined) =>
    JSON.stringify([receiver ?? null, integration ?? null])
  // A key without a receiver leads to the last one of any.
  const last = new Map<string, number>()
  for (const [at, { receiver, integration }] of failures.entries())
    last.set(keyOf(receiver, integration), at).set(keyOf(undefined, integration), at)
  return (receiver, integration) => {
    // A line may not say of which integration it is.
    const found = [integration, undefined].map(one => last.get(keyOf(receiver, one)) ?? -1)
    return failures[Math.max(...found)]
  }
}

/** Of `web/webhook[0]: notify retry canceled after 7 attempts: CAUSE`, each with what it is about. */
function causesOf(said: string): readonly LoggedFailure[] {
  const about = /(?:^|; )([^\n;]{1,500}?)\/([a-z0-9_]{1,40})\[\d{1,6}\]: /g
  const heads = [...said.matchAll(about)]
  if (heads.length === 0) return [{ error: said }]
  return heads.map((head, at) => ({
    receiver: head[1] ?? '',
    integration: head[2] ?? '',
    error: said
      .slice(head.index + head[0].length, heads[at + 1]?.index ?? said.length)
      .replace(/^notify retry canceled (?:due to unrecoverable error )?after \d{1,9} attempts: /, ''),
  }))
}

/** Of one line of logfmt or, with `--log.format=json`, of JSON. */
function fieldsOf(line: string): ReadonlyMap<string, string> {
  if (line.startsWith('{')) {
    try {
      const found = Object.entries(JSON.parse(line) as Record<string, unknown>)
      return new Map(found.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
    } catch {
      return new Map()
    }
  }
  const fields = [...line.matchAll(/(?:^|\s)([A-Za-z_]{1,40})=("(?:[^"\\]|\\.)*"|[^\s"]*)/g)]
  return new Map(fields.map(([, name = '', value = '']) => [name, goUnquoted(value)]))
}
