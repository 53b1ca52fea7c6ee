/** The order of Debian's versions (deb-version(7)): `1.0~rc1` < `1.0` < `1.0-1` < `1:0.5`. Pure. */

/** Negative, zero or positive. */
export function compareDebianVersions(a: string, b: string): number {
  const [first, second] = [split(a), split(b)]
  return (
    first.epoch - second.epoch ||
    compareParts(first.upstream, second.upstream) ||
    compareParts(first.revision, second.revision)
  )
}

function split(version: string) {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  }
}

/** Text and numbers in turn, text first. */
function compareParts(a: string, b: string): number {
  const [first, second] = [a.match(parts) ?? [], b.match(parts) ?? []]
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    const [one, two] = [first[index] ?? '', second[index] ?? '']
    const found = compareText(textOf(one), textOf(two)) || compareNumbers(numberOf(one), numberOf(two))
    if (found !== 0) return found
  }
  return 0
}

const parts = /[^0-9]*[0-9]+|[^0-9]+/g
const textOf = (part: string) => part.replace(/[0-9]+$/, '')
const numberOf = (part: string) => (/[0-9]+$/.exec(part)?.[0] ?? '').replace(/^0+/, '')

/** By length first: the numbers may be dates and hashes of any length. */
function compareNumbers(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const found = weight(a[index]) - weight(b[index])
    if (found !== 0) return found
  }
  return 0
}

/** A tilde comes before even the end, letters before everything else. */
function weight(letter: string | undefined): number {
  if (letter === undefined) return 0
  if (letter === '~') return -1
  return /[A-Za-z]/.test(letter) ? letter.charCodeAt(0) : letter.charCodeAt(0) + 256
}
