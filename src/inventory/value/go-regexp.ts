/** Regular expressions of upstream configs, tried on texts of the same inventory. */
import { createContext, Script } from 'node:vm'

/** Milliseconds: JavaScript's matching may take for ever, and the expression is whatever the config's author wrote. */
const longest = 100
/** Milliseconds of the processor for all expressions of one inventory; a usual one takes a tenth of one. */
const longestOfAll = 2_000
const longestText = 4_096
const mostTries = 3

type Found = readonly string[] & { readonly groups?: Readonly<Record<string, string>> }

/** What the whole text matches, with its groups; null if it does not match, undefined if that cannot be told here. */
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
      const found = patiently(began, run, `^(?:${body})$`, flags?.[1]?.includes('i') ? 'is' : 's', text)
      if (found === null) return null
      const groups = found.groups ? { ...found.groups } : undefined
      const texts = Array.from(found, one => String(one ?? ''))
      return Object.assign(texts, groups ? { groups } : {})
    } catch {
      // On a busy machine it had less of the processor until its time was over.
      left -= longest
      return undefined
    } finally {
      left -= usedSince(began)
    }
  }
}

/** Milliseconds of the processor. */
function usedSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1_000
}

/** Node's limit is one of the clock, so what did not get half of that time from a busy machine is tried again. */
function patiently(
  began: NodeJS.CpuUsage,
  run: ReturnType<typeof createRun>,
  ...words: Parameters<typeof run>
) {
  for (let tries = 1; ; tries += 1) {
    try {
      return run(...words)
    } catch (cause) {
      const late = (cause as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
      if (!late || tries === mostTries || usedSince(began) > longest / 2) throw cause
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
