/** What a change program is made from; the way back and the confirmation are made from the same. */
import type { Staged, StagedPlace } from '../../resource/kind/kind.ts'
import { placementOf } from '../../resource/kind/kinds.ts'
import type { BundleCheck } from '../../resource/model.ts'

/** Of the unit, what was there before, as it was observed; undefined if that was not asked: the host looks itself. */
export interface PriorState {
  readonly active: boolean | undefined
  readonly enabled: boolean | undefined
}

export interface ChangeRequest {
  readonly component: string
  readonly unit: string
  /** The system user that the component runs as, where it has one. */
  readonly service?: string
  /** In the order in which they are brought about, as far as their kinds leave it to them. */
  readonly staged: readonly Staged[]
  /** What comes over stdin, in this order: bytes and where they are staged, relative to the staging directory. */
  readonly stream: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  /** What is staged from the host's own store instead. */
  readonly stored: readonly { readonly name: string; readonly sha256: string }[]
  /** Run with the staged bundle as working directory. `program` is the staged one where it is to be replaced. */
  readonly checks: readonly BundleCheck[]
  /** Paths of what goes, where it is there. */
  readonly removed: readonly string[]
  /** Directories that go where they are empty by then, in this order. */
  readonly emptied: readonly string[]
  /** Paths of what is replaced without being promha's. */
  readonly backups: readonly string[]
  /** promha owned nothing of the component that is in use: what it kept at an earlier time is not what it meets now. */
  readonly adopts: boolean
  readonly daemonReload: boolean
  readonly enable: boolean
  readonly disable: boolean
  readonly action: 'start' | 'restart' | 'reload' | 'stop' | 'none'
  readonly before: PriorState
  /** Nothing of the component stays; what goes beside files and directories, once that is confirmed. */
  readonly leaving?: Leaving
}

export interface Leaving {
  /** Directories that go with all that is in them. */
  readonly purged: readonly string[]
  readonly users: readonly string[]
  readonly groups: readonly string[]
  /** Nothing is left that promha owns, so that it forgets the component. */
  readonly forgets: boolean
}

/** Which change: a word that no other one has, and the run whose lock it needs. */
export interface ChangeMark {
  readonly mark: string
  readonly run: string
}

/** Everything that gets its place by a rename. */
export function stagedPlaces({ staged }: Pick<ChangeRequest, 'staged'>): readonly StagedPlace[] {
  return staged.filter((item): item is StagedPlace => placementOf(item).phase === 'places')
}

/** Of these, what is sent beside its place. */
export function pushedPlaces(request: Pick<ChangeRequest, 'staged'>): readonly StagedPlace[] {
  return stagedPlaces(request).filter(item => placementOf(item).pushed)
}
