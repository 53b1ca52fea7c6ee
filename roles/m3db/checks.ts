/** What verify, status and the gate ask of the nodes of M3DB. */
import type { CellTopology, StorePrograms } from '../../src/topology/model.ts'
import { page } from '../../src/verify/answer/answers.ts'
import { answerTo, type CheckDefinition } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../src/verify/ask/question.ts'
import type {
  AskedCell,
  CellChecks,
  ComponentChecks,
  LackRequest,
  StatusEntry,
} from '../../src/verify/checks/facet.ts'
import { settledIf } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { complete } from '../storage/checks/complete.ts'
import { type AskedMember, type Feeding, feedingsOf, lateness } from '../storage/checks/held.ts'
import { oneCopy } from '../storage/checks/one-copy.ts'
import {
  bootstrapped,
  knownNamespaces,
  m3dbClock,
  marksOfM3db,
  placement,
  takesWrites,
  upOfM3db,
} from './checks/answers.ts'
import { foundM3db } from './checks/founding.ts'
import { m3dbReady, ownNode } from './checks/ready.ts'
import { bufferPast, policyOf } from './policy.ts'
import { m3dbName, m3dbOwnPorts } from './ports.ts'

const node = { address: '127.0.0.1', port: m3dbOwnPorts.node }

export const checks: ComponentChecks = {
  cellChecks,
  rows: cell => programsIn(cell).map(program => rowOf(cell.name, program)),
  found: foundM3db,
  lack: m3dbLack,
  // It reads all that it holds before it takes part again.
  lackPatience: 600_000,
}

function programsIn({ stores }: Pick<CellTopology, 'stores'>): readonly Program[] {
  return stores.flatMap(({ component, members }) =>
    component === m3dbName ? members.map(member => programOf(m3dbName, member)) : [],
  )
}

function cellChecks(asked: AskedCell): CellChecks {
  const ours = asked.selected(programsIn(asked.cell))
  const store = asked.cell.stores.find(({ component }) => component === m3dbName)
  if (ours.length === 0 || !store) return {}
  const hosts = programsIn(asked.whole).map(({ host }) => host)
  const wanted = policyOf(store.interval, store.retention ?? 0)
  return {
    own: ours.map(program => m3dbReady(program, { hosts, wanted })),
    across: feedingsOf(store).flatMap(feeding => heldOf(asked, store, feeding)),
  }
}

/** What is held of one cell that writes to it. */
function heldOf(asked: AskedCell, store: StorePrograms, fed: Feeding): readonly CheckDefinition[] {
  const feeding = { ...fed, late: bufferPast + lateness }
  const programs = programsIn(asked.cell)
  const isStopped = feeding.replicas.some(({ host }) => asked.isStopped('prometheus', host))
  const of = feeding.cell === asked.cell.name ? '' : ` of cell ${feeding.cell}`
  const policy = policyOf(store.interval, store.retention ?? 0)
  const member = (program: Program): AskedMember => ({
    ...{ host: program.host, target: `${program.host}/${m3dbName}${of}` },
    held: programQuestion(program, upOfM3db(feeding, policy)),
    marks: programQuestion(program, marksOfM3db(feeding, policy)),
    now: programQuestion(program, m3dbClock),
  })
  return [
    ...asked.selected(programs).map(program => settledIf(isStopped, oneCopy(member(program), feeding))),
    complete(programs.map(member), feeding),
  ]
}

function rowOf(cell: string, program: Program): StatusEntry {
  const [ready, read] = [
    programQuestion(program, takesWrites),
    programQuestion(ownNode(program), bootstrapped),
  ]
  return {
    ...entryOf(cell, program, page('/health')),
    more: [ready, read],
    lacks: (_, view) => {
      if (answerTo(view, read) === false) return 'it reads what it holds'
      return answerTo(view, ready) === undefined ? 'it takes no samples' : ''
    },
  }
}

/** Nothing as long as nothing is founded: the node that comes last founds it. */
async function m3dbLack({ get, getAt, host }: LackRequest): Promise<string | undefined> {
  if ((await get(knownNamespaces)).length === 0) return undefined
  if (!(await getAt(node)(bootstrapped))) return 'it still reads what it holds'
  if ((await get(takesWrites)) === undefined) return 'it takes no samples'
  const own = (await get(placement)).find(one => one.host === host)
  if (own === undefined) return `nothing is placed on ${host}`
  return own.states.every(state => state === 'AVAILABLE') ? undefined : 'it still copies what it has to hold'
}
