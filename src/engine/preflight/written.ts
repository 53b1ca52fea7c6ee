/** Refuses log files that a service could not write: it would refuse its whole config, or not start. */
import { posix } from 'node:path'
import type { Problem } from '../../diagnostic/problem.ts'
import { atInstance, ofKind } from '../../resource/model.ts'
import type { WriteFault } from '../../resource/observed.ts'
import { quote } from '../../shell/syntax/quote.ts'
import type { HostRuns } from '../host-run.ts'
import { preflightProblem } from './messages.ts'

/** Of the instances that this run changes. */
export function writtenProblems(hosts: HostRuns): readonly Problem[] {
  return [...hosts].flatMap(([host, { plan, session }]) => {
    const unwritable = session.observed?.unwritable
    return plan.flatMap(({ instance, changes }) => {
      if (!unwritable || changes.length === 0 || instance.retired || instance.back) return []
      const user = ofKind(instance.resources, 'user')[0]
      return (instance.writes ?? []).flatMap(path => {
        const fault = unwritable.get(path)
        if (!fault || !user) return []
        const { why, remedy } = described(path, fault, user.name, user.home, host)
        const the = { component: instance.component, path, why, remedy }
        return preflightProblem.pathUnwritable(atInstance(instance), the)
      })
    })
  })
}

/** Directories that many programs share: they keep their owner. */
const shared = /^\/((var|run|srv|opt|home|mnt|media|usr|etc)(\/(log|lib|cache|spool|run|local|opt))?)?$/

function described(
  path: string,
  { why, owner, sure, at = path }: WriteFault,
  user: string,
  home: string,
  host: string,
): { readonly why: string; readonly remedy: string } {
  const directory = posix.dirname(path)
  const make = shared.test(directory)
    ? `install -o ${user} -g ${user} -m 0640 /dev/null ${quote(path)}`
    : `install -d -o ${user} -g ${user} ${quote(directory)}`
  const add = `useradd --system --user-group --no-create-home --home-dir ${quote(home)} --shell /usr/sbin/nologin ${user}`
  // Not below /var/log, which a group may change on Ubuntu. This directory is made by promha.
  const elsewhere = `Set the path to ${posix.join(home, posix.basename(path))}, in the data directory of ${user}.`
  // As root, the command would follow a link that another user puts into the path.
  const run = (text: string) =>
    sure
      ? `Run \`${text}\` on ${host}.`
      : `Users other than root can change the path to ${directory}. ${elsewhere}`
  switch (why) {
    case 'missing':
      return { why: `there is no directory ${directory}`, remedy: run(make) }
    case 'no-user':
      return {
        why: `there is no user ${user} yet, who must own ${directory}`,
        remedy: run(`${add} && ${make}`),
      }
    case 'other':
      return { why: `${directory} belongs to ${owner}`, remedy: elsewhere }
    case 'file':
      return { why: `it belongs to ${owner}`, remedy: run(`chown -h ${user}: ${quote(path)}`) }
    case 'link':
    case 'kind': {
      const what = why === 'link' ? 'a link' : 'neither a plain file nor a directory'
      return {
        why: `${at} is ${what}, and a user other than root may have made it`,
        remedy: `Look at ${at} on ${host}, and replace it by a plain file or directory.`,
      }
    }
    case 'closed':
      return { why: `${user} may not write to ${directory}`, remedy: run(make) }
  }
}
