/** What verify and status ask of the VictoriaMetrics nodes. */
import type { CellTopology } from '../../src/topology/model.ts'
import { api } from '../../src/verify/answer/answers.ts'
import { answerTo } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks, StatusEntry } from '../../src/verify/checks/facet.ts'
import { settledIf } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { complete } from '../storage/checks/complete.ts'
import { feedingOf } from '../storage/checks/feeding.ts'
import { type AskedMember, type Feeding, heldSelectors, lookBack } from '../storage/checks/held.ts'
import { oneCopy } from '../storage/checks/one-copy.ts'
import { clock, exported, health, versionOf } from './answers.ts'
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
  const feeding = feedingOf(asked.cell, name)
  const own = ours.map(storageReady)
  if (!feeding) return { own }
  const isStopped = asked.cell.replicas.some(({ host }) => asked.isStopped('prometheus', host))
  const member = (program: Program) => memberOf(program, feeding)
  return {
    own,
    across: [
      ...ours.map(program => settledIf(isStopped, oneCopy(member(program), feeding))),
      complete(programs.map(member), feeding),
    ],
  }
}

function memberOf(program: Program, feeding: Feeding): AskedMember {
  return {
    host: program.host,
    target: `${program.host}/${name}`,
    held: programQuestion(program, exported(heldSelectors(feeding), lookBack)),
    now: programQuestion(program, clock),
  }
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
