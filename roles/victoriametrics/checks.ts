/** What verify and status ask of the VictoriaMetrics nodes. */
import type { CellTopology } from '../../src/topology/model.ts'
import { api } from '../../src/verify/answer/answers.ts'
import { answerTo, type CheckDefinition, offering } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks, StatusEntry } from '../../src/verify/checks/facet.ts'
import { settledIf } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { complete } from '../storage/checks/complete.ts'
import {
  type AskedMember,
  type Feeding,
  feedingsOf,
  heldSelectors,
  lookBack,
} from '../storage/checks/held.ts'
import { oneCopy } from '../storage/checks/one-copy.ts'
import { keptSamples } from '../storage/offer.ts'
import { clock, exported, firstSample, health, versionOf } from './answers.ts'
import { lackOf, noteOf, storageReady } from './ready.ts'

const name = 'victoriametrics'

export const checks: ComponentChecks = {
  cellChecks,
  rows: cell => programsIn(cell).map(program => rowOf(cell.name, program)),
}

function cellChecks(asked: AskedCell): CellChecks {
  const programs = programsIn(asked.cell)
  const ours = asked.selected(programs)
  if (ours.length === 0) return {}
  const own = ours.map(one => offering(keptSamples, storageReady(one)))
  const fed = asked.cell.stores.find(({ component }) => component === name)
  return { own, across: (fed ? feedingsOf(fed) : []).flatMap(feeding => heldOf(asked, feeding)) }
}

/** What is held of one cell that writes to it. */
function heldOf(asked: AskedCell, feeding: Feeding): readonly CheckDefinition[] {
  const programs = programsIn(asked.cell)
  const isStopped = feeding.replicas.some(({ host }) => asked.isStopped('prometheus', host))
  const isOther = feeding.cell !== asked.cell.name
  const member = (program: Program): AskedMember => ({
    host: program.host,
    target: `${program.host}/${name}${isOther ? ` of cell ${feeding.cell}` : ''}`,
    held: programQuestion(program, exported(heldSelectors(feeding), lookBack)),
    now: programQuestion(program, clock),
    begins: programQuestion(program, firstSample(feeding.cell)),
  })
  return [
    ...asked.selected(programs).map(program => settledIf(isStopped, oneCopy(member(program), feeding))),
    complete(programs.map(member), feeding),
  ]
}

function programsIn({ stores }: CellTopology): readonly Program[] {
  return stores.flatMap(({ component, members }) =>
    component === name ? members.map(member => programOf(name, member)) : [],
  )
}

function rowOf(cell: string, program: Program): StatusEntry {
  const metrics = programQuestion(program, api.metrics)
  return {
    ...entryOf(cell, program, health, { api: api.metrics, of: versionOf }),
    lacks: (_, view) => lackOf(answerTo(view, metrics)),
    note: view => noteOf(answerTo(view, metrics)),
  }
}
