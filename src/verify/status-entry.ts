/** Lines of `status` as most components have them. */
import type { CellTopology } from '../topology/model.ts'
import { paths } from './answers.ts'
import type { StatusEntry } from './facet.ts'
import type { Known } from './known.ts'
import { buildVersion } from './metrics.ts'
import { programsOf } from './programs.ts'
import type { Program } from './view.ts'

/** Of a program that is asked by these paths, behind its prefix. */
export function entryOf(cell: string, program: Program, ready: string, version: string): StatusEntry {
  const at = (path: string) => ({ program, path: `${program.pathPrefix ?? ''}${path}` })
  return { cell, program, ready: at(ready), version: at(version) }
}

/** Of a plain exporter: its metrics say that it is ready, and its version. */
export function exporterRows({ definition }: Known, cell: CellTopology): readonly StatusEntry[] {
  const { name } = definition
  const path = cell.exporters.find(({ component }) => component === name)?.metricsPath ?? paths.metrics
  return programsOf(definition, cell).map(program => ({
    ...entryOf(cell.name, program, path, path),
    versionOf: builtBy(name),
  }))
}

/** The version that its metrics tell, by the program's name there. */
export function builtBy(program: string): (body: unknown) => string {
  return body => buildVersion(String(body), program)
}
