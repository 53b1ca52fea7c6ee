/** Where a host's directories belong to somebody else, nothing is changed there: why, and what to do about it. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Preflight } from '../../shell/observe/preflight.ts'
import type { Barred } from '../../shell/syntax/way.ts'
import { preflightProblem } from './messages.ts'

/** One problem a directory or link that is in the way, however many paths lie below it. */
export function wayProblems(host: string, { barred }: Preflight): readonly Problem[] {
  const places = [...new Set(barred.map(({ at, fault }) => `${fault} ${at}`))]
  return places.flatMap(place => {
    const all = barred.filter(({ at, fault }) => `${fault} ${at}` === place)
    const [first] = all
    return first ? [problemOf(host, first, [...new Set(all.map(({ path }) => path))])] : []
  })
}

function problemOf(host: string, { at, fault, way, who }: Barred, paths: readonly string[]): Problem {
  const [path = ''] = paths
  const data = way.directories.find(wanted => wanted.path === path)
  const isData = data !== undefined && data.owner !== 'root'
  const elsewhere = isData ? ', or set another `data_dir:`' : ''
  const where = { host, resource: `directory:${path}` }
  const barrier = { at, who, host, elsewhere, paths }
  switch (fault) {
    case 'other':
      return preflightProblem.directoryOfOther(where, barrier, otherRemedy(at, host, isData))
    case 'open':
      return preflightProblem.directoryOpen(where, barrier)
    case 'link':
      return preflightProblem.linkOfOther(where, barrier)
    case 'leaf':
      return preflightProblem.leafOfOther(where, barrier, way.service)
    case 'foreign': {
      const remedy = isData
        ? `Set a \`data_dir:\` of its own, such as /var/lib/prometheus. If you mean ${at}, empty it on ${host} first.`
        : inHome(at)
          ? `Move what it holds elsewhere on ${host}.`
          : `Move what it holds elsewhere, or run \`chown ${data?.owner ?? 'root'} ${at}\` on ${host}.`
      return preflightProblem.directoryInUse(where, barrier, way.service, remedy)
    }
    case 'kind':
      return preflightProblem.noDirectory(where, barrier)
    case 'moved':
      return preflightProblem.directoryMoved(where, barrier)
  }
}

/** It stays its user's: no change of owner is proposed. */
function inHome(at: string): boolean {
  return /^\/(home|root)(\/|$)/.test(at)
}

function otherRemedy(at: string, host: string, isData: boolean): string {
  const another = 'Set another `data_dir:`, such as /var/lib/prometheus'
  if (inHome(at)) return isData ? `${another}.` : `Choose a path outside of ${at} in the inventory.`
  return isData
    ? `${another}, or run \`chown root ${at}\` on ${host}.`
    : `Run \`chown root ${at}\` on ${host}.`
}
