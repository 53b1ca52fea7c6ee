/** All paths that an inventory has promha read, run or trust. An unattended run checks who can change them. */
import type { CellPart } from '../../../roles/part.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { sourceDirectories } from '../artifact/artifacts.ts'
import { cellParts } from '../cell/parts.ts'
import type { Base, Context, FileAnswer, FileRequest, PathBase } from '../context.ts'
import { requestKey, resolvePath } from '../context.ts'
import { sshPaths } from '../host/ssh.ts'
import { inventoryProblem } from '../messages.ts'
import type { CellText } from '../model.ts'
import type { InventoryText } from '../schema/schema.ts'
import type { HostWordsText } from '../schema/schema-words.ts'
import type { Reference } from '../secret/references.ts'
import { expandRange } from '../value/ranges.ts'
import { listRequest } from './user-files.ts'

/** Absolute paths of the files that `${file:}` names, and of what `${cmd:}` might start or read. */
export function referencedPaths(references: readonly Reference[], base: PathBase): readonly string[] {
  return references.flatMap(({ kind, argument }) => {
    if (kind === 'file') return [resolvePath(argument, base)]
    // Each word may be a path. For one that does not exist, its directory is checked.
    const words = kind === 'cmd' ? argument.split(/[\s'"`$(){};|&<>=,@]+/) : []
    return words.filter(word => word !== '').map(word => resolvePath(word, base))
  })
}

const unclear: readonly (readonly [RegExp, string])[] = [
  [/\$/, '"$"'],
  [/`/, 'a backquote'],
  [/~/, '"~"'],
  [/\*/, '"*"'],
  [/(^|[\s;|&(){}])(cd|pushd|eval)\s/, '"cd", "pushd" or "eval"'],
]

/** Problems of commands whose text does not show which files they use, so that the owners cannot be checked. */
export function unclearCommands(references: readonly Reference[]): readonly Problem[] {
  return references.flatMap(({ kind, argument }) => {
    const held = kind === 'cmd' ? unclear.find(([sign]) => sign.test(argument)) : undefined
    if (held === undefined) return []
    // Only the program is shown: the rest may hold a secret.
    const [program = ''] = argument.trim().split(/[\s;|&]/)
    return [inventoryProblem.commandNotPlain({}, program, held[1])]
  })
}

/** Absolute paths of every other file and directory that the inventory names; of a glob all that it matched. */
export function namedPaths(
  text: InventoryText,
  cells: ReadonlyMap<string, CellText>,
  files: ReadonlyMap<string, FileAnswer>,
  base: Base,
): readonly string[] {
  const requested = fileRequests(text, cells, base, files).flatMap(request => {
    if (request.kind !== 'glob') return [request.path]
    const answer = files.get(requestKey(request))
    return answer && 'files' in answer ? answer.files.map(({ path }) => path) : []
  })
  return [...requested, ...sourceDirectories(text, base)]
}

/** What `edge/` has to read: what the inventory names, and what the files read so far name. */
export function fileRequests(
  text: InventoryText,
  cells: ReadonlyMap<string, CellText>,
  base: Base,
  files: Context['files'],
): readonly FileRequest[] {
  const requests = [...cells.values()].flatMap(cell =>
    cellParts.flatMap(part => {
      const said = cell[part.key]
      return said ? [...namedIn(said, part, base), ...(part.requests?.(said, base, files) ?? [])] : []
    }),
  )
  const paths = [
    ...sshPaths(text.ssh ?? {}),
    ...Object.entries(text.hosts ?? {}).flatMap(([key, host]) => {
      const expanded = expandRange(key)
      return sshPaths(host?.ssh ?? {}, 'values' in expanded && expanded.values[0] !== key)
    }),
  ]
  return [
    ...requests,
    ...(text.artifacts?.keyring != null
      ? [{ kind: 'keyring', path: resolvePath(text.artifacts.keyring, base) } as const]
      : []),
    ...paths.map((path): FileRequest => ({ kind: 'exists', path: resolvePath(path, base) })),
  ]
}

/** The files that the keys of a part name. */
function namedIn(
  said: object,
  { entries, within = [], names = {} }: CellPart,
  base: Base,
): readonly FileRequest[] {
  const { instead = [], lists = [] } = names
  const first: readonly (NamingText | null)[] = entries ? Object.values(said) : [said]
  const below = first.flatMap(one => within.map(path => partBelow(one, path.split('.'))))
  return [...first, ...below].flatMap(one => {
    const files = [one, ...Object.values(one?.per_host ?? {})].flatMap(own => Object.values(own?.files ?? {}))
    const alone = instead.map(name => one?.[name]).filter(value => typeof value === 'string')
    const listed = lists.flatMap(name => (one?.[name] ?? []) as readonly string[])
    return [
      ...[...alone, ...files].map(path => ({ kind: 'read', path: resolvePath(path, base) }) as const),
      ...listed.map(path => listRequest(path, base)),
    ]
  })
}

/** Null where the inventory has nothing of that form there. */
function partBelow(said: NamingText | null, path: readonly string[]): NamingText | null {
  return path.reduce<NamingText | null>((one, key) => {
    const value = one?.[key]
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as NamingText) : null
  }, said)
}

type NamingText = HostWordsText & {
  readonly per_host?: Readonly<Record<string, HostWordsText | null>> | null
} & Readonly<Record<string, unknown>>
