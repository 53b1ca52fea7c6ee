/** How one address leads to whichever of two hosts is up: an address that moves, or HAProxy. */
import { error } from '../src/diagnostic/problem.ts'
import type { Context } from '../src/inventory/context.ts'
import { isWildcard, joinHostPort } from '../src/inventory/endpoint.ts'
import type { CommonSettings, Failover } from '../src/inventory/model.ts'
import { at, atKey, quote, rejectedOf, wasRejected } from '../src/inventory/place.ts'
import type { CellScope } from '../src/inventory/replicas.ts'
import type { BlackboxText, FailoverText, PushgatewayText } from '../src/inventory/schema.ts'
import { buildVip, isPort } from '../src/inventory/vip.ts'
import { wordsOn } from '../src/inventory/words-on.ts'

interface Kind {
  /** `pushgateway of cell "eu"` */
  readonly of: string
  readonly hosts: readonly string[]
  /** HAProxy's port by default. */
  readonly port: number
}

/** Reports a component with two hosts and without a failover. `whom`: the member to which one would lead. */
export function checkGiven(
  text: PushgatewayText | BlackboxText,
  { of, port }: Pick<Kind, 'of' | 'port'>,
  whom: string,
  { problems }: Context,
): void {
  if (text.failover != null || wasRejected(text, 'failover')) return
  problems.push(
    error(`${of} has no failover, so nothing leads to ${whom}`, {
      ...atKey(text, 'failover'),
      remedy: `add "failover: { vip: ADDRESS/PREFIX }", or "failover: { haproxy: { port: ${port} } }"`,
    }),
  )
}

/** The component's `failover:`. Undefined if it has none or a wrong one, which is reported. */
export function buildFailover(
  text: FailoverText | null | undefined,
  { of, hosts, port }: Kind,
  cell: CellScope,
  context: Context,
): Failover | undefined {
  if (text == null) return undefined
  const { problems } = context
  if (text.vip != null && text.haproxy != null) {
    problems.push(
      error(`failover of ${of} has both "vip" and "haproxy"`, {
        ...atKey(text, 'haproxy'),
        remedy: 'keep one; an empty "vip:" or "haproxy:" removes the one from "defaults"',
      }),
    )
    return undefined
  }
  if (text.haproxy != null) {
    const given = text.haproxy.port ?? port
    for (const key of ['interface', 'vrid'] as const) {
      if (text[key] != null)
        problems.push(
          error(`${quote(key)} of the failover of ${of} can be used with "vip" only`, atKey(text, key)),
        )
    }
    return isPort(text.haproxy, given, `failover.haproxy of ${of}`, context)
      ? { kind: 'haproxy', port: given }
      : undefined
  }
  if (text.vip == null) {
    if (rejectedOf(text).size === 0) {
      problems.push(
        error(`failover of ${of} does not say how`, {
          ...at(text, 'vip'),
          remedy: `write "vip: ADDRESS/PREFIX", or "haproxy: { port: ${port} }"`,
        }),
      )
    }
    return undefined
  }
  const vip = buildVip(text, of, hosts, cell, context)
  return vip && { kind: 'vip', ...vip }
}

/** What checks the health of a program to decide whether to lead to it. */
export const askerOf = { vip: 'keepalived', haproxy: 'HAProxy' } as const

/** Reports members that an address which moves cannot reach because they do not listen on all addresses of their host. */
export function checkReached(
  owner: object,
  of: string,
  hosts: readonly string[],
  settings: CommonSettings,
  failover: Failover | undefined,
  { problems }: Context,
): void {
  if (failover?.kind !== 'vip') return
  const isIpv6 = failover.address.includes(':')
  const { port } = settings.listen
  const told = new Set<string>()
  for (const host of hosts) {
    const { listen, source } = wordsOn(settings, host)
    const reached = isWildcard(listen.address) && (!isIpv6 || listen.address === '::')
    if ((reached && listen.port === port) || told.has(joinHostPort(listen))) continue
    told.add(joinHostPort(listen))
    problems.push(
      error(
        `${of} listens on ${joinHostPort(listen)}, which its address ${failover.address} does not reach`,
        {
          ...(source ? { source } : at(owner, 'listen')),
          remedy: `listen on ${joinHostPort({ address: isIpv6 ? '::' : '0.0.0.0', port })}`,
        },
      ),
    )
  }
}
