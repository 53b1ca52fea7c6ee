/** What a flag that a program does not know was meant to be, by the program's own list of its flags. */
import { knownDefinition } from '../../../roles/index.ts'
import { nearest, suggestion } from '../../diagnostic/nearest.ts'
import { setByPromha } from '../../inventory/cell/flags.ts'

/** The flags in what a program prints for `--help`, without the dashes. */
export function flagsIn(help: string): readonly string[] {
  return [...help.matchAll(/^\s+(?:-\w, )?--(\[no-\])?([A-Za-z0-9][\w.-]*)/gm)].flatMap(
    ([, switched, name = '']) => (switched ? [name, `no-${name}`] : [name]),
  )
}

export function isUnknownFlag(reason: string): boolean {
  return /^unknown (?:long|short) flag/.test(reason)
}

/** What to do about a flag that a program refuses. `known`: its flags; empty if they are not known. */
export function flagRemedy(program: string, name: string, reason: string, known: readonly string[]): string {
  const all = `\`${program} --help\` lists all flags with their values.`
  if (/^unexpected (?:true|yes|y|on|1|false|no|n|off|0)$/i.test(reason))
    return 'Write true or false, without quotes: this flag takes no other value.'
  if (!isUnknownFlag(reason)) return `Correct the flag. ${all}`
  const meant = nearest(name, known)
  const own = knownDefinition(program)?.ownFlags
  const instead = own === undefined || meant === undefined ? undefined : setByPromha(own, meant)
  if (instead !== undefined)
    return `Remove this flag. promha sets ${JSON.stringify(meant)} itself: ${instead}.`
  return suggestion(name, known, `Correct the name or remove the flag. ${all}`).remedy ?? ''
}
