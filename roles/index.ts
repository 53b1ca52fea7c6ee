/** All components that promha can set up, a line each. Nothing else lists them. */
import { alertmanager } from './alertmanager/component.ts'
import { blackboxExporter } from './blackbox_exporter/component.ts'
import type { ComponentDefinition } from './component.ts'
import * as exporters from './exporters/catalogue.ts'
import type { ExporterDefinition } from './exporters/definition.ts'
import { firewall } from './firewall/component.ts'
import { grafana } from './grafana/component.ts'
import { haproxy } from './haproxy/component.ts'
import { keepalived } from './keepalived/component.ts'
import { nodeExporter } from './node_exporter/component.ts'
import { prometheus } from './prometheus/component.ts'
import { pushgateway } from './pushgateway/component.ts'
import type { ReleaseDefinition } from './release.ts'
import { storagePart } from './storage/settings.ts'
import { stores } from './storage/stores.ts'

export const definitions: readonly ComponentDefinition[] = [
  prometheus,
  alertmanager,
  nodeExporter,
  pushgateway,
  blackboxExporter,
  // Their parts of a cell are one.
  ...stores.flatMap(({ components: own }) => own.map(one => ({ ...one, parts: [storagePart] }))),
  ...Object.values(exporters),
  grafana,
  keepalived,
  haproxy,
  firewall,
]

const byName = new Map(definitions.map(definition => [definition.name, definition]))

/** The names of all components. */
export const components: readonly string[] = [...byName.keys()]

/** What promha brings as releases, each once, though several components may share one; also the keys of `versions:`. */
export const releasedComponents: readonly string[] = [
  ...new Set(definitions.filter(({ release }) => release).map(({ name, releaseName = name }) => releaseName)),
]

/** The components whose programs a release has. */
export function componentsOfRelease(releaseName: string): readonly ComponentDefinition[] {
  return definitions.filter(({ name, releaseName: own = name, release }) => release && own === releaseName)
}

/** The release that has a component's program. */
export function releaseNameOf(component: string): string {
  return byName.get(component)?.releaseName ?? component
}

/** @throws RangeError if there is no component of that name */
export function definitionOf(component: string): ComponentDefinition {
  const found = byName.get(component)
  if (!found) throw new RangeError(`promha has no component ${component}`)
  return found
}

/** What an exporter of a cell is: a definition of its own, or that of its component. */
export function exporterFormOf(
  component: string,
  { definition }: { readonly definition?: ExporterDefinition },
): ExporterDefinition | undefined {
  return definition ?? definitionOf(component).exporter
}

/** Undefined if there is no component of that name: a host may have kept what another release of promha set up. */
export function knownDefinition(component: string): ComponentDefinition | undefined {
  return byName.get(component)
}

/** What moves addresses between hosts. */
export const addressMover = keepalived

/** Whether its program is a package of the host's own system. What this promha does not know is not. */
export function isHostPackage(component: string): boolean {
  const known = byName.get(component)
  return known !== undefined && !known.release
}

/** Whether promha brings it as a program of a release. */
export function isReleased(component: string): boolean {
  return byName.get(component)?.release !== undefined
}

/** By the name of a component or of a release. @throws RangeError if its program is a package of the host's own system */
export function releaseOf(component: string): ReleaseDefinition {
  const release = componentsOfRelease(releaseNameOf(component))[0]?.release
  if (release) return release
  const { name } = definitionOf(component)
  throw new RangeError(`${name} is not brought as a release`)
}
