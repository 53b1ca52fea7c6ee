/** What verify and status ask of Thanos. */
import type { CellTopology } from '../../src/topology/model.ts'
import { api } from '../../src/verify/answer/answers.ts'
import { answerTo } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks, StatusEntry } from '../../src/verify/checks/facet.ts'
import { settledIf } from '../../src/verify/checks/there.ts'
import { builtBy, entryOf } from '../../src/verify/status-entry.ts'
import { complete } from '../storage/checks/complete.ts'
import { type Feeding, feedingsOf, lookBack } from '../storage/checks/held.ts'
import { allowedStep } from '../storage/checks/steps.ts'
import { heldOf, thanosClock } from './answers.ts'
import { queryCopies, sharedSelector } from './checks/copies.ts'
import { queryEndpoints } from './checks/endpoints.ts'
import { awaitsEndpoints } from './checks/gate.ts'
import { oneCompactor, runningCompactors } from './checks/one-compactor.ts'
import { haltedOf, thanosReady } from './checks/ready.ts'
import { sidecarUploads } from './checks/uploaded.ts'

/** How many intervals may lie between two samples: a switch to the other replica takes three. */
const mostIntervals = 3

/** Those of one of its components. */
export function checksOfPart(name: string): ComponentChecks {
  return {
    cellChecks: asked => cellChecks(name, asked),
    rows: cell => programsIn(name, cell).map(program => rowOf(cell.name, program)),
    ...(name === 'thanos_query' ? { lack: awaitsEndpoints } : {}),
    ...(name === 'thanos_compactor' ? { running: runningCompactors } : {}),
  }
}

function cellChecks(name: string, asked: AskedCell): CellChecks {
  const ours = asked.selected(programsIn(name, asked.cell))
  if (ours.length === 0) return {}
  const own = ours.map(thanosReady)
  if (name === 'thanos_compactor') {
    const wanted = programsIn(name, asked.whole)[0]?.host
    const hosts = asked.whole.hosts.filter(asked.isUsable)
    return { own, across: [oneCompactor(asked.whole.name, hosts, wanted)] }
  }
  if (name === 'thanos_sidecar') return { own, across: uploadChecks(ours, asked) }
  return name === 'thanos_query' ? { own, across: queryChecks(ours, asked) } : { own }
}

/** Only where there is a bucket, which shows by what reads it. */
function uploadChecks(ours: readonly Program[], { whole, replicas }: AskedCell) {
  if (programsIn('thanos_store', whole).length === 0) return []
  return ours.flatMap(program => {
    const replica = replicas.find(({ host }) => host === program.host)
    return replica ? [sidecarUploads(program, replica)] : []
  })
}

function queryChecks(ours: readonly Program[], asked: AskedCell) {
  const { cell } = asked
  const feeding = feedingOf(cell)
  const isStopped = cell.replicas.some(({ host }) =>
    ['prometheus', 'thanos_sidecar'].some(component => asked.isStopped(component, host)),
  )
  return ours.flatMap(program => [
    settledIf(isStopped, queryEndpoints(program, cell)),
    ...(feeding ? [settledIf(isStopped, queryCopies(program, feeding)), completeness(program, feeding)] : []),
  ])
}

function completeness(program: Program, feeding: Feeding) {
  const target = `${program.host}/${program.component}`
  const member = {
    ...{ host: program.host, target },
    held: programQuestion(program, heldOf(sharedSelector(feeding), lookBack)),
    now: programQuestion(program, thanosClock),
  }
  return complete([member], {
    ...feeding,
    cell: target,
    longest: allowedStep(feeding.interval, mostIntervals),
  })
}

/** Undefined if the cell has no replica. */
function feedingOf({ stores }: CellTopology): Feeding | undefined {
  return stores.filter(({ store }) => store === 'thanos').flatMap(feedingsOf)[0]
}

function programsIn(name: string, { stores }: CellTopology): readonly Program[] {
  return stores.flatMap(({ component, members }) =>
    component === name ? members.map(member => programOf(name, member)) : [],
  )
}

function rowOf(cell: string, program: Program): StatusEntry {
  const metrics = programQuestion(program, api.metrics)
  return {
    ...entryOf(cell, program, api.ready, { api: api.metrics, of: builtBy('thanos') }),
    lacks: (_, view) => haltedOf(answerTo(view, metrics)),
  }
}
