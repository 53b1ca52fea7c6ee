import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Host } from './model.ts'
import { nameFault } from './names.ts'
import { match, type PatternFault } from './patterns.ts'
import { at, atKey, quote, rejectedOf } from './place.ts'
import type { InventoryText } from './schema.ts'

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
        const loop = [...open.slice(open.indexOf(inner)), inner].map(quote).join(' contains ')
        problems.push(error(`groups form a loop: ${loop}`, at(patterns, index)))
        done.set(inner, [])
      }
    }
    open.pop()
    const found = match(patterns, { universe, defined, named: done })
    reportPatterns(
      found.faults,
      patterns,
      `group ${quote(name)}`,
      [...defined, ...Object.keys(groups)],
      problems,
    )
    if (patterns.length === 0 && rejectedOf(patterns).size === 0) {
      problems.push(warning(`group ${quote(name)} is empty`, atKey(groups, name)))
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
    if (fault) problems.push(error(`group ${quote(name)}: a name ${fault}`, where))
    if (name === 'all') problems.push(error('a group may not be called "all", which means every host', where))
    if (defined.has(name)) {
      problems.push(
        error(`${quote(name)} is the name of a group and of a host`, { ...where, remedy: 'rename one' }),
      )
    }
  }
}

/** Whether the only fault of the patterns is that some match no host. */
export function onlyEmpty(faults: readonly PatternFault[]): boolean {
  return faults.every(fault => fault.kind === 'empty')
}

/** Turns what {@link match} found wrong with a list of patterns into problems at their places. */
export function reportPatterns(
  faults: readonly PatternFault[],
  patterns: readonly string[],
  of: string,
  candidates: readonly string[],
  problems: Problem[],
  placeOf: (index: number) => Pick<Problem, 'source'> = index => at(patterns, index),
): void {
  for (const { index, kind, name, detail } of faults) {
    const where = placeOf(index)
    if (kind === 'unknown') {
      problems.push(
        error(`${of} names ${quote(name)}, which is neither a host nor a group`, {
          ...where,
          ...suggestion(name, candidates, 'define it under "hosts:" or "groups:"'),
        }),
      )
    } else if (kind === 'empty') {
      problems.push(warning(`${quote(name)} of ${of} matches no host`, where))
    } else if (kind === 'outside') {
      problems.push(
        error(`${of} names the host ${quote(name)}, which the cell does not have`, {
          ...where,
          remedy: `add ${quote(name)} to the cell's "hosts:"`,
        }),
      )
    } else {
      problems.push(
        error(`${quote(name)} of ${of} is not a valid pattern${detail ? `: ${detail}` : ''}`, where),
      )
    }
  }
}
