/** Do the Alertmanagers run the same config, and the one that is on their disks? */
import type { CellTopology } from '../../../src/topology/model.ts'
import { type AlertmanagerStatus, paths } from '../../../src/verify/answers.ts'
import { type FactsOf, identical, notLoaded } from '../../../src/verify/config.ts'
import { sample } from '../../../src/verify/metrics.ts'
import {
  each,
  heard,
  isVerdict,
  type Need,
  type Program,
  type Question,
  type View,
} from '../../../src/verify/view.ts'

/** `alertmanager.config_identical`: on disk and in memory, and what is in memory is what lies on disk. */
export function alertmanagerConfig(cell: CellTopology, peers: readonly Program[], facts: FactsOf): Question {
  const needs = each(peers, paths.status)
  const metrics = each(peers, paths.metrics)
  // One that started after the last change has loaded it, or would not run; only for others its many metrics are read.
  const more = (view: View): readonly Need[] => {
    const answers = heard(view, needs)
    if (isVerdict(answers)) return []
    return metrics.filter((need, index) => {
      const started = Date.parse((answers.bodies[index] as AlertmanagerStatus).uptime) / 1000
      const changed = facts(need.program)?.configTime
      return typeof changed === 'number' && !(Math.floor(started) > changed)
    })
  }
  return {
    id: 'alertmanager.config_identical',
    target: cell.name,
    needs,
    more,
    judge(view) {
      const answers = heard(view, needs)
      if (isVerdict(answers)) return answers
      const older = more(view)
      const measured = heard(view, older)
      if (isVerdict(measured)) return measured
      for (const [index, { program }] of older.entries()) {
        const text = String(measured.bodies[index])
        const stale = notLoaded(
          program,
          sample(text, 'alertmanager_config_last_reload_successful') !== 0,
          sample(text, 'alertmanager_config_last_reload_success_timestamp_seconds'),
          facts(program)?.configTime,
        )
        if (stale) return stale
      }
      const running = answers.bodies.map(body => (body as AlertmanagerStatus).config.original)
      return identical(peers, facts, running, '')
    },
  }
}
