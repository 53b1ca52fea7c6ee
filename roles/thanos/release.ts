/** One release for all components of Thanos, which has one program. */
import { program, type ReleaseDefinition } from '../release.ts'

/** Under `versions:` and in the lock file. */
export const thanosReleaseName = 'thanos'

/** Where the program lies in the release. On a host each component has a copy under its own name. */
export const thanosProgram = '/usr/local/bin/thanos'

export const thanosRelease: ReleaseDefinition = {
  version: '0.42.4',
  upstream: {
    folder: 'thanos-io/thanos/releases/download/v$V',
    archive: 'thanos-$V.linux-$ARCH.tar.gz',
    checksums: 'sha256sums.txt',
    members: [program('thanos-$V.linux-$ARCH/thanos', 'thanos')],
    architectures: { armv7: null },
  },
}
