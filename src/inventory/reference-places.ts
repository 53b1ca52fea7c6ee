/**
 * The one rule of where `${env:…}`, `${file:…}` and `${cmd:…}` are allowed: in parts that promha passes on to upstream's
 * programs, in passwords, and in the user part of a mirror's URL. They are not allowed in what promha itself reads,
 * resolves, sends or shows, so that no secret of this machine leaves it as a host name, a path, a label or a flag.
 */
export type Path = readonly (string | number)[]

/** `*` is any one key, `**` is everything below. */
const allowed: readonly string[] = [
  'ssh.sudo.password',
  'hosts.*.ssh.sudo.password',
  ...['defaults', 'cells.*'].flatMap(cell => [
    `${cell}.prometheus.scrape_configs.*.**`,
    `${cell}.prometheus.remote_write.*.**`,
    `${cell}.prometheus.remote_read.*.**`,
    ...['storage', 'tracing', 'otlp', 'runtime'].map(key => `${cell}.prometheus.${key}.**`),
    `${cell}.prometheus.alert_relabel_configs.*.**`,
    `${cell}.prometheus.alertmanagers.*.**`,
    `${cell}.alertmanager.config.**`,
    `${cell}.blackbox.modules.**`,
    `${cell}.exporters.*.config.**`,
    ...[`${cell}.*`, `${cell}.exporters.*`].flatMap(component => [
      `${component}.environment.*`,
      `${component}.per_host.*.environment.*`,
    ]),
  ]),
]

/** Keys in these parts that promha reads itself, so that no reference is allowed there. */
const read: readonly string[] = [
  ...['defaults', 'cells.*'].flatMap(cell => [
    `${cell}.prometheus.scrape_configs.*.job_name`,
    `${cell}.prometheus.scrape_configs.*.*.*.target_label`,
    `${cell}.blackbox.modules.*.prober`,
    `${cell}.blackbox.modules.modules.*.prober`,
  ]),
]

const split = (patterns: readonly string[]) => patterns.map(pattern => pattern.split('.'))
const [allowedParts, readParts] = [split(allowed), split(read)]

export function mayHoldReference(path: Path): boolean {
  return allowedParts.some(parts => fits(parts, path)) && !readParts.some(parts => fits(parts, path))
}

/** Whether a reference is allowed in one part of the value only: see {@link isUserPartOnly}. */
export function isMirrorAddress(path: Path): boolean {
  if (path[0] !== 'artifacts' || path.at(-1) !== 'from') return false
  return path.length === 2 || (path.length === 4 && path[1] === 'components')
}

function fits(parts: readonly string[], path: Path): boolean {
  const rest = parts.at(-1) === '**'
  const fixed = rest ? parts.slice(0, -1) : parts
  return (
    (rest ? path.length > fixed.length : path.length === fixed.length) &&
    fixed.every((part, index) => part === '*' || part === String(path[index]))
  )
}

/** A character that no YAML text holds, in place of a reference. */
const hole = '\0'

/**
 * Whether all references of a URL are before its `@`, as a name and a password.
 * @param pieces literal texts; undefined for a reference
 */
export function isUserPartOnly(pieces: readonly (string | undefined)[]): boolean {
  const text = pieces.map(piece => piece ?? hole).join('')
  const [, host] = /^https?:\/\/[^/?#\\@]*@(.+)$/is.exec(text) ?? []
  return host !== undefined && !host.includes(hole) && !host.includes('@')
}

/**
 * A value for the part of a URL before its `@`: characters that would end that part are percent-encoded, and what is encoded
 * already is kept.
 */
export function asUserPart(value: string): string {
  return value.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:%-]/gu, encodeURIComponent)
}
