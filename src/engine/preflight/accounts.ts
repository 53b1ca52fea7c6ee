/** Users and groups that a run has to create, hosts on which it cannot, and users of which a service would get too much. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { ofKind } from '../../resource/model.ts'
import { type Observed, uidOfRoot } from '../../resource/observed.ts'
import type { Preflight } from '../../shell/observe/preflight.ts'
import { preflightProblem } from './messages.ts'

/** What the plan creates, as `user NAME` or `group NAME`. */
export function accountsOf({ changes }: Pick<InstancePlan, 'changes'>): readonly string[] {
  return changes.flatMap(({ resource, action }) => {
    const name = /^user:(.*)$/.exec(resource)?.[1]
    if (name === undefined || (action !== 'create' && action !== 'update')) return []
    return [`${action === 'create' ? 'user' : 'group'} ${name}`]
  })
}

/** One for each user or group that is missing. */
export function accountProblems(
  host: string,
  { noAccounts }: Pick<Preflight, 'noAccounts'>,
  plans: readonly InstancePlan[],
): readonly Problem[] {
  if (noAccounts === undefined) return []
  const why = noAccounts.startsWith('/') ? 'cannot be written to' : 'is not installed'
  return [...new Set(plans.flatMap(accountsOf))].map(account => {
    const [kind = '', name = ''] = account.split(' ')
    const by =
      kind === 'user' ? 'useradd --system --user-group --shell /usr/sbin/nologin' : 'groupadd --system'
    return preflightProblem.accountMissing(
      { host, resource: `user:${name}` },
      { account, host, why: `${noAccounts} ${why}`, create: `${by} ${name}` },
    )
  })
}

/** Users who may do what root may: an error if the user is root. Groups may be meant, so they are told at the first install only. */
export function powerProblems(
  host: string,
  { powers, records }: Pick<Observed, 'powers' | 'records'>,
  plans: readonly InstancePlan[],
): readonly Problem[] {
  return plans.flatMap(({ changes, component, instance }) => {
    if (changes.length === 0) return []
    return ofKind(instance.resources, 'user').flatMap(({ name }) => {
      const held = powers?.get(name) ?? []
      if (held.length === 0) return []
      const where = { host, resource: `user:${name}` }
      if (held.includes(uidOfRoot)) return preflightProblem.userIsRoot(where, name, host, component)
      if (records.has(component)) return []
      return preflightProblem.userHasGroups(where, { name, host, component, groups: held })
    })
  })
}
