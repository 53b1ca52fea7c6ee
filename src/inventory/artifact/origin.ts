/** Where the programs of components come from. */
import type { SourceRange } from '../../diagnostic/problem.ts'
import type { Component } from '../model.ts'

/** Where programs come from. */
export interface ArtifactOrigin {
  /** `upstream`, `debian`, a mirror's base URL, or an absolute directory. */
  readonly from: string
  readonly kind: 'upstream' | 'debian' | 'mirror' | 'directory'
  /** Debian's suite, with `debian` only. */
  readonly suite?: string
  /** The keys that lead to it: `artifacts.components.node`. */
  readonly of?: string
  /** Where the suite is written, or the entry of a component that has none. */
  readonly suitePlace?: SourceRange
  /** Where `from` is written, if it is. */
  readonly place?: SourceRange
  /** The mirror's URL holds a placeholder, so nothing is asked of it. */
  readonly unasked?: true
}

/** That of all components, except those with an origin of their own. `originOf` gives that of one. */
export interface ArtifactSettings extends ArtifactOrigin {
  readonly components?: Readonly<Partial<Record<Component, ArtifactOrigin>>>
  /** Absolute. */
  readonly cache: string
  /** Absolute; a keyring whose keys may sign Debian's archive, in addition to Debian's own keys. */
  readonly keyring?: string
}

/** Where the programs of a component come from: its entry below `artifacts.components`, or what all have. */
export function originOf(artifacts: ArtifactSettings, component: Component): ArtifactOrigin {
  return artifacts.components?.[component] ?? artifacts
}
