/** Which step from one Prometheus to another cannot be undone, or could not read its data. */
import { error, type Problem } from '../../src/diagnostic/problem.ts'
import type { VersionStep } from '../component.ts'

/** The first line that reads the data of 3.x, and the last that 3.x can go back to. */
const bridge = [2, 55] as const

/** Why the step is refused before anything is touched. */
export function versionProblems({ host, found, wanted }: VersionStep): readonly Problem[] {
  const from = lineOf(found)
  const to = lineOf(wanted)
  if (!from || !to) return []
  const resource = 'program:/usr/local/bin/prometheus'
  if (from[0] >= 3 && isBefore(to, bridge)) {
    return [
      error(`Prometheus ${found} cannot go back to ${wanted}: it could not read its data`, {
        host,
        resource,
        detail: 'What a Prometheus 3.x has written can be read by 2.55 and newer only.',
        remedy:
          'set `versions: { prometheus: "2.55.1" }` or a newer one; to start anew with an older one, destroy it first ' +
          'with `--purge-data`',
      }),
    ]
  }
  if (isBefore(from, bridge) && to[0] >= 3) {
    return [
      error(`Prometheus ${found} is not upgraded to ${wanted} at once: that could not be undone`, {
        host,
        resource,
        detail: 'What a Prometheus 3.x has written can be read by 2.55 and newer only.',
        remedy:
          'take two steps, each with `promha apply`: first `versions: { prometheus: "2.55.1" }`, then ' +
          `\`versions: { prometheus: "${wanted}" }\`. A source without 2.55 (no suite of Debian has it) wants ` +
          '`artifacts: { from: upstream }` for the first step',
      }),
    ]
  }
  return []
}

type Line = readonly [major: number, minor: number]

function lineOf(version: string | undefined): Line | undefined {
  const match = /^v?(\d+)\.(\d+)/.exec(version ?? '')
  return match ? [Number(match[1]), Number(match[2])] : undefined
}

function isBefore([major, minor]: Line, [otherMajor, otherMinor]: Line): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
