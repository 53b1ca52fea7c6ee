/** Whether what the inventory names for a component can be had at all. */
import { exporterName } from '../../roles/exporters/definition.ts'
import { definitionOf } from '../../roles/index.ts'
import { error, type Problem } from '../diagnostic/problem.ts'
import type { ArtifactSettings } from './artifact-origin.ts'
import { originOf } from './artifact-origin.ts'
import type { Cell } from './model.ts'
import { atKey, quote } from './place.ts'
import type { CellText } from './schema.ts'

/**
 * One error for each component of which Debian has no package, at the first exporter that needs it; and one for each key
 * under which two cells name different programs.
 */
export function checkSources(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  artifacts: ArtifactSettings,
  problems: Problem[],
): void {
  const told = new Set<string>()
  const programs = new Map<string, string>()
  for (const cell of cells) {
    const exporters = texts.get(cell.name)?.exporters ?? {}
    for (const [component, { job, definition }] of Object.entries(cell.exporters ?? {})) {
      const name = definition ? exporterName(definition) : component
      const release = definition?.release ?? definitionOf(component).release
      if (release?.own) {
        const program = JSON.stringify(release)
        if (programs.has(name) && programs.get(name) !== program)
          problems.push(
            error(`exporters.${job} names another program in cell ${quote(cell.name)} than in another cell`, {
              ...atKey(exporters, job),
              remedy: 'give one of the two entries another name',
            }),
          )
        programs.set(name, programs.get(name) ?? program)
      }
      if (release?.debian || release?.own || originOf(artifacts, name).kind !== 'debian') continue
      if (told.has(name)) continue
      told.add(name)
      problems.push(
        error(`exporters.${job}: Debian has no package of ${name}`, {
          ...atKey(exporters, job),
          remedy: `take it from elsewhere: "artifacts: { components: { ${name}: { from: upstream } } }"`,
        }),
      )
    }
  }
}
