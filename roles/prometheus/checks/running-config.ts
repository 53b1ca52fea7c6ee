/** The config that a running Prometheus shows of itself. */

const placeholder = '<replica>'

/**
 * Takes the replica label out of the YAML that Prometheus itself wrote (two spaces a level, one key a line), so that
 * the configs of replicas can be compared. `value` is undefined where global.external_labels has no such label.
 */
export function withoutReplica(yaml: string, label: string): { value: string | undefined; rest: string } {
  const lines = yaml.split('\n')
  const start = lines.indexOf('  external_labels:')
  if (start < 0) return { value: undefined, rest: yaml }
  for (let index = start + 1; index < lines.length && lines[index]?.startsWith('    '); index += 1) {
    const [, key, value] = /^ {4}("(?:[^"\\]|\\.)*"|[^:]+):(?: (.*))?$/.exec(lines[index] ?? '') ?? []
    if (key === undefined || plain(key) !== label) continue
    lines[index] = `    ${key}: ${placeholder}`
    return { value: plain(value ?? ''), rest: lines.join('\n') }
  }
  return { value: undefined, rest: yaml }
}

function plain(scalar: string): string {
  if (scalar.startsWith("'")) return scalar.slice(1, -1).replaceAll("''", "'")
  if (!scalar.startsWith('"')) return scalar
  try {
    return String(JSON.parse(scalar))
  } catch {
    return scalar.slice(1, -1)
  }
}
