import type { ArtifactOrigin, ArtifactSettings, Component } from './model.ts'

/** Where the programs of a component come from: its entry below `artifacts.components`, or what all have. */
export function originOf(artifacts: ArtifactSettings, component: Component): ArtifactOrigin {
  return artifacts.components?.[component] ?? artifacts
}
