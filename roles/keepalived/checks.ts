/** What verify and status ask of addresses that move. */
import { listFirst } from '../../src/diagnostic/list-first.ts'
import { runs } from '../../src/resource/unit-state.ts'
import { type HostState, hasAddress } from '../../src/shell/host/host-state.ts'
import { hostsOf, vrrpHostsOf } from '../../src/topology/address/way.ts'
import { redundantMembers } from '../../src/topology/member/redundant.ts'
import type { CellTopology, MovingAddress } from '../../src/topology/model.ts'
import {
  answerTo,
  type CheckDefinition,
  type CheckVerdict,
  defineCheck,
  offering,
  type View,
} from '../../src/verify/answer/view.ts'
import { hostState } from '../../src/verify/ask/host-ask.ts'
import { hostQuestion } from '../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks } from '../../src/verify/checks/facet.ts'
import { comparing, settledIf } from '../../src/verify/checks/there.ts'
import { hostEntry } from '../common/host-entry.ts'

export const checks: ComponentChecks = {
  cellChecks,
  rows: cell =>
    redundantMembers(cell, 'keepalived').map(({ host }) =>
      hostEntry(cell.name, host, 'keepalived', {
        tables: ({ peers }) => [peers.keepalived],
        note: state => {
          const own = cell.movingAddresses.filter(({ address }) => hasAddress(state, address))
          return own.length > 0 ? `has ${own.map(({ address }) => address).join(', ')}` : ''
        },
      }),
    ),
}

function cellChecks({ whole, cell, has, isStopped, isUsable }: AskedCell): CellChecks {
  const others = hostsOf(cell.firewallRules).filter(isUsable)
  return {
    access: cell.movingAddresses
      .filter(({ members }) => members.some(({ host }) => has('keepalived', host)))
      .map(address => {
        const hosts = hostsOf(address.members)
        const whoHasIt = oneHolder(cell, address, others)
        const stopped = hosts.some(host => isStopped('keepalived', host))
        const all = vrrpHostsOf(whole, address.name)
        return settledIf(stopped, comparing(whoHasIt, { component: 'keepalived', all, left: hosts }))
      }),
  }
}

/** `vip.one_holder`: one host alone has the address, and the other members could take it over. `others` must not have it. */
export function oneHolder(
  cell: CellTopology,
  { name, address, members }: MovingAddress,
  others: readonly string[],
): CheckDefinition {
  const own = hostsOf(members)
  const strangers = others.filter(other => !own.includes(other))
  const needs = {
    own: own.map(host => hostQuestion(host, hostState)),
    others: strangers.map(host => hostQuestion(host, hostState)),
  }
  const check = defineCheck(
    'vip.one_holder',
    `${cell.name}/${name}`,
    needs,
    ({ own: states, others: strange }) => {
      const having = (all: typeof states) =>
        all.flatMap(({ host, answer }) => (hasAddress(answer, address) ? [host] : []))
      const [names, taken] = [having(states), having(strange)]
      const all = own.join(' and ')
      if (taken.length > 0)
        return {
          status: 'fail',
          detail: `${taken.join(' and ')} ${taken.length === 1 ? 'has' : 'have'} ${address}, which is for ${all} only`,
          remedy: `Take it from there: see \`ip address\`, and what else holds addresses there.`,
        }
      if (names.length === 1) {
        const has = `${names[0]} has ${address}`
        const unfit = states.flatMap(({ host, answer }) => unfitKeeper(host, answer, address))
        if (unfit.length === 0) return { status: 'pass', detail: has, by: `${address} on ${names[0]}` }
        return {
          by: `${address} on ${names[0]}`,
          status: 'fail',
          detail: `${has}, but ${listFirst(unfit)} and could not take it over`,
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
    },
  )
  return offering('addresses', { ...check, judge: view => knownHolder(check.judge(view), view) })

  /** Whoever cannot be asked: the address may be well with another one, and is then not said to be away. */
  function knownHolder(verdict: CheckVerdict, view: View): CheckVerdict {
    if (verdict.cause === undefined) return verdict
    const holders = needs.own.filter(question => {
      const state = answerTo(view, question)
      return state !== undefined && hasAddress(state, address)
    })
    const [holder] = holders
    if (holder === undefined || holders.length > 1) return verdict
    const { host } = holder
    return { ...verdict, detail: `${host} has ${address}; ${verdict.detail}`, by: `${address} on ${host}` }
  }
}

function unfitKeeper(host: string, { keepalived, moving }: HostState, address: string): readonly string[] {
  // The file of what it knows is there before it runs, too: where it ends again and again, at times.
  if (!runs(keepalived))
    return [`keepalived of ${host} does not run (systemd says ${keepalived || 'nothing'})`]
  return hasAddress({ addresses: moving }, address) ? [] : [`keepalived of ${host} does not know it`]
}
