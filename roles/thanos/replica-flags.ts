/** What a replica's Prometheus is told because a sidecar uploads its blocks. */
import { posix } from 'node:path'
import type { ReplicaFlags } from '../storage/store.ts'
import type { ThanosSettings } from './settings.ts'

/** Flags of Prometheus that say when it merges blocks. */
export const blockFlags: readonly string[] = [
  'storage.tsdb.delay-compact-file.path',
  'storage.tsdb.min-block-duration',
  'storage.tsdb.max-block-duration',
]

/** The file in which the sidecar notes what it has uploaded, by its usual name. */
export const shipperFile = 'thanos.shipper.json'

/** Prometheus must not merge blocks that are not uploaded yet. Without an object store it goes on as ever. */
export function replicaFlags({ objstore }: ThanosSettings): ReplicaFlags {
  return ({ dataDir, prometheus, versionOf }) => {
    if (!objstore) return []
    if (atLeast(prometheus, 3, 9) && atLeast(versionOf('thanos'), 0, 41))
      return [['storage.tsdb.delay-compact-file.path', posix.join(dataDir, shipperFile)]]
    // Both the same: it never merges.
    return [
      ['storage.tsdb.min-block-duration', '2h'],
      ['storage.tsdb.max-block-duration', '2h'],
    ]
  }
}

/** Of a version in another form it is not known. */
function atLeast(version: string, major: number, minor: number): boolean {
  const [, ownMajor, ownMinor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? []
  if (ownMajor === undefined) return false
  return Number(ownMajor) > major || (Number(ownMajor) === major && Number(ownMinor) >= minor)
}
