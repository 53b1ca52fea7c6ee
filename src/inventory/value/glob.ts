/** Globs of an inventory, within limits: matching a hostile one could take almost forever. */
import picomatch from 'picomatch'

const longest = 1000
const mostStars = 3
const mostDoubleStars = 2
const mostAlternatives = 256

/** Matches `*`, `**`, `?`, `[…]` and `{a,b}`; all else is literal. `fault` follows the glob in a sentence. */
export function globMatcher(
  glob: string,
  options: { readonly dot?: boolean } = {},
): { readonly matches: (text: string) => boolean } | { readonly fault: string } {
  const fault = tooCostly(glob)
  if (fault !== undefined) return { fault }
  // Picomatch copies these into its regular expression, where nested repetition could take almost forever.
  const plain = glob.replace(/\\.|[()+|]/gs, found => (found.length > 1 ? found : `\\${found}`))
  return { matches: picomatch(plain, { ...options, noextglob: true, nonegate: true }) }
}

function tooCostly(glob: string): string | undefined {
  if (glob.length > longest) return `is longer than ${longest} characters`
  const doubles = glob.split('**').length - 1
  if (doubles > mostDoubleStars) return `has more than ${mostDoubleStars} "**"`
  for (const segment of glob.split('/'))
    if (segment.replaceAll('**', '').split('*').length - 1 > mostStars)
      return `has more than ${mostStars} "*" between two slashes`
  // Each `{a,b}` doubles the ways in which a text may match.
  const groups = glob.split('{').slice(1)
  const ways = groups.reduce((product, group) => product * group.split(',').length, 1)
  return ways > mostAlternatives ? 'has too many alternatives in braces' : undefined
}
