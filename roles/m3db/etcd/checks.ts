/** What verify, status and the gate ask of the members of etcd. */
import type { CellTopology } from '../../../src/topology/model.ts'
import { api } from '../../../src/verify/answer/answers.ts'
import { defineCheck } from '../../../src/verify/answer/view.ts'
import { programOf } from '../../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../../src/verify/ask/question.ts'
import type { ComponentChecks, LackRequest } from '../../../src/verify/checks/facet.ts'
import { AskError } from '../../../src/verify/model.ts'
import { entryOf } from '../../../src/verify/status-entry.ts'
import { storeMembers } from '../../storage/store.ts'
import { etcdName } from '../ports.ts'
import { etcdHealth, etcdVersion } from './answers.ts'

const membersOf = storeMembers(etcdName)
const programsIn = (cell: CellTopology): readonly Program[] =>
  membersOf(cell).map(member => programOf(etcdName, member))

export const checks: ComponentChecks = {
  cellChecks: ({ cell, selected }) => ({ own: selected(programsIn(cell)).map(ready) }),
  rows: cell =>
    programsIn(cell).map(program =>
      entryOf(cell.name, program, etcdHealth, { api: api.metrics, of: etcdVersion }),
    ),
  lack: etcdLack,
}

/** `storage.ready`: it knows a leader, so more than half of the members are up. */
function ready(program: Program) {
  const { host, component } = program
  const needs = { health: programQuestion(program, etcdHealth) }
  return defineCheck('storage.ready', `${host}/${component}`, needs, () => ({
    status: 'pass',
    detail: 'ready, more than half of the members are up',
  }))
}

/** On a first build, those that come first cannot be whole: so many have to be up that they could be. */
async function etcdLack({ get, cell, host, serves }: LackRequest): Promise<string | undefined> {
  const members = membersOf(cell)
  const others = members.filter(one => one.host !== host)
  const up = await Promise.all(others.map(one => serves(etcdName, one.host)))
  if (up.filter(Boolean).length + 1 <= members.length / 2) return undefined
  try {
    await get(etcdHealth)
    return undefined
  } catch (cause) {
    if (!(cause instanceof AskError) || cause.reason !== 'failed') throw cause
    return 'it has found no leader among its members'
  }
}
