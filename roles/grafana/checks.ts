/** What verify and status ask of the Grafanas. */
import type { CellTopology } from '../../src/topology/model.ts'
import { api } from '../../src/verify/answer/answers.ts'
import { type CheckDefinition, defineCheck, offering } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type Program, programQuestion } from '../../src/verify/ask/question.ts'
import type { ComponentChecks } from '../../src/verify/checks/facet.ts'
import { entryOf } from '../../src/verify/status-entry.ts'

const name = 'grafana'

export const checks: ComponentChecks = {
  cellChecks: ({ cell, selected }) => ({
    own: selected(programsIn(cell)).map(one => offering('dashboards', grafanaReady(one))),
  }),
  rows: cell =>
    programsIn(cell).map(program =>
      entryOf(cell.name, program, api.database, { api: api.database, of: ({ version }) => version }),
    ),
}

function programsIn({ grafanas }: CellTopology): readonly Program[] {
  return grafanas.map(member => programOf(name, member))
}

/** `grafana.ready`: it answers, and its database does. */
function grafanaReady(program: Program): CheckDefinition {
  const needs = { health: programQuestion(program, api.database) }
  return defineCheck('grafana.ready', `${program.host}/${name}`, needs, ({ health }) => {
    if (health.database === 'ok') return { status: 'pass', detail: 'ready, and its database is ok' }
    return {
      status: 'fail',
      detail: `its database is ${health.database}`,
      remedy: `Look at \`journalctl -u ${name}\` on ${program.host}.`,
    }
  })
}
