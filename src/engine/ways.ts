/** Where a host's directories belong to somebody else, nothing is changed there: why, and what to do about it. */
import { error, type Problem } from '../diagnostic/problem.ts'
import type { Preflight } from '../shell/preflight.ts'
import type { Barred } from '../shell/way.ts'

/** One problem a directory or link that is in the way, however many paths lie below it. */
export function wayProblems(host: string, { barred }: Preflight): readonly Problem[] {
  const places = [...new Set(barred.map(({ at, fault }) => `${fault} ${at}`))]
  return places.flatMap(place => {
    const all = barred.filter(({ at, fault }) => `${fault} ${at}` === place)
    const [first] = all
    return first ? [problemOf(host, first, [...new Set(all.map(({ path }) => path))])] : []
  })
}

const asRoot =
  'promha works as root below directories that only root can change. In any other, a link could lead it to any file of the host.'

function problemOf(host: string, { at, fault, way, who }: Barred, paths: readonly string[]): Problem {
  const [path = ''] = paths
  const data = way.directories.find(wanted => wanted.path === path)
  const isData = data !== undefined && data.owner !== 'root'
  const elsewhere = isData ? ', or set another `data_dir:`' : ''
  const rest = { host, resource: `directory:${path}` }
  const beneath = `Below it: ${paths.join(', ')}.`
  switch (fault) {
    case 'other':
      return error(`${at} belongs to ${who}, so nothing is changed below it`, {
        ...rest,
        detail: `${beneath} ${asRoot}`,
        remedy: otherRemedy(at, host, isData),
      })
    case 'open': {
      const mode = who === 'everybody' ? 'o-w' : 'g-w'
      return error(`${who} may write to ${at}, so nothing is changed below it`, {
        ...rest,
        detail: `${beneath} ${asRoot}`,
        remedy: `Run \`chmod ${mode} ${at}\` on ${host}${elsewhere}.`,
      })
    }
    case 'link':
      return error(`${at} is a link that belongs to ${who}, so promha does not follow it`, {
        ...rest,
        detail: `${beneath} promha follows only links that root owns, in directories that only root can change.`,
        remedy: `Check on ${host} where it leads (\`ls -l ${at}\`). If you trust it, run \`chown -h root ${at}\`${elsewhere}.`,
      })
    case 'leaf':
      return error(`${at} does not belong to ${way.service}, whose directory it lies in`, {
        ...rest,
        detail: `Below directories of ${way.service}, promha works as that user, who cannot give it an owner.`,
        remedy: `Run \`ls -ld ${at}\` on ${host}. If it is a link, remove it; otherwise run \`chown -h ${way.service}: ${at}\`${elsewhere}.`,
      })
    case 'foreign':
      return error(`${at} belongs to ${who} and holds something else, so it is left alone`, {
        ...rest,
        detail: `Expected: no such directory, an empty one, one of ${way.service ?? 'root'}, or one with data of the program. Seen: none of these.`,
        remedy: isData
          ? `Set a \`data_dir:\` of its own, such as /var/lib/prometheus. If you mean ${at}, empty it on ${host} first.`
          : inHome(at)
            ? `Move what it holds elsewhere on ${host}.`
            : `Move what it holds elsewhere, or run \`chown ${data?.owner ?? 'root'} ${at}\` on ${host}.`,
      })
    case 'kind':
      return error(`${at} is not a directory`, {
        ...rest,
        detail: beneath,
        remedy: `Move it out of the way on ${host}${elsewhere}.`,
      })
    case 'moved':
      return error(`${at} changed while promha looked at it`, { ...rest, remedy: 'Run the command again.' })
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
