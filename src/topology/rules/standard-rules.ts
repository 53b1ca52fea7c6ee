/** `standard_rules` of a cell's Prometheus: alert rules that promha ships for the exporters of the cell. */
import type { ExporterRules } from '../../../roles/exporters/definition.ts'
import { definitions, exporterFormOf } from '../../../roles/index.ts'
import type { PrometheusText, StandardRules } from '../../../roles/prometheus/settings/schema.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { Cell, CommonSettings } from '../../inventory/model.ts'
import type { Rules } from '../../inventory/rules.ts'
import { at, quoted, wasRejected } from '../../inventory/text/place.ts'
import { topologyProblem } from '../messages.ts'

type Exporters = Cell['exporters']

const known: readonly string[] = definitions.flatMap(({ exporter }) =>
  exporter?.rules ? [exporter.key] : [],
)

/** Those of a cell, and its exporters with the flags that they need. */
export const standardRules: Rules['standardRules'] = (text, exporters, problems) => {
  const rules = buildStandardRules(text, exporters, problems)
  return { rules, exporters: withFlagsOf(rules ?? [], exporters) }
}

/** Undefined if the inventory says nothing of them. Problems are added to the list. */
function buildStandardRules(text: PrometheusText, exporters: Exporters, problems: Problem[]) {
  const { standard_rules: named } = text
  if (named == null) return wasRejected(text, 'standard_rules') ? [] : undefined
  const available = rulesOf(exporters)
  if (named === 'all') return available
  if (typeof named === 'string') {
    problems.push(topologyProblem.badStandardRules(at(text, 'standard_rules'), named, known))
    return []
  }
  for (const [index, name] of named.entries())
    problems.push(...faultOf(name, available).map(fault => ({ ...fault, ...at(named, index) })))
  return available.filter(({ key }) => named.includes(key))
}

function faultOf(name: string, available: readonly StandardRules[]): readonly Problem[] {
  if (!known.includes(name)) return [topologyProblem.unknownStandardRules({}, name, known)]
  if (available.some(({ key }) => key === name)) return []
  const remedy = `Add ${quoted(name)} under "exporters:", or take it out of "standard_rules".`
  return [topologyProblem.rulesWithoutExporter({}, name, remedy)]
}

/** Of all exporters of a cell; two of a kind share their rules. */
function rulesOf(exporters: Exporters = {}): readonly StandardRules[] {
  const found = Object.entries(exporters).flatMap(([component, settings]) => {
    const form = exporterFormOf(component, settings)
    return form?.rules ? [{ form, rules: form.rules, job: settings.job }] : []
  })
  return known.flatMap((key): readonly StandardRules[] => {
    const kind = found.filter(({ form }) => form.key === key)
    const [first] = kind
    return first
      ? [{ key, name: `rules/promha-${key}.yml`, from: first.rules.file, jobs: kind.map(({ job }) => job) }]
      : []
  })
}

/** The exporters with the flags that the rules need, unless the inventory sets them itself. */
function withFlagsOf(rules: readonly StandardRules[], exporters: Exporters): Exporters {
  if (!exporters) return undefined
  const loaded = new Set(rules.map(({ key }) => key))
  const entries = Object.entries(exporters).map(([component, settings]) => {
    const form = exporterFormOf(component, settings)
    const needed = form && loaded.has(form.key) ? form.rules?.flags : undefined
    return [component, needed ? withFlags(settings, needed) : settings]
  })
  return Object.fromEntries(entries)
}

function withFlags<T extends CommonSettings>(settings: T, needed: NonNullable<ExporterRules['flags']>): T {
  const { flags, perHost } = settings
  const own = Object.entries(perHost ?? {}).map(([host, words]) => {
    return [host, { ...words, flags: { ...needed, ...words.flags } }] as const
  })
  return {
    ...settings,
    flags: { ...needed, ...flags },
    ...(perHost ? { perHost: Object.fromEntries(own) } : {}),
  }
}

/** One hint for all cells that have exporters with standard rules and say nothing of these. */
export function suggestStandardRules(cells: readonly Cell[]): readonly Problem[] {
  const silent = cells.filter(({ prometheus }) => prometheus && prometheus.standardRules === undefined)
  const named = new Set(silent.flatMap(({ exporters }) => rulesOf(exporters).map(({ key }) => key)))
  if (named.size === 0) return []
  const [first, ...others] = silent.filter(({ exporters }) => rulesOf(exporters).length > 0)
  const where = others.length === 0 ? `cell ${quoted(first?.name ?? '')} loads` : 'some cells load'
  const names = known.filter(key => named.has(key))
  return [topologyProblem.noStandardRules({}, where, names)]
}
