/** Series that federation brings twice (by two ways to one cell, or to one sink), or whose labels it would confuse. */
import type { Problem } from '../../../diagnostic/problem.ts'
import type { Cell, YamlMap } from '../../../inventory/model.ts'
import { atKeyOf } from '../../../inventory/origin.ts'
import { isFromOutside, quoted } from '../../../inventory/text/place.ts'
import { admits, anchored } from '../../../inventory/upstream/selector.ts'
import { topologyProblem } from '../../messages.ts'

/** One way by which a cell gets the series of another. */
export interface SeriesRoute {
  /** Whose series they are. */
  readonly of: string
  /** The cells that they go through, in their order, the one that is collected from last. */
  readonly through: readonly string[]
  /** The external labels that they have on arrival, without replica labels. */
  readonly labels: Readonly<Record<string, string>>
}

/** All ways by which series come to a cell, which must form no loop. A label that a series has already is kept. */
function waysTo(cell: Cell, cells: readonly Cell[]): readonly SeriesRoute[] {
  return (cell.federation?.from ?? []).flatMap(name => {
    const source = cells.find(each => each.name === name)
    if (!source?.prometheus) return []
    const own = { cell: name, ...source.prometheus.externalLabels }
    const further = waysTo(source, cells)
      // Collected series have their labels when they are selected; the source's own series get theirs only afterwards.
      .filter(({ labels }) => cell.federation?.match.some(selector => admits(selector, labels)))
      .map(({ of, through, labels }) => ({ of, through: [...through, name], labels: { ...own, ...labels } }))
    return [{ of: name, through: [name], labels: own }, ...further]
  })
}

/** For each cell whose series come by several ways: the first way, and another one with different labels. */
export function seriesTwice(
  cell: Cell,
  cells: readonly Cell[],
): readonly (readonly [SeriesRoute, SeriesRoute])[] {
  const ways = waysTo(cell, cells)
  return [...new Set(ways.map(({ of }) => of))].flatMap(of => {
    const [first, ...others] = ways.filter(way => way.of === of)
    const other = first && others.find(way => !alike(first.labels, way.labels))
    return first && other ? [[first, other] as const] : []
  })
}

/** An external label that a collecting cell would drop, because it looks like the replica label of another cell. */
interface Lookalike {
  readonly way: SeriesRoute
  readonly label: string
  readonly value: string
  /** The cell that has a replica of that name. */
  readonly source: string
}

/** External labels that have the name of a source cell's replica label, and the name of one of its replicas as value. */
export function lookalikes(cell: Cell, cells: readonly Cell[]): readonly Lookalike[] {
  const sources = cells.filter(({ name }) => cell.federation?.from.includes(name))
  return waysTo(cell, cells).flatMap(way =>
    sources.flatMap(({ name: source, prometheus }) => {
      const label = prometheus?.replicaLabel ?? ''
      const value = way.labels[label]
      return value !== undefined && prometheus?.replicas.some(({ name }) => name === value)
        ? [{ way, label, value, source }]
        : []
    }),
  )
}

/** Labels that no rule can tell from those of replicas. The cells must form no loop. */
export function lookalikeProblems(cells: readonly Cell[]): readonly Problem[] {
  return cells.flatMap(cell =>
    lookalikes(cell, cells).map(({ way, ...rest }) => {
      const the = { cell: cell.name, of: way.of, ...rest }
      return topologyProblem.labelDropped(atKeyOf(cell, 'federation', 'from'), the)
    }),
  )
}

/** Warnings of series that a cell or a remote-write sink would get twice. The cells must form no loop. */
export function federatedProblems(cells: readonly Cell[]): readonly Problem[] {
  return cells.flatMap(cell => [...storedTwice(cell, cells), ...sentTwice(cell, cells)])
}

function storedTwice(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  return seriesTwice(cell, cells).map(([first, other]) => {
    const names = [first, other].map(({ through }) => through.map(quoted).join(' through '))
    return topologyProblem.seriesStoredTwice(atKeyOf(cell, 'federation', 'from'), cell.name, first.of, names)
  })
}

function sentTwice(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  return [...new Set(waysTo(cell, cells).map(({ of }) => of))].flatMap(source => {
    const other = cells.find(({ name }) => name === source)
    const sink = sharedSink(cell, other)
    if (sink === undefined) return []
    return topologyProblem.sinkGetsTwice(atKeyOf(cell, 'federation', 'from'), cell.name, source, sink)
  })
}

/** The URL that both cells write to, unless a rule of the first drops the series of the other. */
function sharedSink(cell: Cell, source: Cell | undefined): string | undefined {
  const urls = new Set((source?.prometheus?.remoteWrite ?? []).map(({ url }: YamlMap) => url))
  const shared = cell.prometheus?.remoteWrite.find(({ url, write_relabel_configs: rules }) => {
    const dropped = (Array.isArray(rules) ? rules : []).some(rule =>
      drops((rule ?? {}) as YamlMap, source?.name ?? ''),
    )
    return urls.has(url) && !dropped
  })
  return shared && (isFromOutside(shared) ? 'one address' : String(shared.url))
}

/** Whether a rule drops all series of that cell. Also true if it looks at further labels: its effect is not known then. */
function drops({ source_labels: labels, regex = '.*', action }: YamlMap, cell: string): boolean {
  const does = String(action).toLowerCase()
  if (!Array.isArray(labels) || !labels.includes('cell') || !['drop', 'keep'].includes(does)) return false
  const pattern = anchored(String(regex))
  return labels.length > 1 || pattern === undefined || pattern.test(cell) === (does === 'drop')
}

function alike(one: SeriesRoute['labels'], other: SeriesRoute['labels']): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every(name => one[name] === other[name])
}
