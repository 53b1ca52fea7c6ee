/** The table of `promha artifacts trust`: what would run on this machine. */
import { visibleLine } from '../diagnostic/visible.ts'
import type { LocalProgramRow } from '../engine/local-program.ts'
import { table } from './words.ts'

const heading = ['program', 'version', 'source', 'trusted here', 'sha256']

const words: Readonly<Record<LocalProgramRow['trusted'], string>> = {
  accepted: 'accepted',
  known: 'known to this release of promha',
  fetched: 'fetched by promha itself',
  no: 'no',
}

/** Hashes are whole: a person compares them. Names of the inventory's author cannot redraw what is shown. */
export function programsText(programs: readonly LocalProgramRow[]): string {
  const rows = programs.map(({ name, version, arch, source, trusted, sha256 }) =>
    [name, `${version} ${arch}`, source, words[trusted], sha256].map(visibleLine),
  )
  return table([heading, ...rows])
}
