import { definitions } from '../../../roles/index.ts'
import { command } from '../../shell/syntax/quote.ts'
import type { UserResource } from '../model.ts'
import { lacksGroup } from '../observed.ts'
import type { OwnedKind, Placement, ResourceKind, StagedUser } from './kind.ts'
import { oneOf } from './words.ts'

/** Names that promha gives to accounts: those of the components, and of exporters of the inventory's own. */
const ours = new RegExp(
  `^${oneOf([...definitions.map(({ account }) => account), 'promha-check', '[a-z0-9-]+-exp'])}$`,
)

const account = {
  goes: ({ found }, { keepsData }) => !found && !keepsData,
  stays: ({ found }) => !found,
  isOurs: name => ours.test(name),
  isOf: (name, component) => name === `${component.replace(/_exporter$/, '').replaceAll('_', '-')}-exp`,
} satisfies Omit<OwnedKind, 'rank'>

/** A user that is there, in /etc/passwd or elsewhere, stays as it is; only a group that it lacks is made. */
const placement: Placement<StagedUser> = {
  phase: 'accounts',
  place: ({ home, name }) => {
    const common = ['--system', '--home-dir', home, '--no-create-home', '--shell', '/usr/sbin/nologin']
    const add = (...group: readonly string[]) => command('useradd', ...common, ...group, name)
    const exists = `${command('getent', 'passwd', name)} >/dev/null`
    const group = `${command('getent', 'group', name)} >/dev/null`
    return [
      `${exists} || if ${group}; then ${add('--gid', name)}; else ${add('--user-group')}; fi`,
      `${group} || ${command('groupadd', '--system', name)}`,
    ]
  },
  undo: () => [],
  unmake: ({ existed, groupless, name }) => {
    if (existed && !groupless) return []
    return [`[ "$kept" = 1 ] || ${command(existed ? 'groupdel' : 'userdel', name)} 2>/dev/null`]
  },
}

export const userKind: ResourceKind<UserResource> = {
  observe: ({ name }) => ({ users: [name] }),
  differ: ({ name }, observed) => {
    if (!observed.users.has(name)) return { action: 'create', reason: 'no such user', content: false }
    if (!lacksGroup(name, observed)) return undefined
    const reason = `the group ${name} does not exist; apply creates it`
    return { action: 'update', reason, content: false }
  },
  effect: () => 'none',
  own: ({ name }) => ({ kind: 'user', name }),
  companion: ({ name }) => ({ kind: 'group', name }),
  lacksCompanion: ({ name }, observed) => lacksGroup(name, observed),
  isThere: ({ name }, { users }) => users.has(name),
  seen: ({ name }, { groups, users }) =>
    `${name} ${users.has(name)}${groups.has(name) ? '' : ' without a group'}`,
  stage: (user, { item, observed }) => ({ ...user, ...item, groupless: lacksGroup(user.name, observed) }),
  placement,
  attributes: () => [],
  words: ['user'],
  list: ({ name, home }) => ['user', name, home],
  unlist: ([, name, home]) => (name && home ? { kind: 'user', name, home } : undefined),
  owns: {
    user: { ...account, space: 'user', rank: 2 },
    group: { ...account, space: 'group', rank: 3 },
  },
}
