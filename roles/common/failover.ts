/** How one address leads to whichever of two hosts is up: an address that moves, or HAProxy. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import { buildCommon } from '../../src/inventory/cell/common-words.ts'
import { checkAskedPath, type Own } from '../../src/inventory/cell/flags.ts'
import type { CellScope } from '../../src/inventory/cell/scope.ts'
import { buildVip, isPort, type VipSettings } from '../../src/inventory/cell/vip.ts'
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { CommonSettings } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { at, atFirst, atKey, quoted, rejectedOf, wasRejected } from '../../src/inventory/text/place.ts'
import { isWildcard, joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { componentProblem } from '../messages.ts'

export const failoverSchema = t.noted(t.keys({ ...t.vipWords, haproxy: t.keys({ port: t.number }) }), {
  form: () => '{ vip: ADDRESS/PREFIX }',
  notYet: ['dns'],
})

type FailoverText = t.TextOf<typeof failoverSchema>

/** How one address leads to the one of two hosts that is up. */
export type Failover =
  /** An address that moves, by VRRP. */
  | ({ readonly kind: 'vip' } & VipSettings)
  /** HAProxy on this port of each host that is a client or a member; the passive member is its backup server. */
  | { readonly kind: 'haproxy'; readonly port: number }

interface Led {
  /** The component's key in the cell. */
  readonly key: string
  readonly hosts: readonly string[]
  /** The member to which a failover leads; undefined if it needs none. */
  readonly whom: string | undefined
  readonly own: Own
  readonly ownFiles: readonly string[]
  /** On which the members listen by default, and HAProxy. */
  readonly port: number
  readonly proxyPort: number
}

type LedText = Parameters<typeof buildCommon>[0] & { readonly failover?: FailoverText | null | undefined }

/** The words of a component of which one member is active, and what leads to that one. What is wrong is reported. */
export function buildLed(
  text: LedText,
  { key, hosts, whom, own, ownFiles, port, proxyPort }: Led,
  cell: CellScope,
  context: Context,
): { readonly common: CommonSettings; readonly failover: Failover | undefined } {
  const { problems } = context
  const of = `${key} of cell ${quoted(cell.name)}`
  const failover = buildFailover(text.failover, { of, hosts, port: proxyPort }, cell, context)
  if (whom !== undefined && text.failover == null && !wasRejected(text, 'failover'))
    problems.push(componentProblem.noFailover(atKey(text, 'failover'), of, whom, proxyPort))
  const isIpv6 = failover?.kind === 'vip' && failover.address.includes(':')
  const listen = { address: isIpv6 ? '::' : '0.0.0.0', port }
  const common = buildCommon(text, { of: key, own, hosts, listen, ownFiles }, cell, context)
  if (failover?.kind === 'vip') checkReached(text, { of, hosts, address: failover.address }, common, problems)
  const by = failover?.kind === 'vip' ? 'keepalived' : 'HAProxy'
  if (failover) checkAskedPath(wordsOn(common, hosts[0] ?? ''), key, by, problems)
  return { common, failover }
}

/** The component's `failover:`. Undefined if it has none or a wrong one, which is reported. */
function buildFailover(
  text: FailoverText | null | undefined,
  { of, hosts, port }: { readonly of: string; readonly hosts: readonly string[]; readonly port: number },
  cell: CellScope,
  context: Context,
): Failover | undefined {
  if (text == null) return undefined
  const { problems } = context
  if (text.vip != null && text.haproxy != null)
    return void problems.push(componentProblem.twoFailovers(atKey(text, 'haproxy'), of))
  if (text.haproxy != null) {
    const ownPort = text.haproxy.port ?? port
    for (const key of ['interface', 'vrid'] as const) {
      if (text[key] != null) problems.push(componentProblem.needsVip(atKey(text, key), key, of))
    }
    return isPort(text.haproxy, ownPort, `failover.haproxy of ${of}`, context)
      ? { kind: 'haproxy', port: ownPort }
      : undefined
  }
  if (text.vip == null) {
    if (rejectedOf(text).size === 0) {
      problems.push(componentProblem.emptyFailover(at(text, 'vip'), of, port))
    }
    return undefined
  }
  const vip = buildVip(text, { of, hosts }, cell, context)
  return vip && { kind: 'vip', ...vip }
}

/** Reports members that an address which moves cannot reach because they do not listen on all addresses of their host. */
function checkReached(
  owner: object,
  { of, hosts, address }: { of: string; hosts: readonly string[]; address: string },
  settings: CommonSettings,
  problems: Problem[],
): void {
  const isIpv6 = address.includes(':')
  const { port } = settings.listen
  const wildcard = joinHostPort({ address: isIpv6 ? '::' : '0.0.0.0', port })
  const reported = new Set<string>()
  for (const host of hosts) {
    const { listen: own, source } = wordsOn(settings, host)
    const listen = joinHostPort(own)
    const reached = isWildcard(own.address) && (!isIpv6 || own.address === '::')
    if ((reached && own.port === port) || reported.has(listen)) continue
    reported.add(listen)
    const where = source ? { source } : atFirst(owner, 'listen')
    problems.push(componentProblem.addressNotReached(where, { of, listen, address, wildcard }))
  }
}
