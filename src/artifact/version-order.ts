import compare from 'semver/functions/compare.js'
import parse from 'semver/functions/parse.js'

/** Orders versions as `1.9.0` < `1.10.0-rc.1` < `1.10.0`; negative, zero or positive. Throws on what is no version. */
export function compareVersions(a: string, b: string): number {
  return compare(a, b, { loose: true })
}

/** Whether the first one is the earlier one; false if either is no version, as what a host noted may be. */
export function isEarlier(a: string, b: string): boolean {
  const [one, other] = [parse(a, { loose: true }), parse(b, { loose: true })]
  return one !== null && other !== null && compare(one, other) < 0
}
