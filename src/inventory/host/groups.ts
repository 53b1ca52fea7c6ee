import type { Problem } from '../../diagnostic/problem.ts'
import type { Host } from '../model.ts'
import type { InventoryText } from '../schema/schema.ts'
import { at, atKey, quoted, rejectedOf } from '../text/place.ts'
import { nameFault } from '../value/names.ts'
import { match, type PatternFault } from '../value/patterns.ts'
import { hostProblem } from './messages.ts'
import { asksForPassword } from './ssh.ts'

/** Every group and its hosts, groups inside groups resolved. */
export function buildGroups(
  text: InventoryText,
  hosts: readonly Host[],
  problems: Problem[],
): ReadonlyMap<string, readonly string[]> {
  const groups = text.groups ?? {}
  const wrong = [...rejectedOf(groups)].map(String)
  const universe = hosts.map(host => host.name)
  const defined = new Set(universe)
  checkNames(groups, defined, problems)
  const done = new Map<string, readonly string[]>(wrong.map(name => [name, []]))
  const open: string[] = []
  const resolve = (name: string): readonly string[] => {
    const known = done.get(name)
    if (known) return known
    const patterns = groups[name] ?? []
    open.push(name)
    for (const [index, pattern] of patterns.entries()) {
      const inner = pattern.replace(/^!/, '')
      if (!Object.hasOwn(groups, inner) || done.has(inner)) continue
      if (!open.includes(inner)) resolve(inner)
      else {
        const loop = [...open.slice(open.indexOf(inner)), inner].map(quoted).join(' contains ')
        problems.push(hostProblem.groupLoop(at(patterns, index), loop))
        done.set(inner, [])
      }
    }
    open.pop()
    const found = match(patterns, { universe, defined, named: done })
    const candidates = [...defined, ...Object.keys(groups)]
    reportPatterns(found.faults, { patterns, of: `group ${quoted(name)}`, candidates }, problems)
    if (patterns.length === 0 && rejectedOf(patterns).size === 0) {
      problems.push(hostProblem.emptyGroup(atKey(groups, name), name))
    }
    done.set(name, found.hosts)
    return found.hosts
  }
  for (const name of Object.keys(groups)) resolve(name)
  return done
}

function checkNames(groups: object, defined: ReadonlySet<string>, problems: Problem[]): void {
  for (const name of Object.keys(groups)) {
    const fault = nameFault(name)
    const where = atKey(groups, name)
    if (fault) problems.push(hostProblem.badGroupName(where, name, fault))
    if (name === 'all') problems.push(hostProblem.reservedGroupName(where))
    if (defined.has(name)) problems.push(hostProblem.groupNamedAsHost(where, name))
  }
}

/** Whether the only fault of the patterns is that some match no host. */
export function onlyEmpty(faults: readonly PatternFault[]): boolean {
  return faults.every(fault => fault.kind === 'empty')
}

interface NamedPatterns {
  readonly patterns: readonly string[]
  /** What has them: `group "apps"`. */
  readonly of: string
  /** Names that a message may suggest. */
  readonly candidates: readonly string[]
  /** Where a pattern is written, if not in the list itself. */
  readonly placeOf?: (index: number) => Pick<Problem, 'source'>
}

/** Turns what {@link match} found wrong with a list of patterns into problems at their places. */
export function reportPatterns(
  faults: readonly PatternFault[],
  { patterns, of, candidates, placeOf = index => at(patterns, index) }: NamedPatterns,
  problems: Problem[],
): void {
  for (const { index, kind, name, detail, nearest } of faults) {
    const where = placeOf(index)
    const remedy = nearest ? `Did you mean ${quoted(nearest)}?` : 'Name hosts that are there, or remove it.'
    if (kind === 'unknown') problems.push(hostProblem.unknownHostOrGroup(where, of, name, candidates))
    else if (kind === 'empty') problems.push(hostProblem.noMatch(where, name, of, remedy))
    else if (kind === 'outside') problems.push(hostProblem.notOfCell(where, of, name))
    else problems.push(hostProblem.badPattern(where, name, of, detail))
  }
}

/** The hosts with `same_for` as names. One that the inventory's own `ssh:` does not name shares its password with none. */
export function withSameFor(
  text: InventoryText,
  hosts: readonly Host[],
  groups: ReadonlyMap<string, readonly string[]>,
  problems: Problem[],
): readonly Host[] {
  const universe = hosts.map(host => host.name)
  const scope = { universe, defined: new Set(universe), named: groups }
  const common = patternsOf(text.ssh)
  const candidates = [...universe, ...groups.keys()]
  for (const patterns of [common, ...Object.values(text.hosts ?? {}).map(body => patternsOf(body?.ssh))]) {
    const named = { patterns: patterns ?? [], of: 'ssh.sudo.same_for', candidates }
    reportPatterns(match(named.patterns, scope).faults, named, problems)
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
