/** Does each address that moves lead to one host, and could the others take it over? */
import { few } from '../../src/diagnostic/few.ts'
import { isUp } from '../../src/shell/diagnose.ts'
import { type HostState, hasAddress } from '../../src/shell/host-state.ts'
import type { CellTopology, MovingAddress } from '../../src/topology/model.ts'
import { hostsOf } from '../../src/topology/way.ts'
import { statePath } from '../../src/verify/host-ask.ts'
import { type Need, type Question, question } from '../../src/verify/view.ts'
import { hostProgram } from '../host-program.ts'

/**
 * `vip.one_holder`: one of its hosts has the address, one only, and keepalived of all the others could take it over.
 * `others`: hosts that tell of themselves anyway, and may not have it.
 */
export function oneHolder(
  cell: CellTopology,
  { name, address, members }: MovingAddress,
  others: readonly string[],
): Question {
  const own = hostsOf(members)
  const strangers = others.filter(other => !own.includes(other))
  const hosts = [...own, ...strangers]
  const needs = hosts.map((host): Need => ({ program: hostProgram(host), path: statePath }))
  return question('vip.one_holder', `${cell.name}/${name}`, needs, bodies => {
    const names = own.filter((_, index) => hasAddress(bodies[index] as HostState, address))
    const taken = strangers.filter((_, index) =>
      hasAddress(bodies[members.length + index] as HostState, address),
    )
    const all = own.join(' and ')
    if (taken.length > 0)
      return {
        status: 'fail',
        detail: `${taken.join(' and ')} ${taken.length === 1 ? 'has' : 'have'} ${address}, which is for ${all} only`,
        remedy: `Take it from there: see \`ip address\`, and what else holds addresses there.`,
      }
    if (names.length === 1) {
      const has = `${names[0]} has ${address}`
      const unfit = members.flatMap(({ host }, index) =>
        unfitKeeper(host, bodies[index] as HostState, address),
      )
      if (unfit.length === 0) return { status: 'pass', detail: has }
      return {
        status: 'fail',
        detail: `${has}, but ${few(unfit)} and could not take it over`,
        remedy: `See journalctl -u promha-keepalived on ${all}, and restart it where it does not run well.`,
      }
    }
    if (names.length === 0)
      return {
        status: 'fail',
        detail: `no host has ${address}`,
        remedy: `See journalctl -u promha-keepalived on ${all}: a host whose own program is not healthy does not take the address.`,
      }
    return {
      status: 'fail',
      detail: `${names.join(' and ')} have ${address} at once`,
      remedy: `Let ${all} hear each other: VRRP is IP protocol 112, not TCP and not UDP.`,
    }
  })
}

/** Why keepalived of a host could not take the address over. */
function unfitKeeper(host: string, { keepalived, moving }: HostState, address: string): readonly string[] {
  // The file of what it knows is there before it runs, too: where it ends again and again, at times.
  if (!isUp(keepalived))
    return [`keepalived of ${host} does not run (systemd says ${keepalived || 'nothing'})`]
  return hasAddress({ addresses: moving }, address) ? [] : [`keepalived of ${host} does not know it`]
}
