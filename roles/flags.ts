/** Command-line flags: promha's own and the user's, in the form of kingpin, which all three programs use. */
import type { Flags } from '../src/inventory/model.ts'
import type { BundleCheck } from '../src/resource/model.ts'

export type FlagValue = Flags[string]

/**
 * The words of a command line after the program. The user's flags come last and replace promha's of the same name.
 * true is the bare switch, false its `--no-` form, a list one word for each item.
 */
export function flagWords(own: readonly (readonly [string, FlagValue])[], user: Flags): readonly string[] {
  const kept = own.filter(([name]) => !Object.hasOwn(user, name))
  return [...kept, ...Object.entries(user)].flatMap(([name, value]) => wordsOf(name, value))
}

function wordsOf(name: string, value: FlagValue): readonly string[] {
  if (value === true) return [`--${name}`]
  if (value === false) return [`--no-${name}`]
  return [value].flat().map(one => `--${name}=${one}`)
}

/** Has the program itself judge its command line: it parses all of it before it tells its version. */
export function flagCheck(command: readonly string[], root: string): BundleCheck {
  const [program = '', ...args] = command
  return { program, root, args: [...args, '--version'] }
}

/** The features that a program's command line turns on. */
export function featuresIn(command: readonly string[]): readonly string[] {
  const flag = '--enable-feature='
  return command.flatMap(word => (word.startsWith(flag) ? word.slice(flag.length).split(',') : []))
}

/** The flag by which a tool knows the features of the program that it checks for: none without features. */
export function featureFlag(features: readonly string[]): readonly string[] {
  return features.length === 0 ? [] : [`--enable-feature=${features.join(',')}`]
}
