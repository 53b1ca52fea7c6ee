/** Lines of `status` as most components have them. */
import type { CellTopology } from '../topology/model.ts'
import { api, page } from './answer/answers.ts'
import { buildVersion } from './answer/metrics.ts'
import { answerTo } from './answer/view.ts'
import { programsOf } from './ask/programs.ts'
import { type Api, type Program, programQuestion } from './ask/question.ts'
import type { StatusEntry } from './checks/facet.ts'
import type { Known } from './checks/known.ts'

/** Of a program; `version`: where it tells its version, and how. */
export function entryOf<A = unknown>(
  cell: string,
  program: Program,
  ready: Api,
  version?: { readonly api: Api<A>; readonly of: (answer: A) => string | undefined },
): StatusEntry {
  const { host, component } = program
  const entry = { cell, host, component, ready: programQuestion(program, ready) }
  if (version === undefined) return entry
  const told = programQuestion(program, version.api)
  return {
    ...entry,
    more: [told],
    version: view => {
      const answer = answerTo(view, told)
      return answer === undefined ? undefined : version.of(answer)
    },
  }
}

/** Of a plain exporter: its metrics say that it is ready, and its version. */
export function exporterRows({ definition }: Known, cell: CellTopology): readonly StatusEntry[] {
  const { name } = definition
  const exporter = cell.exporters.find(({ component }) => component === name)
  const metrics = exporter?.metricsPath === undefined ? api.metrics : page(exporter.metricsPath)
  return programsOf(definition, cell).map(program =>
    entryOf(cell.name, program, metrics, { api: metrics, of: builtBy(name) }),
  )
}

/** The version that its metrics tell, by the program's name there. */
export function builtBy(program: string): (metrics: string) => string {
  return metrics => buildVersion(metrics, program)
}
