import type { OwnedPath } from '../../shell/syntax/own.ts'
import { lay, layKept, put, putBack } from '../../shell/syntax/placing.ts'
import { placedDifference, seenAt } from '../difference.ts'
import { contentHash } from '../hash.ts'
import type { FileResource } from '../model.ts'
import type { Placement, ResourceKind, StagedPlace, StageRequest } from './kind.ts'
import { isEffect, isHash, modeOf, ownConfigs } from './words.ts'

const ours = new RegExp(
  `^/(etc/(${ownConfigs}/|blackbox_exporter\\.yml$)|usr/libexec/keepalived/promha-check$)`,
)

/** Files whose names promha itself gives, and whose secrets are known by their keys. Any other one may be a key. */
const shown =
  /^\/etc\/(prometheus\/(prometheus\.yml|(rules|file_sd)\/[^/]+)|alertmanager\/(alertmanager\.yml|templates\/[^/]+)|blackbox_exporter\.yml|promha\/(haproxy\.cfg|keepalived\.conf))$/

/** A small file as it is staged. */
export function stagedFile(
  kind: 'file' | 'unit',
  { path, owner, group, mode }: OwnedPath,
  { item, kept, source }: StageRequest,
): StagedPlace {
  const from = kept === undefined ? { source: source ?? '' } : { kept }
  return { kind, ...item, path, owner, group, mode, ...from }
}

/** Of every small file. */
export const filePlacement: Placement<StagedPlace> = {
  phase: 'places',
  place: (file, _, staging) => {
    const { kept, path, source } = file
    return [...(kept === undefined ? lay(path, `${staging}/${source}`) : layKept(path, kept)), ...put(file)]
  },
  undo: ({ existed, path }) => [putBack(path, existed)],
}

export const fileKind: ResourceKind<FileResource> = {
  observe: ({ path }) => ({ paths: [path], hashed: [path] }),
  differ: (file, observed) => placedDifference('file', file, contentHash(file.content), observed),
  effect: ({ effect }) => effect,
  own: ({ path }) => ({ kind: 'file', name: path }),
  isThere: ({ path }, { paths }) => paths.has(path),
  seen: ({ path }, observed) => seenAt(path, observed),
  content: ({ path, content }) => ({ path, sha256: contentHash(content), shared: false }),
  stage: (file, request) => stagedFile('file', file, request),
  placement: filePlacement,
  file: file => file,
  attributes: ({ owner, group, mode }) => [owner, group, mode],
  words: ['file', 'concealed'],
  list: ({ concealed, effect, mode, owner, group, content, path }) => [
    ...[concealed ? 'concealed' : 'file', effect, mode.toString(8), owner, group, contentHash(content), path],
  ],
  unlist: ([word, effect, octal, owner, group, stored, path]) => {
    const mode = modeOf(octal)
    if (!isEffect(effect) || !owner || !group || !path || mode === undefined || !isHash(stored))
      return undefined
    const file = { kind: 'file', path, content: { stored }, owner, group, mode, effect } as const
    return word === 'concealed' ? { ...file, concealed: true } : file
  },
  owns: {
    file: {
      rank: 0,
      placed: true,
      goes: () => true,
      shows: name => shown.test(name),
      isOurs: name => ours.test(name),
      isOf: (name, component) => name === `/etc/${component}.yml` || name.startsWith(`/etc/${component}/`),
    },
  },
}
