/** Series that federation brings twice (by two ways to one cell, or to one sink), or whose labels it would confuse. */
import { error, type Problem, warning } from '../../diagnostic/problem.ts'
import type { Cell, YamlMap } from '../../inventory/model.ts'
import { atKeyOf } from '../../inventory/origin.ts'
import { isFromOutside, quote } from '../../inventory/place.ts'
import { admits, anchored } from '../../inventory/selector.ts'

/** One way by which a cell gets the series of another. */
export interface Way {
  /** Whose series they are. */
  readonly of: string
  /** The cells that they go through, in their order, the one that is collected from last. */
  readonly through: readonly string[]
  /** The external labels that they have on arrival, without replica labels. */
  readonly labels: Readonly<Record<string, string>>
}

/** All ways by which series come to a cell, which must form no loop. A label that a series has already is kept. */
function waysTo(cell: Cell, cells: readonly Cell[]): readonly Way[] {
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
export function doubled(cell: Cell, cells: readonly Cell[]): readonly (readonly [Way, Way])[] {
  const ways = waysTo(cell, cells)
  return [...new Set(ways.map(({ of }) => of))].flatMap(of => {
    const [first, ...others] = ways.filter(way => way.of === of)
    const other = first && others.find(way => !alike(first.labels, way.labels))
    return first && other ? [[first, other] as const] : []
  })
}

/** An external label that a collecting cell would drop, because it looks like the replica label of another cell. */
interface Lookalike {
  readonly way: Way
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
    lookalikes(cell, cells).map(({ way, label, value, source }) =>
      error(
        `cell ${quote(cell.name)} would drop ${label}=${quote(value)} from the series of cell ${quote(way.of)} because a replica of cell ${quote(source)} has that name`,
        {
          ...atKeyOf(cell, 'federation', 'from'),
          remedy: `rename the external label or the replica, or give cell ${quote(source)} another replica_label`,
        },
      ),
    ),
  )
}

/** Warnings of series that a cell or a remote-write sink would get twice. The cells must form no loop. */
export function federatedProblems(cells: readonly Cell[]): readonly Problem[] {
  return cells.flatMap(cell => [...storedTwice(cell, cells), ...sentTwice(cell, cells)])
}

function storedTwice(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  return doubled(cell, cells).map(([first, other]) => {
    const names = [first, other].map(({ through }) => through.map(quote).join(' through '))
    return warning(
      `cell ${quote(cell.name)} collects the series of cell ${quote(first.of)} from ${names.join(' and from ')}, with different labels, so it stores them twice`,
      {
        ...atKeyOf(cell, 'federation', 'from'),
        remedy:
          'give these cells external_labels with the same names, collect from one of them only, or let "match" select only series with cell=""',
      },
    )
  })
}

function sentTwice(cell: Cell, cells: readonly Cell[]): readonly Problem[] {
  return [...new Set(waysTo(cell, cells).map(({ of }) => of))].flatMap(source => {
    const sink = sharedSink(
      cell,
      cells.find(({ name }) => name === source),
    )
    if (sink === undefined) return []
    return warning(
      `cells ${quote(cell.name)} and ${quote(source)} both write to ${sink}, which receives the series of ${quote(source)} twice`,
      {
        ...atKeyOf(cell, 'federation', 'from'),
        remedy: `under remote_write of cell ${quote(cell.name)} add write_relabel_configs: [{ source_labels: [cell], regex: ${source}, action: drop }]`,
      },
    )
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

function alike(one: Way['labels'], other: Way['labels']): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every(name => one[name] === other[name])
}
