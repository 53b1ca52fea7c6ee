/** What a release makes of CHANGELOG.md. */

const heading = '## Unreleased'

/**
 * The text with its "Unreleased" as this version of this date, below a new and empty one. Headings with nothing below
 * them go. Undefined if there is no such section, or no change in it.
 */
export function releasedChangelog(text, version, date) {
  const [before, after] = text.split(`${heading}\n`)
  if (after === undefined) return undefined
  const end = after.search(/^## /m)
  const section = end === -1 ? after : after.slice(0, end)
  if (!/^- \S/m.test(section)) return undefined
  const kept = section.replace(/^### .*\n+(?=### |$(?![\s\S]))/gm, '').trim()
  const rest = end === -1 ? '' : `\n${after.slice(end)}`
  return `${before}${heading}\n\n## ${version} - ${date}\n\n${kept}\n${rest}`
}
