/** The table of `promha artifacts`. */
import type { ListedArtifact } from '../artifact/fetch-all.ts'
import { size, table } from './words.ts'

const heading = ['component', 'version', 'source', 'arch', 'cached', 'file', 'size', 'sha256']

/** A row for each file, with what it belongs to on the first one; of hashes the beginning. */
export function artifactsText(artifacts: readonly ListedArtifact[]): string {
  const rows = artifacts.flatMap(({ component, version, source, arch, cached, files }) =>
    files.map((file, index) => [
      ...(index === 0 ? [component, version, source, arch, cached ? 'yes' : 'no'] : ['', '', '', '', '']),
      file.path,
      size(file.size),
      file.sha256.slice(0, 12),
    ]),
  )
  return table([heading, ...rows])
}
