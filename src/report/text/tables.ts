/** The tables of `promha artifacts` and `promha artifacts trust`. */
import type { ListedArtifact } from '../../artifact/fetch-all.ts'
import type { LocalProgramRow } from '../../check/tool/local-program.ts'
import { visibleLine } from '../../diagnostic/visible.ts'
import { size, table } from '../words.ts'

const ofArtifacts = ['component', 'version', 'source', 'arch', 'cached', 'file', 'size', 'sha256']
const ofPrograms = ['program', 'version', 'source', 'trusted here', 'sha256']

const trustWords: Readonly<Record<LocalProgramRow['trusted'], string>> = {
  accepted: 'accepted',
  known: 'known to this release of promha',
  fetched: 'fetched by promha itself',
  no: 'no',
}

/** A row for each file, with what it belongs to on the first one; of hashes the beginning. */
export function artifactsText(artifacts: readonly ListedArtifact[]): string {
  const rows = artifacts.flatMap(({ component, version, source, arch, cached, files }) =>
    files.map(({ path, size: bytes, sha256 }, index) => {
      const of = [component, version, source, arch, cached ? 'yes' : 'no']
      return [...of.map(word => (index === 0 ? word : '')), path, size(bytes), sha256.slice(0, 12)]
    }),
  )
  return table([ofArtifacts, ...rows])
}

/** Hashes are whole: a person compares them. Names of the inventory's author cannot redraw what is shown. */
export function programsText(programs: readonly LocalProgramRow[]): string {
  const rows = programs.map(({ name, version, arch, source, trusted, sha256 }) =>
    [name, `${version} ${arch}`, source, trustWords[trusted], sha256].map(visibleLine),
  )
  return table([ofPrograms, ...rows])
}
