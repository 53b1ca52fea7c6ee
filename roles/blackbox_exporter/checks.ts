/** What verify, status and the gate ask of the probers. */

import type { CellTopology } from '../../src/topology/model.ts'
import { doubledIn, withActive } from '../../src/verify/active.ts'
import { paths } from '../../src/verify/answers.ts'
import type { AskedCell, ComponentChecks, Identity, Questions } from '../../src/verify/facet.ts'
import { loadedByMetrics } from '../../src/verify/loaded.ts'
import { sample } from '../../src/verify/metrics.ts'
import { programOf } from '../../src/verify/programs.ts'
import { builtBy, entryOf } from '../../src/verify/status-entry.ts'
import { byWay } from '../../src/verify/there.ts'
import { probeJobs, probesThere } from './probes.ts'

const name = 'blackbox_exporter'

const identity: Identity = {
  path: paths.metrics,
  of: body => {
    const [started, loaded] = [
      'process_start_time_seconds',
      `${name}_config_last_reload_success_timestamp_seconds`,
    ].map(metric => sample(String(body), metric))
    // Two hosts that were booted together may have started it in the same hundredth of a second.
    return started === undefined ? undefined : `${started} ${loaded}`
  },
}

export const checks: ComponentChecks = {
  questions,
  rows: cell =>
    withActive(
      doubledIn(cell, name, identity),
      programsIn(cell).map(program => ({
        ...entryOf(cell.name, program, paths.healthy, paths.metrics),
        versionOf: builtBy(name),
      })),
    ),
  jobs: probeJobs,
  identity,
  loaded: loadedByMetrics(name),
}

function questions({ whole, cell, replicas, chosen, selected }: AskedCell): Questions {
  const programs = programsIn(cell)
  if (selected(programs).length === 0) return {}
  return { across: [byWay(probesThere(cell, programs, replicas), whole, name, chosen.missing)] }
}

function programsIn({ probers }: CellTopology) {
  return probers.map(member => programOf(name, member))
}
