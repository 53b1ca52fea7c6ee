/** Which releases listen on several addresses. */
import { type Problem, ProblemError } from '../src/diagnostic/problem.ts'
import type { Cell, CommonSettings, Component, PlacedEndpoint } from '../src/inventory/model.ts'
import { atLeast } from './common/resources.ts'
import type { ComponentDefinition } from './component.ts'
import { exporterName } from './exporters/definition.ts'
import { definitions, exporterFormOf } from './index.ts'
import { componentProblem } from './messages.ts'

type Takes = Pick<ComponentDefinition, 'severalAddressesFrom'>

export function takesSeveral({ severalAddressesFrom }: Takes, version: string): boolean {
  if (severalAddressesFrom === undefined) return false
  return severalAddressesFrom === 'any' || atLeast(version, `${severalAddressesFrom}-0`)
}

/** Throws a ProblemError if the inventory gives several addresses to releases that are too old for them. */
export function checkAddresses(cells: readonly Cell[], versions: (component: Component) => string): void {
  const problems = cells.flatMap(cell => [
    ...definitions.flatMap(definition => {
      const settings = definition.exporter ? undefined : definition.settings?.(cell)
      return settings ? tooOld(definition.releaseName ?? definition.name, definition, settings, versions) : []
    }),
    ...Object.entries(cell.exporters ?? {}).flatMap(([component, settings]) => {
      const form = exporterFormOf(component, settings)
      return form ? tooOld(exporterName(form), form, settings, versions) : []
    }),
  ])
  if (problems.length > 0) throw new ProblemError(problems)
}

function tooOld(
  name: Component,
  takes: Takes,
  settings: CommonSettings,
  versions: (component: Component) => string,
): readonly Problem[] {
  const found = new Map<string, PlacedEndpoint>()
  for (const { alsoListen = [] } of [settings, ...Object.values(settings.perHost ?? {})])
    for (const one of alsoListen.slice(0, 1)) found.set(JSON.stringify(one.source), one)
  if (found.size === 0 || takesSeveral(takes, versions(name))) return []
  const from = takes.severalAddressesFrom
  return [...found.values()].map(({ source }) =>
    componentProblem.oneAddressOnly({ ...(source ? { source } : {}) }, name, versions(name), from),
  )
}
