/** What federation could bring twice (by two ways to one cell, or to one sink), and what it could not tell apart. */
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import type { Cell, YamlMap } from './model.ts'
import { atKey, isFromOutside, quote } from './place.ts'
import type { CellText } from './schema.ts'
import { admits, anchored } from './selector.ts'

/** One way by which a cell gets the series of another. */
export interface Way {
  /** Whose series they are. */
  readonly of: string
  /** The cells that they go through, in their order, the one that is collected from last. */
  readonly through: readonly string[]
  /** The external labels that they have on arrival, without replica labels. */
  readonly labels: Readonly<Record<string, string>>
}

/** All ways by which series come to a cell; there must be no circle. A label that a series has already stays. */
export function waysTo(cell: Cell, cells: readonly Cell[]): readonly Way[] {
  return (cell.federation?.from ?? []).flatMap(name => {
    const source = cells.find(each => each.name === name)
    if (!source?.prometheus) return []
    const own = { cell: name, ...source.prometheus.externalLabels }
    const further = waysTo(source, cells)
      // What it has collected itself bears labels already; its own series get theirs once they are selected.
      .filter(({ labels }) => cell.federation?.match.some(selector => admits(selector, labels)))
      .map(({ of, through, labels }) => ({ of, through: [...through, name], labels: { ...own, ...labels } }))
    return [{ of: name, through: [name], labels: own }, ...further]
  })
}

/** Of all that comes to a cell by several ways, each first way and one that brings other labels. */
export function doubled(cell: Cell, cells: readonly Cell[]): readonly (readonly [Way, Way])[] {
  const ways = waysTo(cell, cells)
  return [...new Set(ways.map(({ of }) => of))].flatMap(of => {
    const [first, ...others] = ways.filter(way => way.of === of)
    const other = first && others.find(way => !alike(first.labels, way.labels))
    return first && other ? [[first, other] as const] : []
  })
}

/** A label that a collecting cell would take for that of a replica, and so take away. */
export interface Mistaken {
  readonly way: Way
  readonly label: string
  readonly value: string
  /** The cell that has a replica of that name. */
  readonly source: string
}

/** External labels that arrive under the replica label of a cell that is collected from, as one of its replicas' names. */
export function mistaken(cell: Cell, cells: readonly Cell[]): readonly Mistaken[] {
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

/** Reports labels that no rule can tell from those of replicas. The cells go in no circle. */
export function checkMistaken(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  problems: Problem[],
): void {
  for (const cell of cells) {
    for (const { way, label, value, source } of mistaken(cell, cells)) {
      problems.push(
        error(
          `cell ${quote(cell.name)} would take ${label}=${quote(value)} of the series of cell ${quote(way.of)} for a replica of cell ${quote(source)}, and take it away`,
          {
            ...atKey(texts.get(cell.name)?.federation ?? {}, 'from'),
            remedy: `call the external label or the replica otherwise, or give cell ${quote(source)} another replica_label`,
          },
        ),
      )
    }
  }
}

/** Warns of series that a cell would have twice, or that one sink would get twice. The cells go in no circle. */
export function checkFederated(
  cells: readonly Cell[],
  texts: ReadonlyMap<string, CellText>,
  problems: Problem[],
): void {
  for (const cell of cells) {
    const text = texts.get(cell.name)?.federation ?? {}
    for (const [first, other] of doubled(cell, cells)) {
      const names = [first, other].map(({ through }) => through.map(quote).join(' through '))
      problems.push(
        warning(
          `cell ${quote(cell.name)} collects the series of cell ${quote(first.of)} from ${names.join(' and from ')}, with other labels each time, so it has them twice`,
          {
            ...atKey(text, 'from'),
            remedy:
              'give these cells external_labels of the same names, take out one way, or let "match" select what has cell="" only',
          },
        ),
      )
    }
    for (const source of new Set(waysTo(cell, cells).map(({ of }) => of))) {
      const sink = sharedSink(
        cell,
        cells.find(({ name }) => name === source),
      )
      if (sink === undefined) continue
      problems.push(
        warning(
          `cells ${quote(cell.name)} and ${quote(source)} both write to ${sink}, which gets what is collected from ${quote(source)} twice`,
          {
            ...atKey(text, 'from'),
            remedy: `under remote_write of cell ${quote(cell.name)} add write_relabel_configs: [{ source_labels: [cell], regex: ${source}, action: drop }]`,
          },
        ),
      )
    }
  }
}

/** Where both write to, without a rule of the first that drops what is of the other. */
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

/** Whether a rule drops all that is of that cell; also where it looks at more than that, since that cannot be told then. */
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
