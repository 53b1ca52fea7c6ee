/** Are promha's ports closed to strangers: is each table of its rules loaded, and does it drop what it is to drop? */

import { few } from '../../src/diagnostic/few.ts'
import { unitOf } from '../../src/resource/model.ts'
import type { HostState, Reached } from '../../src/shell/host-state.ts'
import { firewallRules, peerRules } from '../../src/shell/layout.ts'
import { addressedIn } from '../../src/topology/members.ts'
import type { CellTopology, Guarded, Peered } from '../../src/topology/model.ts'
import { proxyPeerPort } from '../../src/topology/proxy.ts'
import { reachPath, statePath } from '../../src/verify/host-ask.ts'
import { type Need, type Question, question, type Verdict, type View } from '../../src/verify/view.ts'
import { hostProgram } from '../host-program.ts'

/** A host that is asked to try the ports of another one, although it must not reach them. */
interface Stranger {
  readonly host: string
  readonly targets: readonly { readonly address: string; readonly port: number }[]
}

/** A host of the cell that no rule of `guarded` lets in, with what it is to try; undefined where there is none. */
export function strangerTo(
  cell: CellTopology,
  guarded: Guarded,
  usable: (host: string) => boolean,
): Stranger | undefined {
  const known = addressesOf(cell)
  const own = known.get(guarded.host)
  if (own === undefined) return undefined
  // From the host itself on, so that not all of a fleet ask the same one.
  const all = [...known]
  const at = all.findIndex(([host]) => host === guarded.host)
  const candidates = [...all.slice(at + 1), ...all.slice(0, at)].filter(([host]) => usable(host))
  const closed = new Set(guarded.rules.flatMap(({ protocol, port }) => (protocol === 'tcp' ? [port] : [])))
  const tried = candidates.map(([host, address]): Stranger => {
    const lets = (port: number) =>
      guarded.rules.some(rule => rule.protocol === 'tcp' && rule.port === port && rule.from.includes(address))
    const ports = [...closed].filter(port => !lets(port))
    return { host, targets: ports.map(port => ({ address: own, port })) }
  })
  return tried
    .filter(({ targets }) => targets.length > 0)
    .sort((a, b) => b.targets.length - a.targets.length)[0]
}

function addressesOf(cell: CellTopology): ReadonlyMap<string, string> {
  return new Map(addressedIn(cell).map(({ host, address }) => [host, address]))
}

const asItsFileSays = 'the table inet promha is loaded as its file says'

/** `firewall.closed`: promha's table is there as its file says, and what it is to drop is dropped. */
export function firewallClosed(guarded: Guarded, stranger: Stranger | undefined): Question {
  const state: Need = { program: hostProgram(guarded.host), path: statePath }
  const own = question('firewall.closed', `${guarded.host}/firewall`, [state], bodies => {
    const { table, firewalls } = bodies[0] as HostState
    if (table === 'missing' || table === 'changed')
      return {
        status: 'fail',
        detail:
          table === 'missing'
            ? 'the table inet promha is not loaded'
            : `the table inet promha is not what ${firewallRules} says`,
        remedy: `See journalctl -u promha-firewall on ${guarded.host}, and restart it there.`,
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
    return {
      status: 'warn',
      detail: `${firewalls.join(' and ')} ${firewalls.length === 1 ? 'is' : 'are'} active too, and may drop what promha lets in`,
      remedy: `Open ${portsOf(guarded)} there to those who need them.`,
    }
  })
  return withTries(own, stranger)
}

const peersAsTheirFilesSay = 'the table inet promha_peers is loaded as its files say'

/** A host of the cell without a HAProxy, and the port of the peers that it is to try. */
export function strangerToPeers(
  cell: CellTopology,
  { host, haproxy }: Peered,
  usable: (host: string) => boolean,
): Stranger | undefined {
  if (haproxy === undefined) return undefined
  const rule = { protocol: 'tcp', port: proxyPeerPort, from: haproxy, what: 'haproxy' } as const
  return strangerTo(cell, { host, rules: [rule] }, usable)
}

/**
 * `peers.closed`: keepalived and HAProxy of the host hear members only: their parts of the table are there as their files
 * say, and a host that is no member does not reach the port of the peers. `programs`: those that are selected.
 */
export function peersClosed(
  { host }: Peered,
  programs: readonly (keyof HostState['peers'])[],
  stranger: Stranger | undefined,
): Question {
  const state: Need = { program: hostProgram(host), path: statePath }
  const own = question('peers.closed', `${host}/peers`, [state], bodies => {
    const { peers } = bodies[0] as HostState
    const open = programs.filter(program => peers[program] === 'missing' || peers[program] === 'changed')
    if (open.length > 0)
      return {
        status: 'fail',
        detail: few(
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
function withTries(own: Question, stranger: Stranger | undefined): Question {
  if (!stranger) return own
  const tries: Need = { program: hostProgram(stranger.host), path: reachPath(stranger.targets) }
  return {
    ...own,
    needs: [...own.needs, tries],
    judge: view => triedBy(stranger, own.judge(view), view, tries),
  }
}

function triedBy(stranger: Stranger, seen: Verdict, view: View, tries: Need): Verdict {
  if (seen.status === 'fail' || seen.status === 'skip') return seen
  const reply = view(tries)
  if (reply.kind !== 'answer') return seen
  const { open, silent } = reply.body as Reached
  const ports = open.map(({ port }) => port)
  if (ports.length > 0)
    return {
      status: 'fail',
      detail: `${stranger.host} reaches ${few(ports.map(String))}, but must not`,
      remedy:
        'Run `nft list ruleset` on the host whose port is reached, to see what accepts it. promha drops it in a table of its own.',
    }
  // A port that refuses proves nothing: its program may be down.
  const kept = stranger.targets.map(({ port }) => port).filter(port => silent.some(one => one.port === port))
  if (kept.length === 0) return seen
  const said = `${stranger.host} is kept out of ${few(kept.map(String))}`
  const whole = seen.detail === asItsFileSays || seen.detail === peersAsTheirFilesSay
  return { ...seen, detail: whole ? said : `${said}; ${seen.detail}` }
}

function portsOf({ rules }: Guarded): string {
  return few([...new Set(rules.map(({ protocol, port }) => `${port}/${protocol}`))])
}
