/** A part of a cell: what the inventory may say under one key of it, and how that is read. */
import type { CellScope } from '../src/inventory/cell/scope.ts'
import type { Base, Context, FileRequest } from '../src/inventory/context.ts'
import type { Cell, CellText, Parts } from '../src/inventory/model.ts'
import type { PartSchema } from '../src/inventory/schema/schema-words.ts'
import { atKey } from '../src/inventory/text/place.ts'
import { componentProblem } from './messages.ts'

/** Each part declares the types of what is written and of what is built of it, as a member of `Parts`. */
export interface CellPart<K extends keyof Parts = keyof Parts> {
  /** The key in the cell. */
  readonly key: K
  readonly schema: PartSchema
  /** It is a map of entries by their names, and all else that is said here is about each of them. */
  readonly entries?: true
  /** Keys of an entry below which all of that may stand, too; with a dot between keys below each other. */
  readonly within?: readonly string[]
  /** Paths of upstream's own form below the key, `*` one key and `**` all below: references to secrets may stand there. */
  readonly upstream?: readonly string[]
  /** Paths in those that promha reads itself, so that no reference is allowed there. */
  readonly readHere?: readonly string[]
  /** Keys that name files, besides `files`: those where a path may stand instead of upstream's form, and lists of paths and globs. */
  readonly names?: { readonly instead?: readonly string[]; readonly lists?: readonly string[] }
  /** Which other files have to be read, as far as those read so far show it. */
  requests?(said: NonNullable<CellText[K]>, base: Base, files: Context['files']): readonly FileRequest[]
  /** Unknown keys may be those of a later release of its program: `passed-on.ts` passes them on, or refuses misspelt ones. */
  readonly open?: true
  /** Reads files that hold keys of the cell, before any part is built. The part itself is built after all others. */
  first?(said: NonNullable<CellText[K]>, cell: CellScope, context: Context, text: CellText): BegunPart
  /** The part, undefined if it is off or incomplete; absent: `first` says it. `text`: the cell with what `first` read. */
  build?(
    said: NonNullable<CellText[K]>,
    cell: CellScope,
    context: Context,
    text: CellText,
  ): Cell[K] | undefined
  /** Whatever of it has probes, if it does: probes need a Prometheus. */
  probers?(said: NonNullable<CellText[K]>): readonly Prober[]
  /** Reports what the cell lacks beside it. It is not called if a component of the cell could not be read. */
  checkBeside?(said: NonNullable<CellText[K]>, cell: CellScope, context: Context, text: CellText): void
}

type Prober = { readonly probes?: readonly unknown[] | null | undefined } | null | undefined

export interface BegunPart {
  /** The cell's text with what was read. */
  readonly text: CellText
  /** Builds the part. */
  readonly build: (others: Partial<Cell>) => Partial<Cell>
}

/** Reports a part that makes sense beside a Prometheus only. */
export function needsPrometheus<K extends keyof Parts>(key: K): NonNullable<CellPart<K>['checkBeside']> {
  return (_, { name }, { problems }, text) => {
    if (text.prometheus) return
    problems.push(componentProblem.needsPrometheus(atKey(text, key), name, key))
  }
}
