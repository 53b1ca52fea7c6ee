/** Whether what the inventory names for a component can be had at all. */
import { exporterName } from '../../../roles/exporters/definition.ts'
import { definitionOf } from '../../../roles/index.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, CellText, Component } from '../model.ts'
import { atKey } from '../text/place.ts'
import { artifactsProblem } from './messages.ts'
import type { ArtifactOrigin, ArtifactSettings } from './origin.ts'
import { originOf } from './origin.ts'

/** An error for each component that Debian lacks, and for each key under which two cells name different programs. */
export function checkSources(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  artifacts: ArtifactSettings,
  problems: Problem[],
): void {
  const reported = new Set<string>()
  const programs = new Map<string, string>()
  for (const cell of cells) {
    const exporters = texts.get(cell.name)?.exporters ?? {}
    for (const [component, { job, definition }] of Object.entries(cell.exporters ?? {})) {
      const name = definition ? exporterName(definition) : component
      const release = definition?.release ?? definitionOf(component).release
      if (release?.own) {
        const program = JSON.stringify({ ...release, place: undefined })
        if (programs.has(name) && programs.get(name) !== program)
          problems.push(artifactsProblem.differentPrograms(atKey(exporters, job), job, cell.name))
        programs.set(name, programs.get(name) ?? program)
      }
      const origin = originOf(artifacts, name)
      if (release?.debian || release?.own || origin.kind !== 'debian') continue
      if (reported.has(name)) continue
      reported.add(name)
      problems.push(
        artifactsProblem.notInDebian(atKey(exporters, job), job, name, elsewhere(name, origin, artifacts)),
      )
    }
  }
}

/** How to take what Debian lacks from upstream. A component that has an entry must not get a second one. */
function elsewhere(component: Component, origin: ArtifactOrigin, all: ArtifactSettings): string {
  if (origin === all)
    return `Take it from elsewhere: "artifacts: { components: { ${component}: { from: upstream } } }".`
  const { of = `artifacts.components.${component}`, place, suitePlace } = origin
  const line = (place ?? suitePlace)?.line
  return `Write "from: upstream" at ${of}${line === undefined ? '' : `, line ${line}`}.`
}
