/** What verify and status ask of the hosts' tables. */
import type { Peered } from '../../src/topology/model.ts'
import type { CheckDefinition } from '../../src/verify/answer/view.ts'
import type { AskedCell, ComponentChecks } from '../../src/verify/checks/facet.ts'
import { settledIf } from '../../src/verify/checks/there.ts'
import { hostEntry } from '../common/host-entry.ts'
import { firewallClosed, peersClosed, strangerTo, strangerToPeers } from './closed.ts'

export const checks: ComponentChecks = {
  cellChecks: asked => ({
    access: [
      ...asked.cell.peered.flatMap(peered => peersQuestion(asked, peered)),
      ...asked.cell.firewallRules
        .filter(({ host, rules }) => rules.length > 0 && asked.has('firewall', host))
        .map(firewall => firewallClosed(firewall, strangerTo(asked.cell, firewall, asked.isUsable))),
    ],
  }),
  rows: ({ name, firewallRules }) =>
    firewallRules.map(({ host, rules }) =>
      hostEntry(name, host, 'firewall', { tables: ({ table }) => (rules.length > 0 ? [table] : []) }),
    ),
}

/** Of the chains that keepalived and HAProxy load by their own units. */
function peersQuestion(asked: AskedCell, peered: Peered): readonly CheckDefinition[] {
  const { cell, has, isStopped, isUsable } = asked
  const { host } = peered
  const programs = (['keepalived', 'haproxy'] as const).filter(
    program => peered[program] !== undefined && has(program, host),
  )
  if (programs.length === 0) return []
  const stranger = programs.includes('haproxy') ? strangerToPeers(cell, peered, isUsable) : undefined
  const stopped = programs.some(program => isStopped(program, host))
  return [settledIf(stopped, peersClosed(peered, programs, stranger))]
}
