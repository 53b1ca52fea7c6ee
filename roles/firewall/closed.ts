/** Are promha's ports closed to strangers: is each table of its rules loaded, and does it drop what it is to drop? */
import { listFirst } from '../../src/diagnostic/list-first.ts'
import { unitOf } from '../../src/resource/model.ts'
import type { HostState, Reached } from '../../src/shell/host/host-state.ts'
import { firewallRules, peerRules } from '../../src/shell/syntax/layout.ts'
import { proxyPeerPort } from '../../src/topology/address/proxy.ts'
import { addressedIn } from '../../src/topology/member/members.ts'
import type { CellTopology, FirewallRules, Peered } from '../../src/topology/model.ts'
import type { CheckDefinition, CheckVerdict, View } from '../../src/verify/answer/view.ts'
import { answerTo, defineCheck } from '../../src/verify/answer/view.ts'
import { hostState, reach } from '../../src/verify/ask/host-ask.ts'
import { hostQuestion } from '../../src/verify/ask/question.ts'

/** A host that is asked to try the ports of another one, although it must not reach them. */
interface Stranger {
  readonly host: string
  readonly targets: readonly { readonly address: string; readonly port: number }[]
}

/** Whether a host can be asked. */
type Usable = (host: string) => boolean

/** A host of the cell that no rule of `firewall` lets in, with what it is to try; undefined where there is none. */
export function strangerTo(
  cell: CellTopology,
  firewall: FirewallRules,
  usable: Usable,
): Stranger | undefined {
  const known = new Map(addressedIn(cell).map(({ host, address }) => [host, address]))
  const own = known.get(firewall.host)
  if (own === undefined) return undefined
  // From the host itself on, so that not all of a fleet ask the same one.
  const all = [...known]
  const at = all.findIndex(([host]) => host === firewall.host)
  const candidates = [...all.slice(at + 1), ...all.slice(0, at)].filter(([host]) => usable(host))
  const closed = new Set(firewall.rules.flatMap(({ protocol, port }) => (protocol === 'tcp' ? [port] : [])))
  const tried = candidates.map(([host, address]): Stranger => {
    const lets = (port: number) =>
      firewall.rules.some(
        rule => rule.protocol === 'tcp' && rule.port === port && rule.from.includes(address),
      )
    const ports = [...closed].filter(port => !lets(port))
    return { host, targets: ports.map(port => ({ address: own, port })) }
  })
  return tried
    .filter(({ targets }) => targets.length > 0)
    .sort((a, b) => b.targets.length - a.targets.length)[0]
}

const asItsFileSays = 'the table inet promha is loaded as its file says'

/** `firewall.closed`: promha's table is there as its file says, and what it is to drop is dropped. */
export function firewallClosed(firewall: FirewallRules, stranger: Stranger | undefined): CheckDefinition {
  const needs = { state: hostQuestion(firewall.host, hostState) }
  const target = `${firewall.host}/firewall`
  const own = defineCheck('firewall.closed', target, needs, ({ state: { table, firewalls } }) => {
    if (table === 'missing' || table === 'changed')
      return {
        status: 'fail',
        detail:
          table === 'missing'
            ? 'the table inet promha is not loaded'
            : `the table inet promha is not what ${firewallRules} says`,
        remedy: `See journalctl -u promha-firewall on ${firewall.host}, and restart it there.`,
        // It is loaded before its unit counts as started, and put back within a moment.
        settled: true,
      }
    if (firewalls.length === 0)
      return {
        status: 'pass',
        detail:
          table === 'whole'
            ? asItsFileSays
            : 'the table inet promha is loaded; its rules could not be compared there',
      }
    const ports = firewall.rules.map(({ protocol, port }) => `${port}/${protocol}`)
    return {
      status: 'warn',
      detail: `${firewalls.join(' and ')} ${firewalls.length === 1 ? 'is' : 'are'} active too, and may drop what promha lets in`,
      remedy: `Open ${listFirst([...new Set(ports)])} there to those who need them.`,
    }
  })
  return withTries(own, stranger)
}

const peersAsTheirFilesSay = 'the table inet promha_peers is loaded as its files say'

/** A host of the cell without a HAProxy, and the port of the peers that it is to try. */
export function strangerToPeers(cell: CellTopology, peered: Peered, usable: Usable): Stranger | undefined {
  const { host, haproxy } = peered
  if (haproxy === undefined) return undefined
  const rule = { protocol: 'tcp', port: proxyPeerPort, from: haproxy, what: 'haproxy' } as const
  return strangerTo(cell, { host, rules: [rule] }, usable)
}

/** `peers.closed`: the host's keepalived and HAProxy hear members only. `programs`: those that are selected. */
export function peersClosed(
  { host }: Peered,
  programs: readonly (keyof HostState['peers'])[],
  stranger: Stranger | undefined,
): CheckDefinition {
  const needs = { state: hostQuestion(host, hostState) }
  const own = defineCheck('peers.closed', `${host}/peers`, needs, ({ state: { peers } }) => {
    const open = programs.filter(program => peers[program] === 'missing' || peers[program] === 'changed')
    if (open.length > 0)
      return {
        status: 'fail',
        detail: listFirst(
          open.map(program =>
            peers[program] === 'missing'
              ? `the chain ${program} of the table inet promha_peers is not loaded`
              : `the chain ${program} of the table inet promha_peers is not what ${peerRules(program)} says`,
          ),
        ),
        remedy: `Run \`systemctl reload-or-restart ${open.map(unitOf).join(' ')}\` on ${host}, and see journalctl -u promha-firewall there.`,
        // It is loaded before its program runs, and put back within a moment.
        settled: true,
      }
    const compared = programs.every(program => peers[program] === 'whole')
    return {
      status: 'pass',
      detail: compared
        ? peersAsTheirFilesSay
        : 'the table inet promha_peers is loaded; its rules could not be compared there',
    }
  })
  return withTries(own, stranger)
}

/** The same, and tried from the stranger if there is one. */
function withTries(own: CheckDefinition, stranger: Stranger | undefined): CheckDefinition {
  if (!stranger) return own
  const tries = hostQuestion(stranger.host, reach(stranger.targets))
  const judge = (view: View): CheckVerdict => {
    const seen = own.judge(view)
    const reached = answerTo(view, tries)
    return seen.status === 'fail' || seen.status === 'skip' || !reached
      ? seen
      : tried(stranger, seen, reached)
  }
  return { ...own, needs: [...own.needs, tries], judge }
}

function tried(stranger: Stranger, seen: CheckVerdict, { open, silent }: Reached): CheckVerdict {
  const ports = open.map(({ port }) => port)
  if (ports.length > 0)
    return {
      status: 'fail',
      detail: `${stranger.host} reaches ${listFirst(ports.map(String))}, but must not`,
      remedy:
        'Run `nft list ruleset` on the host whose port is reached, to see what accepts it. promha drops it in a table of its own.',
    }
  // A port that refuses proves nothing: its program may be down.
  const kept = stranger.targets.map(({ port }) => port).filter(port => silent.some(one => one.port === port))
  if (kept.length === 0) return seen
  const said = `${stranger.host} is kept out of ${listFirst(kept.map(String))}`
  const whole = seen.detail === asItsFileSays || seen.detail === peersAsTheirFilesSay
  return { ...seen, detail: whole ? said : `${said}; ${seen.detail}` }
}
