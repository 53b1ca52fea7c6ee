/** What verify and status ask of the hosts' tables. */
import type { Peered } from '../../src/topology/model.ts'
import type { AskedCell, ComponentChecks } from '../../src/verify/facet.ts'
import { settledIf } from '../../src/verify/there.ts'
import type { Question } from '../../src/verify/view.ts'
import { hostEntry } from '../host-program.ts'
import { firewallClosed, peersClosed, strangerTo, strangerToPeers } from './closed.ts'

export const checks: ComponentChecks = {
  questions: asked => ({
    access: [
      ...asked.cell.peered.flatMap(peered => peersQuestion(asked, peered)),
      ...asked.cell.guarded
        .filter(({ host, rules }) => rules.length > 0 && asked.has('firewall', host))
        .map(guarded => firewallClosed(guarded, strangerTo(asked.cell, guarded, asked.isUsable))),
    ],
  }),
  rows: ({ name, guarded }) =>
    guarded.map(({ host, rules }) =>
      hostEntry(name, host, 'firewall', ({ table }) => (rules.length > 0 ? [table] : [])),
    ),
}

/** Of the chains that keepalived and HAProxy load by their own units. */
function peersQuestion({ cell, has, isStopped, isUsable }: AskedCell, peered: Peered): readonly Question[] {
  const { host } = peered
  const programs = (['keepalived', 'haproxy'] as const).filter(
    program => peered[program] !== undefined && has(program, host),
  )
  if (programs.length === 0) return []
  const stranger = programs.includes('haproxy') ? strangerToPeers(cell, peered, isUsable) : undefined
  const stopped = programs.some(program => isStopped(program, host))
  return [settledIf(stopped, peersClosed(peered, programs, stranger))]
}
