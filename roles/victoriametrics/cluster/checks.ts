/** What verify and status ask of a VictoriaMetrics cluster. Not run with its real programs. */
import type { CellTopology } from '../../../src/topology/model.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import { type CheckDefinition, defineCheck } from '../../../src/verify/answer/view.ts'
import { programOf } from '../../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks } from '../../../src/verify/checks/facet.ts'
import { settledIf } from '../../../src/verify/checks/there.ts'
import { entryOf } from '../../../src/verify/status-entry.ts'
import { complete } from '../../storage/checks/complete.ts'
import {
  type AskedMember,
  type Feeding,
  feedingsOf,
  heldSelectors,
  lookBack,
} from '../../storage/checks/held.ts'
import { oneCopy } from '../../storage/checks/one-copy.ts'
import { clockBelow, exported, health, versionOf } from '../answers.ts'
import { storageReady } from '../ready.ts'
import { tenantPath } from './programs.ts'

const reader = 'vmselect'

/** Of one of its components. What the cluster holds is asked of every vmselect, each of which has to answer it in full. */
export function checksOfCluster(component: string): ComponentChecks {
  const programsIn = ({ stores }: CellTopology): readonly Program[] =>
    stores.flatMap(one =>
      one.component === component ? one.members.map(member => programOf(component, member)) : [],
    )
  return {
    cellChecks: asked => checksIn(asked, component, programsIn(asked.cell)),
    rows: cell =>
      programsIn(cell).map(program =>
        entryOf(cell.name, program, health, { api: api.metrics, of: versionOf }),
      ),
  }
}

function checksIn(asked: AskedCell, component: string, programs: readonly Program[]): CellChecks {
  const ours = asked.selected(programs)
  if (ours.length === 0) return {}
  const own = ours.map(component === 'vmstorage' ? storageReady : answers)
  const fed = asked.cell.stores.find(one => one.component === component)
  if (component !== reader || !fed) return { own }
  const held = feedingsOf(fed).flatMap(feeding => heldOf(asked, programs, feeding))
  // Two single nodes are asked for holes themselves, all of them together.
  const isOfNodes = asked.cell.stores.every(one => one.component !== 'vmstorage')
  return { own, across: isOfNodes ? held.filter(({ id }) => id !== 'storage.complete') : held }
}

/** `storage.ready` of what keeps nothing itself. */
function answers(program: Program): CheckDefinition {
  const needs = { health: programQuestion(program, health) }
  const target = `${program.host}/${program.component}`
  return defineCheck('storage.ready', target, needs, () => ({ status: 'pass', detail: 'ready' }))
}

/** Undone duplicates and missing samples show in every answer, so one of each vmselect is enough. */
function heldOf(
  asked: AskedCell,
  programs: readonly Program[],
  feeding: Feeding,
): readonly CheckDefinition[] {
  const isStopped = feeding.replicas.some(({ host }) => asked.isStopped('prometheus', host))
  const isOther = feeding.cell !== asked.cell.name
  const member = (program: Program): AskedMember => ({
    host: program.host,
    target: `${program.host}/${program.component}${isOther ? ` of cell ${feeding.cell}` : ''}`,
    held: programQuestion(program, exported(heldSelectors(feeding), lookBack, tenantPath.read)),
    now: programQuestion(program, clockBelow(tenantPath.read)),
  })
  return [
    ...asked.selected(programs).map(program => settledIf(isStopped, oneCopy(member(program), feeding))),
    complete(programs.map(member), feeding),
  ]
}
