/** Regular expressions of upstream configs, tried on texts of the same inventory. */
import { type Context, createContext, Script } from 'node:vm'

/** Milliseconds: JavaScript's matching may take for ever, and the expression is whatever the config's author wrote. */
const longest = 100
const longestText = 4_096

let context: Context | undefined
let run: Script | undefined
let tooSlow = 0

/** Each inventory may have a few expressions that take too long. */
export function resetBudget(): void {
  tooSlow = 0
}

/**
 * What the whole text matches, with its groups; null if it does not match, undefined if that cannot be told here. Go's
 * expressions are anchored in configs, and a dot matches line ends too.
 */
export function goMatch(
  pattern: string,
  text: string,
): (readonly string[] & { groups?: Readonly<Record<string, string>> }) | null | undefined {
  if (/^[\w /:@%=,;~-]*$/.test(pattern)) return pattern === text ? [text] : null
  if (tooSlow > 2 || pattern.length > longestText || text.length > longestText) return undefined
  const flags = /^\(\?([is]+)\)/.exec(pattern)
  const body = (flags ? pattern.slice(flags[0].length) : pattern).replaceAll('(?P<', '(?<')
  context ??= createContext(Object.create(null))
  run ??= new Script('new RegExp(pattern, flags).exec(text)')
  try {
    Object.assign(context, {
      pattern: `^(?:${body})$`,
      flags: flags?.[1]?.includes('i') ? 'is' : 's',
      text,
    })
    const found = run.runInContext(context, { timeout: longest })
    if (found === null) return null
    const groups = found.groups ? { ...found.groups } : undefined
    return Object.assign(
      Array.from(found, one => String(one ?? '')),
      groups ? { groups } : {},
    )
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') tooSlow += 1
    return undefined
  }
}
