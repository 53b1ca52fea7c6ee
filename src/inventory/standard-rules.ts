/** `standard_rules` of a cell's Prometheus: alert rules that promha ships for the exporters of the cell. */
import type { ExporterRules } from '../../roles/exporters/definition.ts'
import { definitions, exporterFormOf } from '../../roles/index.ts'
import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Cell, CommonSettings } from './model.ts'
import { at, quote, wasRejected } from './place.ts'
import type { PrometheusText } from './schema.ts'

/** The standard alert rules of all exporters of a kind. */
export interface StandardRules {
  /** What `standard_rules` calls them. */
  readonly key: string
  /** `rules/promha-KEY.yml` */
  readonly name: string
  /** The file in the package, relative to `roles/`. */
  readonly from: string
  /** The scrape jobs that they are about. */
  readonly jobs: readonly string[]
}

type Exporters = Cell['exporters']

/** Names that `standard_rules` takes. */
const known: readonly string[] = definitions.flatMap(({ exporter }) =>
  exporter?.rules ? [exporter.key] : [],
)

/** Undefined if the inventory says nothing of them. Problems are added to the list. */
export function buildStandardRules(
  text: PrometheusText,
  exporters: Exporters,
  problems: Problem[],
): readonly StandardRules[] | undefined {
  const { standard_rules: named } = text
  if (named == null) return wasRejected(text, 'standard_rules') ? [] : undefined
  const available = rulesOf(exporters)
  if (named === 'all') return available
  if (typeof named === 'string') {
    problems.push(
      error(`standard_rules: expected a list or all, saw ${quote(named)}`, {
        ...at(text, 'standard_rules'),
        remedy: `write "all", or a list of ${known.join(', ')}`,
      }),
    )
    return []
  }
  for (const [index, name] of named.entries())
    problems.push(...faultOf(name, available).map(fault => ({ ...fault, ...at(named, index) })))
  return available.filter(({ key }) => named.includes(key))
}

function faultOf(name: string, available: readonly StandardRules[]): readonly Problem[] {
  if (!known.includes(name)) {
    const remedy = suggestion(name, known, `promha has rules for ${known.join(', ')}`)
    return [error(`standard_rules: promha has no standard rules for ${quote(name)}`, remedy)]
  }
  if (available.some(({ key }) => key === name)) return []
  const remedy = `add ${quote(name)} under "exporters:", or take it out of "standard_rules"`
  return [warning(`standard_rules: this cell has no exporter ${quote(name)}`, { remedy })]
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
export function withFlagsOf(rules: readonly StandardRules[], exporters: Exporters): Exporters {
  const loaded = new Set(rules.map(({ key }) => key))
  return (
    exporters &&
    Object.fromEntries(
      Object.entries(exporters).map(([component, settings]) => {
        const form = exporterFormOf(component, settings)
        const needed = form && loaded.has(form.key) ? form.rules?.flags : undefined
        return [component, needed ? withFlags(settings, needed) : settings]
      }),
    )
  )
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
  const where = others.length === 0 ? `cell ${quote(first?.name ?? '')} loads` : 'some cells load'
  return [
    warning(`${where} none of promha's standard alert rules`, {
      detail: `promha has rules for ${known.filter(key => named.has(key)).join(', ')}.`,
      remedy: 'write "standard_rules: all" under "prometheus:" to load them, or "standard_rules: []" if not',
    }),
  ]
}
