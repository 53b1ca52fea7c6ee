/**
 * A plan as a person reads it first: what comes to what, on which hosts, what restarts in which order, and the differences of
 * files, each once. It is as long as a screen or two, however large the site is; what is left out is said.
 */
import { indent } from '../../diagnostic/describe.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { HostOutcome } from '../../engine/api.ts'
import type { OrderedCell } from '../outcome.ts'
import { paintDiff, type Style } from '../style.ts'
import { count } from '../words.ts'
import { hostsText } from './hosts.ts'
import { interruptingSteps } from './order.ts'
import { summaryLines } from './plan-summary.ts'

/** Lines of a whole plan, and of one of a large site. */
const [usual, large] = [56, 76]
/** Hosts of a large site. */
const many = 10
/** Lines of the summary and of the order, which come before the differences. */
const [mostSummary, mostOrder] = [24, 14]
/** New files that are named. */
const mostNew = 8

export interface PlanOptions {
  /** `short`: as many differences as fit. */
  readonly diff: 'none' | 'short' | 'full'
  readonly style: Style
}

/** Blocks with an empty line between them; empty if nothing changes. */
export function planText(
  hosts: readonly HostOutcome[],
  order: readonly OrderedCell[],
  { diff, style }: PlanOptions,
): string {
  const summary = summaryLines(hosts, style).filter(line => line !== '')
  if (summary.length === 0) return ''
  const told = [style.bold('Changes'), ...cut(summary, mostSummary, 'change').map(line => `  ${line}`)]
  const steps = interruptingSteps(order, hosts)
  const ordered =
    steps.length === 0
      ? []
      : [style.bold('Restarts and reloads, in this order'), ...cut(steps, mostOrder, 'step')]
  const blocks = [told, ordered].filter(block => block.length > 0)
  if (diff === 'none') return text(blocks)
  const room = (hosts.length > many ? large : usual) - blocks.flat().length - blocks.length
  const differences = differencesOf(hosts)
  return text([
    ...blocks,
    ...(diff === 'full' ? allOf(differences, style) : fitting(differences, room, style)),
  ])
}

const text = (blocks: readonly (readonly string[])[]) => blocks.map(block => block.join('\n')).join('\n\n')

function cut(lines: readonly string[], most: number, noun: string): readonly string[] {
  if (lines.length <= most) return lines
  const rest = lines.length - most + 1
  return [...lines.slice(0, most - 1), `and ${count(rest, `more ${noun}`)}: -v lists them`]
}

interface Difference {
  readonly path: string
  readonly hosts: readonly string[]
  readonly lines: readonly string[]
  /** The file is new, so all of it is. */
  readonly isNew: boolean
}

/** What is the same on several hosts is there once. */
function differencesOf(hosts: readonly HostOutcome[]): readonly Difference[] {
  const all = hosts.flatMap(({ host, instances }) =>
    instances.flatMap(({ changes }) =>
      changes.flatMap(({ resource, action, diff }) =>
        diff === undefined ? [] : [{ host, resource, isNew: action === 'create', diff: diff.trimEnd() }],
      ),
    ),
  )
  const same = grouped(all, ({ resource, diff }) => `${resource}\0${diff}`)
  return [...same.values()].flatMap(group => {
    const [first] = group
    if (!first) return []
    const { resource, isNew, diff } = first
    const path = resource.replace(/^[a-z]+:/, '')
    return [{ path, isNew, hosts: [...new Set(group.map(({ host }) => host))], lines: diff.split('\n') }]
  })
}

function allOf(differences: readonly Difference[], style: Style): readonly (readonly string[])[] {
  return differences.map(({ path, hosts, lines }) => [
    `${style.bold(path)} on ${hostsText(hosts)}`,
    indent(paintDiff(lines.join('\n'), style), 2),
  ])
}

/** New files by their names; of the others, as many lines as there is room for. */
function fitting(
  differences: readonly Difference[],
  room: number,
  style: Style,
): readonly (readonly string[])[] {
  const fresh = differences.filter(({ isNew }) => isNew)
  const changed = differences.filter(({ isNew }) => !isNew)
  const named = fresh.slice(0, mostNew).map(({ path, hosts, lines }) => {
    const own = lines.filter(line => line.startsWith('+') && !line.startsWith('+++')).length
    return `  ${path} (${count(own, 'line')}) on ${hostsText(hosts)}`
  })
  const further = fresh.length > mostNew ? [`  and ${count(fresh.length - mostNew, 'more new file')}`] : []
  const blocks: string[][] = fresh.length === 0 ? [] : [[style.bold('New files'), ...named, ...further]]
  let left = room - blocks.flat().length - 3
  const hidden: Difference[] = []
  for (const one of changed) {
    if (one.lines.length + 2 > left) {
      hidden.push(one)
      continue
    }
    const { path, hosts, lines } = one
    blocks.push([`${style.bold(path)} on ${hostsText(hosts)}`, indent(paintDiff(lines.join('\n'), style), 2)])
    left -= lines.length + 2
  }
  const lines = hidden.reduce((sum, one) => sum + one.lines.length, 0)
  if (hidden.length > 0)
    blocks.push([
      `${count(lines, 'more line')} of differences in ${hostsText(
        hidden.map(({ path }) => path),
        3,
      )}: see --diff=full`,
    ])
  else if (fresh.length > 0) blocks.push(['--diff=full shows what is in the new files.'])
  return blocks
}
