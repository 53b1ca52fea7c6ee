import { isHostPackage } from '../../../roles/index.ts'
import { layKept, linkStored, put, putBack, stagedName } from '../../shell/syntax/placing.ts'
import { command } from '../../shell/syntax/quote.ts'
import { enter, parted } from '../../shell/syntax/way.ts'
import { ofRoot, placedDifference, seenAt } from '../difference.ts'
import type { ProgramResource } from '../model.ts'
import type { Placement, ResourceKind, StagedPlace } from './kind.ts'
import { isEffect, isHash, modeOf } from './words.ts'

const placement: Placement<StagedPlace> = {
  phase: 'places',
  pushed: true,
  stage: ({ kept, path, stored }) => {
    const fresh = stagedName(path)
    if (stored !== undefined)
      return [
        enter(parted(path).directory),
        `${command('rm', '-rf', '--', fresh)}; ${linkStored(stored, fresh)}`,
      ]
    // A check may run it.
    return kept === undefined ? [] : [...layKept(path, kept), command('chmod', '0700', fresh)]
  },
  place: put,
  undo: ({ existed, path }) => [putBack(path, existed)],
}

export const programKind: ResourceKind<ProgramResource> = {
  observe: ({ path }) => ({ paths: [path], programs: [path] }),
  differ: (program, observed, programHash) =>
    placedDifference('file', { ...program, ...ofRoot }, programHash(program), observed),
  effect: ({ effect }) => effect,
  own: ({ path }) => ({ kind: 'program', name: path }),
  isThere: ({ path }, { paths }) => paths.has(path),
  seen: ({ path }, observed) => seenAt(path, observed),
  content: (program, programHash) => ({ path: program.path, sha256: programHash(program), shared: true }),
  stage: ({ mode, path, stored }, { item, kept }) => ({
    ...{ kind: 'program', ...item, path, ...ofRoot, mode },
    ...(kept !== undefined ? { kept } : stored === undefined ? {} : { stored }),
  }),
  placement,
  attributes: ({ mode }) => [mode],
  words: ['program'],
  list: (program, programHash) => {
    const { effect, mode, path } = program
    return ['program', effect, mode.toString(8), 'root', 'root', programHash(program), path]
  },
  unlist: ([, effect, octal, , , stored, path], component, version) => {
    const mode = modeOf(octal)
    if (!isEffect(effect) || !path || mode === undefined || !isHash(stored)) return undefined
    if (isHostPackage(component)) return undefined
    return { kind: 'program', component, version, path, mode, effect, stored }
  },
  owns: {
    program: {
      rank: 0,
      placed: true,
      goes: () => true,
      isOurs: name => /^\/usr\/(local\/bin|share\/prometheus)\//.test(name),
    },
  },
}
