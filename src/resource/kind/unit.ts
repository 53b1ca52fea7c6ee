import { definitions } from '../../../roles/index.ts'
import { ofRoot, placedDifference, seenAt } from '../difference.ts'
import { contentHash } from '../hash.ts'
import { type FileResource, type UnitResource, unitOf, unitPath } from '../model.ts'
import type { Observed } from '../observed.ts'
import { filePlacement, stagedFile } from './file.ts'
import type { ResourceKind } from './kind.ts'
import { isHash, oneOf } from './words.ts'

const names = oneOf([...definitions.map(({ name }) => unitOf(name).replace('.service', '')), '\\w+_exporter'])
const ours = new RegExp(`^${unitPath(names)}\\.service$`)

/** A unit's file as it lies on the host. */
export function unitFile({ name, content }: UnitResource): Omit<FileResource, 'kind'> {
  return { path: unitPath(name), content, ...ofRoot, mode: 0o644, effect: 'restart' }
}

/** A file of promha's in /etc wins over a mask of this boot only, and takes the place of a lasting one. */
export function isMasked(unit: string, { units }: Pick<Observed, 'units'>): boolean {
  return units.get(unit)?.load === 'masked'
}

export const unitKind: ResourceKind<UnitResource> = {
  observe: ({ name }) => ({ paths: [unitPath(name)], hashed: [unitPath(name)] }),
  differ: (unit, observed) => {
    const found = placedDifference('file', unitFile(unit), contentHash(unit.content), observed)
    return found && isMasked(unit.name, observed)
      ? { ...found, reason: 'unit is masked; apply unmasks it', masked: true }
      : found
  },
  note: ({ note }) => (note === undefined ? [] : [note]),
  effect: () => 'restart',
  own: ({ name }) => ({ kind: 'unit', name: unitPath(name) }),
  isThere: ({ name }, { paths }) => paths.has(unitPath(name)),
  seen: ({ name }, observed) => seenAt(unitPath(name), observed),
  content: ({ name, content }) => ({ path: unitPath(name), sha256: contentHash(content), shared: false }),
  stage: (unit, request) => stagedFile('unit', unitFile(unit), request),
  placement: filePlacement,
  file: unitFile,
  attributes: () => [],
  words: ['unit'],
  list: ({ name, content }) => [
    ...['unit', 'restart', '644', 'root', 'root', contentHash(content), unitPath(name)],
  ],
  unlist: ([, , , , , stored, path]) =>
    path && isHash(stored)
      ? { kind: 'unit', name: path.replace(/^.*\//, ''), content: { stored } }
      : undefined,
  owns: {
    unit: {
      rank: 0,
      placed: true,
      goes: () => true,
      shows: name => name === unitPath(name.replace(/^.*\//, '')),
      isOurs: name => ours.test(name),
      isOf: (name, component) =>
        name === unitPath(`${component}.service`) || name === unitPath(`promha-${component}.service`),
      id: name => `unit:${name.replace(/^.*\//, '')}`,
    },
  },
}
