/** A bucket in Thanos' form becomes that of Cortex and of Mimir. */
import type { Problem } from '../../src/diagnostic/problem.ts'
import { asWritten } from '../../src/inventory/text/as-written.ts'
import { at, atKey } from '../../src/inventory/text/place.ts'
import type { ObjstoreKeys } from './key.ts'
import { objstoreProblem } from './messages.ts'
import type { Objstore } from './settings.ts'
import { bucketTypes } from './types.ts'

type Tree = { [key: string]: unknown }

/** What stands in Cortex' `blocks_storage` and in Mimir's: `backend`, and the backend's own key. */
export interface BackendConfig {
  readonly backend: string
  readonly [key: string]: unknown
}

const programs = { cortex: 'Cortex', mimir: 'Mimir' } as const

/** For `blocks_storage` of Cortex 1.21. What it has nothing for is reported at its line. Undefined with a problem. */
export function toCortex(objstore: Objstore, problems: Problem[]): BackendConfig | undefined {
  const before = problems.length
  if (objstore.prefix !== '')
    problems.push(objstoreProblem.noCounterpart(atKey(objstore.map, 'prefix'), 'prefix', programs.cortex))
  const config = translated(objstore, 'cortex', problems)
  return problems.length > before ? undefined : config
}

/** For `blocks_storage` of Mimir 3. What it has nothing for is reported at its line. Undefined with a problem. */
export function toMimir(objstore: Objstore, problems: Problem[]): BackendConfig | undefined {
  const before = problems.length
  const { prefix } = objstore
  if (!/^[\dA-Za-z]*$/.test(prefix))
    problems.push(objstoreProblem.badPrefix(at(objstore.map, 'prefix'), programs.mimir))
  const config = translated(objstore, 'mimir', problems)
  if (config === undefined || problems.length > before) return undefined
  return prefix === '' ? config : { ...config, storage_prefix: prefix }
}

function translated(
  { type, map, config }: Objstore,
  to: keyof typeof programs,
  problems: Problem[],
): BackendConfig | undefined {
  const { keys, backend }: { keys: ObjstoreKeys; backend?: string } = bucketTypes[type]
  if (backend === undefined) {
    problems.push(objstoreProblem.noCounterpart(at(map, 'type'), `type ${type}`, programs[to]))
    return undefined
  }
  const tree: Tree = {}
  fill(tree, config, keys, { to, problems })
  return { backend, [backend]: tree }
}

interface Way {
  readonly to: keyof typeof programs
  readonly problems: Problem[]
}

function fill(tree: Tree, map: object, keys: ObjstoreKeys, way: Way): void {
  for (const [key, value] of Object.entries(map)) {
    const row = keys[key]
    if (!row || isNothing(value)) continue
    if (typeof row.is === 'object' && 'keys' in row.is) {
      fill(tree, value as object, row.is.keys, way)
      continue
    }
    const counterpart = row[way.to]
    const { to: path, as } =
      typeof counterpart === 'object' ? counterpart : { to: counterpart, as: (one: unknown) => one }
    // A text stays what was written: the key 0012 is no number.
    const text = row.is === 'a text' || row.is === 'a duration' || 'oneOf' in Object(row.is)
    const result = as(text ? asWritten(map, key) : value)
    if (result === null) continue
    if (path !== undefined && result !== undefined) place(tree, path.split('.'), result)
    // The backend does without it, as the value says.
    else if (value !== false)
      way.problems.push(objstoreProblem.noCounterpart(atKey(map, key), key, programs[way.to]))
  }
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function place(tree: Tree, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) tree[key] = value
  else {
    tree[key] ??= {}
    place(tree[key] as Tree, rest, value)
  }
}
