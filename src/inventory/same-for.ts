/** `ssh: { sudo: { password: ask, same_for: [GROUP] } }`: the hosts for which one typed password is used. */
import type { Problem } from '../diagnostic/problem.ts'
import { reportPatterns } from './groups.ts'
import type { Host } from './model.ts'
import { match, type Scope } from './patterns.ts'
import type { InventoryText } from './schema.ts'
import { asksForPassword } from './ssh.ts'

/**
 * The hosts with the patterns of their `same_for` resolved to names. With the inventory's own `ssh:`, a host that no pattern
 * names shares its password with no host. A host's own `same_for` always applies to that host.
 */
export function withSameFor(
  text: InventoryText,
  hosts: readonly Host[],
  groups: ReadonlyMap<string, readonly string[]>,
  problems: Problem[],
): readonly Host[] {
  const universe = hosts.map(host => host.name)
  const scope = { universe, defined: new Set(universe), named: groups }
  const common = patternsOf(text.ssh)
  if (common !== undefined) report(common, scope, problems)
  for (const body of Object.values(text.hosts ?? {})) {
    const patterns = patternsOf(body?.ssh)
    if (patterns !== undefined) report(patterns, scope, problems)
  }
  return hosts.map(host => {
    const { sudo } = host.ssh
    if (typeof sudo !== 'object' || !('sameFor' in sudo)) return host
    const named = match(sudo.sameFor, scope).hosts
    const isShared = sudo.sameFor !== common || named.includes(host.name)
    return { ...host, ssh: { ...host.ssh, sudo: { sameFor: isShared ? named : [] } } }
  })
}

function patternsOf(ssh: InventoryText['ssh']): readonly string[] | undefined {
  const sudo = ssh?.sudo
  return typeof sudo === 'object' && sudo !== null && asksForPassword(sudo)
    ? (sudo.same_for ?? undefined)
    : undefined
}

function report(patterns: readonly string[], scope: Scope, problems: Problem[]): void {
  const candidates = [...scope.defined, ...scope.named.keys()]
  reportPatterns(match(patterns, scope).faults, patterns, 'ssh.sudo.same_for', candidates, problems)
}
