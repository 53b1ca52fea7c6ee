import { definitions } from '../../../roles/index.ts'
import type { PackageResource } from '../model.ts'
import type { ResourceKind } from './kind.ts'
import { oneOf } from './words.ts'

const ours = new RegExp(`^${oneOf(definitions.flatMap(({ packages = [] }) => packages))}$`)

export const packageKind: ResourceKind<PackageResource> = {
  observe: ({ name }) => ({ packages: [name] }),
  /** A version of its own choice is as good: the system looks after that. */
  differ: ({ name }, { packages }) =>
    packages.installed.has(name) ? undefined : { action: 'create', reason: 'not installed', content: true },
  adopted: ({ name }, { packages }) =>
    packages.ours.has(name)
      ? 'an earlier run of promha installed it'
      : 'installed already; it stays when promha goes',
  // What ran from a package that is gone from the disk has to be started from the new one.
  effect: () => 'restart',
  own: ({ name }) => ({ kind: 'package', name }),
  isMade: ({ name }, { packages }) => packages.ours.has(name) || !packages.installed.has(name),
  isThere: ({ name }, { packages }) => packages.installed.has(name),
  seen: ({ name }, { packages }) =>
    `package ${name} ${packages.installed.has(name)} ${packages.ours.has(name)}`,
  attributes: () => [],
  words: ['package'],
  list: ({ name }) => ['package', name],
  unlist: ([, name]) => (name ? { kind: 'package', name } : undefined),
  owns: {
    package: {
      space: 'package',
      rank: 4,
      goes: ({ found }) => !found,
      stays: ({ found }) => !found,
      last: true,
      isOurs: name => ours.test(name),
    },
  },
}
