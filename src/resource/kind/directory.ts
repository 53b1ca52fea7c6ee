import { dataDirFault } from '../../inventory/value/data-dir.ts'
import { octal } from '../../shell/syntax/own.ts'
import { command, quote } from '../../shell/syntax/quote.ts'
import { takeDirectory, within } from '../../shell/syntax/way.ts'
import { modeDifference, seenAt, typeDifference } from '../difference.ts'
import type { DirectoryResource } from '../model.ts'
import type { Observed } from '../observed.ts'
import type { Placement, ResourceKind, StagedDirectory } from './kind.ts'
import { modeOf, ownConfigs } from './words.ts'

const ours = new RegExp(
  `^/(etc/${ownConfigs}|usr/(share/prometheus|libexec/keepalived)|var/lib/node_exporter)(/|$)`,
)

/** A new directory takes setgid from its parent, and `chmod` leaves it: it is never a difference of a directory. */
const inherited = 0o6000

const withoutInherited = <T extends { readonly mode: number }>(facts: T): T => ({
  ...facts,
  mode: facts.mode & ~inherited,
})

/** A shared directory with the group and the mode that the admin gave it, unless everybody can write there. */
export function asShared(directory: DirectoryResource, { paths }: Observed): DirectoryResource {
  const seen = paths.get(directory.path)
  if (!directory.shared || seen?.type !== 'directory' || (seen.mode & 0o002) !== 0) return directory
  if ((seen.mode & 0o020) !== 0) return { ...directory, group: seen.group, mode: seen.mode }
  return seen.owner === directory.owner ? { ...directory, group: seen.group } : directory
}

const placement: Placement<StagedDirectory> = {
  phase: 'directories',
  place: (directory, note) => [takeDirectory(directory, directory.group, octal(directory.mode), note)],
  // As the host noted it. One that cannot be had any more keeps nothing else from going back.
  undo: ({ path }, note) => [
    `${command('give_back', path, note)} || echo ${quote(`the owner of ${path} could not be given back`)} >&2`,
  ],
  // What the service has written meanwhile stays, and so does then the user whose it is.
  unmake: ({ existed, path }) =>
    existed ? [] : [`[ ! -e ${quote(path)} ] || ${within(path, 'rmdir', '--')} 2>/dev/null || kept=1`],
}

export const directoryKind: ResourceKind<DirectoryResource> = {
  observe: ({ path }) => ({ directories: [path] }),
  differ: (directory, observed) => {
    const seen = observed.paths.get(directory.path)
    const other = typeDifference('directory', seen, false)
    if (other || !seen) return other
    return modeDifference(withoutInherited(asShared(directory, observed)), withoutInherited(seen))
  },
  effect: () => 'none',
  own: ({ data, path }) => ({ kind: data ? 'data' : 'directory', name: path }),
  isThere: ({ path }, { paths }) => paths.has(path),
  seen: ({ path }, observed) => seenAt(path, observed),
  stage: (directory, { item, taken }) => ({ ...taken(directory), ...item }),
  placement,
  attributes: ({ owner, group, mode }) => [owner, group, mode],
  words: ['directory', 'data', 'shared'],
  list: ({ data, shared, mode, owner, group, path }) => [
    ...[data ? 'data' : shared ? 'shared' : 'directory', mode.toString(8), owner, group, path],
  ],
  unlist: ([word = '', octal, owner, group, path]) => {
    const mode = modeOf(octal)
    if (!owner || !group || !path || mode === undefined) return undefined
    return { kind: 'directory', path, owner, group, mode, ...(word === 'directory' ? {} : { [word]: true }) }
  },
  owns: {
    directory: {
      rank: 1,
      emptied: true,
      goes: ({ found, name }, { parents }) => !found && !parents.has(name),
      isOurs: name => ours.test(name),
      isOf: (name, component) => `${name}/`.startsWith(`/etc/${component}/`),
      note: '; goes where it is empty',
    },
    data: {
      rank: 1,
      data: true,
      goes: ({ found }, { purges }) => purges && !found,
      stays: () => true,
      // Only Prometheus' may lie elsewhere.
      isOurs: name =>
        /^\/var\/lib\/(alertmanager|pushgateway)$/.test(name) || dataDirFault(name, name) === undefined,
      id: name => `directory:${name}`,
      note: ', with its data',
    },
  },
}
