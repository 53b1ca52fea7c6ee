/** What verify and status ask of the Pushgateways. */
import type { CellTopology } from '../../src/topology/model.ts'
import { hostsOf } from '../../src/topology/way.ts'
import { doubledIn, withActive } from '../../src/verify/active.ts'
import { data, type GatewayStatus, paths } from '../../src/verify/answers.ts'
import { type Exporter, exportersUp } from '../../src/verify/exporter-up.ts'
import type { AskedCell, ComponentChecks, Identity, Questions } from '../../src/verify/facet.ts'
import { programOf } from '../../src/verify/programs.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { byWay, comparing } from '../../src/verify/there.ts'
import type { Program } from '../../src/verify/view.ts'
import { oneActive } from './one-active.ts'

const name = 'pushgateway'

const identity: Identity = {
  path: paths.gateway,
  of: body => data<GatewayStatus>(body).start_time,
}

export const checks: ComponentChecks = {
  questions,
  rows: cell =>
    withActive(
      doubledIn(cell, name, identity),
      programsIn(cell).map(program => ({
        ...entryOf(cell.name, program, paths.ready, paths.gateway),
        versionOf: body => data<Partial<GatewayStatus> | undefined>(body)?.build_information?.version ?? '',
      })),
    ),
  jobs,
  identity,
}

function questions(asked: AskedCell): Questions {
  const { whole, cell, chosen } = asked
  const programs = programsIn(cell)
  const ours = asked.selected(programs)
  if (ours.length === 0) return {}
  const active = oneActive(cell, programs, chosen.components, doubledIn(cell, name, identity))
  return {
    across: [
      comparing(
        byWay(active, whole, name, chosen.missing),
        name,
        hostsOf(whole.pushgateways),
        hostsOf(cell.pushgateways),
      ),
    ],
    access: exportersUp(asked, movingTargets(cell, ours)),
  }
}

function programsIn({ pushgateways }: CellTopology) {
  return pushgateways.map(member => programOf(name, member))
}

/** The job by which what was pushed is scraped. */
function jobs(cell: CellTopology) {
  return cell.jobs.filter(job => job.name === name)
}

/** Where what was pushed is scraped at an address that leads to one of several. */
function movingTargets(cell: CellTopology, programs: readonly Program[]): readonly Exporter[] {
  const own = new Set(programs.map(({ instance }) => instance))
  return jobs(cell)
    .flatMap(({ targets }) => targets)
    .filter(({ instance }) => !own.has(instance))
    .map(({ instance }) => ({ target: `${cell.name}/${name}`, host: '', job: name, instance }))
}
