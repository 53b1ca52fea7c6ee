import { storeDirectory } from '../../shell/syntax/layout.ts'
import { putAside, putBack, stagedName } from '../../shell/syntax/placing.ts'
import { command, quote } from '../../shell/syntax/quote.ts'
import { treeFunctions } from '../../shell/syntax/tree.ts'
import { enter, parted } from '../../shell/syntax/way.ts'
import { ofRoot, placedDifference, seenAt } from '../difference.ts'
import type { TreeResource } from '../model.ts'
import type { Placement, ResourceKind, StagedPlace } from './kind.ts'
import { isEffect, isHash, ownConfigs } from './words.ts'

const ours = new RegExp(`^/usr/local/share/${ownConfigs}$`)
const mode = 0o755

/** No link can be made to a directory, so the old one is renamed away: for an instant there is none. */
const placement: Placement<StagedPlace> = {
  phase: 'places',
  tree: true,
  pushed: true,
  stage: ({ path, stored }) => {
    if (stored === undefined) return []
    const object = `${storeDirectory}/${stored}`
    const fresh = stagedName(path)
    return [
      treeFunctions,
      `[ "$(${command('tree_hash', object)})" = ${stored} ] || { echo ${quote(`${object} is not what was put there`)} >&2; exit 1; }`,
      enter(parted(path).directory),
      `${command('rm', '-rf', '--', fresh)}; ${command('cp', '-a', '--', object, fresh)}`,
    ]
  },
  place: ({ path }) => {
    const { directory, name } = parted(path)
    const fresh = stagedName(path)
    return [
      enter(directory),
      command('label', '-R', fresh),
      putAside(path),
      command('mv', '-fT', '--', fresh, name),
    ]
  },
  undo: ({ existed, path }) => [putBack(path, existed, '-rf')],
}

/** Its cheap memo is that of the directory itself: what changes deeper inside is seen by \`--deep\` only. */
export const treeKind: ResourceKind<TreeResource> = {
  observe: ({ path }) => ({ paths: [path], trees: [path] }),
  differ: (tree, observed, programHash) => {
    const wanted = { path: tree.path, ...ofRoot, mode }
    const found = placedDifference('directory', wanted, programHash(tree), observed)
    return found && { ...found, content: true }
  },
  effect: ({ effect }) => effect,
  own: ({ path }) => ({ kind: 'tree', name: path }),
  isThere: ({ path }, { paths }) => paths.has(path),
  seen: ({ path }, observed) => seenAt(path, observed),
  content: (tree, programHash) => ({
    ...{ path: tree.path, sha256: programHash(tree), shared: true, tree: true },
  }),
  stage: ({ path, stored }, { item }) => ({
    ...{ kind: 'tree', ...item, path, ...ofRoot, mode },
    ...(stored === undefined ? {} : { stored }),
  }),
  placement,
  attributes: () => [],
  words: ['tree'],
  list: (tree, programHash) => [
    ...['tree', tree.effect, mode.toString(8), 'root', 'root', programHash(tree), tree.path],
  ],
  unlist: ([, effect, , , , stored, path], component, version) => {
    if (!isEffect(effect) || !path || !isHash(stored)) return undefined
    return { kind: 'tree', component, version, path, strip: 0, effect, stored }
  },
  owns: { tree: { rank: 0, placed: true, goes: () => true, isOurs: name => ours.test(name) } },
}
