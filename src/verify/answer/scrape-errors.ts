/** What to do about a scrape that failed, by what Prometheus said of it. */
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Target } from './answers.ts'

interface Told {
  /** Hosts of the replicas that scrape; empty: not known. */
  readonly on?: readonly string[]
  /** What to do about an error that says no more. */
  readonly otherwise?: string
}

/** Of the name server or the resolver, which may time out as well; the name is that of a host. */
const lookup = /\blookup ([A-Za-z0-9._-]{1,253})(?: on \S+)?: /

/** The first that fits counts. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [
    /server gave HTTP response to HTTPS client/,
    'The target speaks HTTP without TLS: set `scheme: http` in its job.',
  ],
  [
    /\bx509: |\btls: |certificate|malformed HTTP response "\\x1[56]/,
    'The TLS handshake failed: check `scheme` and `tls_config` (CA, server name, client certificate) of its job.',
  ],
  [
    /unable to (read|use|load) .*\b(file|cert|key)\b/,
    'Prometheus cannot read a file that its job names: check that it exists and that the user prometheus may read it.',
  ],
  [
    /HTTP status 40[13]\b/,
    'The target refuses access (401 or 403): check `basic_auth` or `authorization` of its job, and who may read its metrics.',
  ],
  [
    /HTTP status 404\b/,
    'The target has no such page (404): check `metrics_path` of its job, and that the port is the right one.',
  ],
  [/HTTP status [45]\d\d/, 'The target answers with an error: look at its config or its log.'],
  [
    /Content-Type|valid start token|while parsing|invalid UTF-8/,
    'The answer is no metrics format: check `metrics_path` and the port. If both are right, set `fallback_scrape_protocol` in its job.',
  ],
  [
    /limit exceeded|exceeded limit/,
    'The target exceeds a limit of its job: raise that limit, or have the target expose less.',
  ],
  [
    /connection refused/,
    'The connection is refused, so nothing listens on that port: if the program does not run, look at its log there.',
  ],
  [
    /no route to host|network is unreachable|timeout|timed out|Timeout|context deadline exceeded/,
    'No answer comes. If the host is up, look at its "address" in the inventory and at a firewall between the hosts.',
  ],
]

/** One sentence or two for each kind of failure among these scrapes. */
export function remedyFor(
  failed: readonly (Pick<Target, 'lastError'> | undefined)[],
  { on = [], otherwise = 'Look at the program there and at a firewall between the hosts.' }: Told = {},
): string {
  const names = new Set<string>()
  const found = failed.flatMap(target => {
    const said = target?.lastError ?? ''
    const [, name] = lookup.exec(said) ?? []
    if (name === undefined) return kinds.find(([pattern]) => pattern.test(said))?.[1] ?? otherwise
    names.add(name)
    return []
  })
  const remedies = [...(names.size > 0 ? [unresolved([...names], on)] : []), ...found]
  return [...new Set(remedies.length > 0 ? remedies : [otherwise])].join(' ')
}

function unresolved(names: readonly string[], on: readonly string[]): string {
  const where = on.length > 0 ? listFirst(on) : 'The host of the replica'
  return `${where} cannot resolve ${listFirst(names)}: run \`getent ahosts ${names[0]}\` there. Add the name to DNS or to /etc/hosts, or use an IP address instead.`
}
