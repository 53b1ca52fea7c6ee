/** Regular expressions of upstream configs, tried on texts of the same inventory. */
import { createContext, Script } from 'node:vm'

/** Milliseconds: JavaScript's matching may take for ever, and the expression is whatever the config's author wrote. */
const longest = 100
/** Milliseconds of the processor for all expressions of one inventory; a usual one takes a tenth of one. */
const longestOfAll = 2_000
const longestText = 4_096

type Found = readonly string[] & { readonly groups?: Readonly<Record<string, string>> }

/**
 * What the whole text matches, with its groups; null if it does not match, undefined if that cannot be told here. Go's
 * expressions are anchored in configs, and a dot matches line ends too.
 */
export type GoMatch = (pattern: string, text: string) => Found | null | undefined

/** For one inventory: all of its expressions share some time, and after that none is tried any more. */
export function goMatcher(): GoMatch {
  let left = longestOfAll
  let run: ReturnType<typeof createRun> | undefined
  return (pattern, text) => {
    if (/^[\w /:@%=,;~-]*$/.test(pattern)) return pattern === text ? [text] : null
    if (left <= 0 || pattern.length > longestText || text.length > longestText) return undefined
    const flags = /^\(\?([is]+)\)/.exec(pattern)
    const body = (flags ? pattern.slice(flags[0].length) : pattern).replaceAll('(?P<', '(?<')
    // Not of the clock: a busy machine must not have fewer expressions tried.
    const began = process.cpuUsage()
    try {
      run ??= createRun()
      const found = run(`^(?:${body})$`, flags?.[1]?.includes('i') ? 'is' : 's', text)
      if (found === null) return null
      const groups = found.groups ? { ...found.groups } : undefined
      return Object.assign(
        Array.from(found, one => String(one ?? '')),
        groups ? { groups } : {},
      )
    } catch {
      // On a busy machine it had less of the processor until its time was over.
      left -= longest
      return undefined
    } finally {
      const { user, system } = process.cpuUsage(began)
      left -= (user + system) / 1_000
    }
  }
}

function createRun() {
  const context = createContext(Object.create(null))
  const script = new Script('new RegExp(pattern, flags).exec(text)')
  return (pattern: string, flags: string, text: string): RegExpExecArray | null => {
    Object.assign(context, { pattern, flags, text })
    return script.runInContext(context, { timeout: longest })
  }
}
