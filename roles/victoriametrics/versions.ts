/** Which step from one VictoriaMetrics to another loses data. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { VersionStep } from '../component.ts'
import { storageProblem } from '../storage/messages.ts'

/** Why the step is refused before anything is touched. */
export function victoriaMetricsVersionProblems(
  { host, found, wanted }: VersionStep,
  component = 'victoriametrics',
  release = component,
): readonly Problem[] {
  if (!hasPartitionIndex(found) || hasPartitionIndex(wanted) !== false) return []
  const program = component === 'victoriametrics' ? 'victoria-metrics' : component
  const where = { host, resource: `program:/usr/local/bin/${program}` }
  return [storageProblem.indexUnreadable(where, { component, release, wanted }, found)]
}

/** Since 1.133 it keeps an index in each partition. Undefined if the version has another form. */
function hasPartitionIndex(version: string | undefined): boolean | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version ?? '') ?? []
  return major === undefined ? undefined : Number(major) > 1 || Number(minor) >= 133
}
