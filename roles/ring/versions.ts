/** Steps between releases of programs whose members share a ring. */

/** `3.2` of `3.2.1` and `v3.2.1`; undefined if the version has another form. */
export function minorOf(version: string): readonly [number, number] | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? []
  return major === undefined ? undefined : [Number(major), Number(minor)]
}

/** Whether the step leads to an earlier minor release. */
export function isOlderMinor(found: string, wanted: string): boolean {
  const [from, to] = [minorOf(found), minorOf(wanted)]
  if (from === undefined || to === undefined) return false
  return to[0] < from[0] || (to[0] === from[0] && to[1] < from[1])
}
