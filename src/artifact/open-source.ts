/** The source that the inventory's `artifacts:` names. */
import type { ArtifactSettings } from '../inventory/model.ts'
import { machinePaths, withKeyring } from './debian/machine.ts'
import { debianSource } from './debian-source.ts'
import { directorySource } from './directory-source.ts'
import { githubSource, upstreamSource } from './github-source.ts'
import type { Archive, Source } from './source.ts'
import type { Transfer } from './transfer.ts'
import { unasked } from './unasked-source.ts'

/** Debian's own name for its current release, where the inventory names no suite. */
export const defaultSuite = 'stable'

export function openSource(
  settings: ArtifactSettings,
  transfer: Transfer,
  isLocked: (archive: Archive) => boolean,
): Source {
  switch (settings.kind) {
    case 'directory':
      return directorySource(settings.from, transfer, isLocked)
    case 'debian':
      return debianSource(settings.suite ?? defaultSuite, transfer, withKeyring(machinePaths, settings))
    case 'mirror': {
      const source = githubSource(settings.from, transfer)
      return settings.unasked ? unasked(source, settings.from) : source
    }
    case 'upstream':
      return upstreamSource(transfer)
  }
}
