import compare from 'semver/functions/compare.js'

/** Orders versions as `1.9.0` < `1.10.0-rc.1` < `1.10.0`; negative, zero or positive. Throws on what is no version. */
export function compareVersions(a: string, b: string): number {
  return compare(a, b, { loose: true })
}
