/** What verify, status and the gate ask of the members of a ring. */
import type { CellTopology } from '../../src/topology/model.ts'
import { api } from '../../src/verify/answer/answers.ts'
import { buildVersion } from '../../src/verify/answer/metrics.ts'
import { type CheckDefinition, defineCheck, offering } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks } from '../../src/verify/checks/facet.ts'
import { settledIf } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { complete } from '../storage/checks/complete.ts'
import { type Feeding, feedingsOf } from '../storage/checks/held.ts'
import { keptSamples } from '../storage/offer.ts'
import { clockOfMember, ringOf, ringReady, upIn } from './answers.ts'
import { ringHealthy } from './checks/healthy.ts'
import { ringOneCopy } from './checks/one-copy.ts'
import { ringLack } from './ring.ts'

/** `path`: where it shows the ring of those that take samples. */
export function ringChecks(name: string, path: string): ComponentChecks {
  const ring = ringOf(path)
  const programsIn = ({ stores }: CellTopology): readonly Program[] =>
    stores.flatMap(({ component, members }) =>
      component === name ? members.map(member => programOf(name, member)) : [],
    )
  return {
    cellChecks: asked => cellChecks(asked, programsIn(asked.cell)),
    rows: cell =>
      programsIn(cell).map(program =>
        entryOf(cell.name, program, ringReady, {
          api: api.metrics,
          of: metrics => buildVersion(metrics, 'cortex'),
        }),
      ),
    joined: {
      lack: async (get, members) =>
        ringLack(
          await get(ring),
          members.map(({ host }) => host),
        ),
      remedy: host => `Read \`journalctl -u ${name}\` on ${host}, and see that the members reach each other.`,
    },
  }

  function cellChecks(asked: AskedCell, programs: readonly Program[]): CellChecks {
    const ours = asked.selected(programs)
    if (ours.length === 0) return {}
    const hosts = asked.whole.stores
      .filter(({ component }) => component === name)
      .flatMap(({ members }) => members.map(({ host }) => host))
    const own = ours.flatMap(program => [
      offering(keptSamples, storageReady(program)),
      ringHealthy(program, ring, hosts),
    ])
    const fed = asked.cell.stores.find(({ component }) => component === name)
    const feedings = (fed ? feedingsOf(fed) : []).map(one => ({
      ...one,
      longest: 1.1 * ((fed?.takeover ?? 0) + 2 * one.interval),
    }))
    return { own, across: feedings.flatMap(feeding => heldOf(asked, ours, feeding)) }
  }

  /** What is held of one cell that writes to it. */
  function heldOf(
    { cell, isStopped }: AskedCell,
    ours: readonly Program[],
    feeding: Feeding,
  ): readonly CheckDefinition[] {
    const stopped = feeding.replicas.some(({ host }) => isStopped('prometheus', host))
    const of = feeding.cell === cell.name ? '' : ` of cell ${feeding.cell}`
    const members = ours.map(program => ({
      ...{ host: program.host, target: `${program.host}/${name}${of}` },
      ...{ held: upIn(program, feeding), now: clockOfMember(program) },
    }))
    return [settledIf(stopped, ringOneCopy(ours, feeding)), complete(members, feeding)]
  }
}

/** `storage.ready`: it answers with 200, which it does once it has joined the ring. */
function storageReady(program: Program): CheckDefinition {
  const { host, component } = program
  return defineCheck(
    'storage.ready',
    `${host}/${component}`,
    { ready: programQuestion(program, ringReady) },
    () => ({ status: 'pass', detail: 'ready' }),
  )
}
