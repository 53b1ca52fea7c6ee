/** Users and groups that a run has to create, and hosts on which it cannot. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { InstancePlan } from '../plan/model.ts'
import type { Preflight } from '../shell/preflight.ts'

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
    return error(`the ${account} is missing on ${host} and cannot be created: ${noAccounts} ${why}`, {
      host,
      resource: `user:${name}`,
      remedy: `Create it there (\`${by} ${name}\`, or in the directory service that the host uses), then run the command again.`,
    })
  })
}
