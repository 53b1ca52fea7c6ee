/** What does not go with the rest of a cell, or with other cells. */
import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../../src/diagnostic/problem.ts'
import { wordsOn } from '../../src/inventory/cell/words-on.ts'
import type { Cell } from '../../src/inventory/model.ts'
import { atKeyOf } from '../../src/inventory/origin.ts'
import { thanosProblem } from './messages.ts'
import { blockFlags } from './replica-flags.ts'
import type { ThanosSettings } from './settings.ts'

/** Reports flags of Prometheus that promha has to set, and a second compactor of one bucket. */
export function thanosProblems(
  settings: ThanosSettings,
  cell: Cell,
  cells: readonly Cell[],
): readonly Problem[] {
  return [...flagProblems(settings, cell), ...compactorProblems(settings, cell, cells)]
}

function flagProblems({ objstore }: ThanosSettings, cell: Cell): readonly Problem[] {
  const { name, prometheus } = cell
  if (!objstore || !prometheus) return []
  const said = new Set(
    prometheus.replicas.flatMap(({ host }) => Object.keys(wordsOn(prometheus, host).flags)),
  )
  return blockFlags
    .filter(flag => said.has(flag))
    .map(flag => thanosProblem.blocksByPromha(atKeyOf(cell, 'prometheus', 'flags', flag), name, flag))
}

/** Cells before this one with a compactor of the same bucket. */
function compactorProblems(
  { compactor, objstore }: ThanosSettings,
  cell: Cell,
  cells: readonly Cell[],
): readonly Problem[] {
  if (!compactor || !objstore) return []
  return cells.slice(0, cells.indexOf(cell)).flatMap(other => {
    const own = other.storage?.thanos
    if (!own?.compactor || !own.objstore || !isSameBucket(own.objstore, objstore)) return []
    return [thanosProblem.sameBucket(atKeyOf(cell, 'storage', 'thanos', 'compactor'), cell.name, other.name)]
  })
}

type Bucket = NonNullable<ThanosSettings['objstore']>

/** The keys to it do not count. */
function isSameBucket(one: Bucket, other: Bucket): boolean {
  const placeOf = ({ type, prefix, config }: Bucket) => {
    const { bucket, endpoint, directory, container, container_name, storage_account } = config
    return { type, prefix, bucket, endpoint, directory, container, container_name, storage_account }
  }
  return isDeepStrictEqual(placeOf(one), placeOf(other))
}
