/** What a plan comes to, a line for all hosts on which the same happens to a component. */
import { isEarlier } from '../../artifact/version-order.ts'
import { grouped } from '../../diagnostic/grouped.ts'
import type { HostOutcome } from '../../engine/api.ts'
import type { Component } from '../../inventory/model.ts'
import type { Change } from '../../plan/model.ts'
import type { Style } from '../style.ts'
import { count, table } from '../words.ts'
import { hostsText } from './hosts.ts'
import { interruptionOf } from './order.ts'

/** Names of files in one line. */
const mostFiles = 3

interface Happening {
  readonly verb: string
  /** The component, with its version or versions. */
  readonly what: string
  readonly effect: string
  readonly worst: Worst
}

type Worst = 'restart' | 'reload' | 'start' | 'none'

/** `upgrade  node_exporter 1.9.0 → 1.11.1  on mon-a, mon-b  restarts` */
export function summaryLines(hosts: readonly HostOutcome[], style: Style): readonly string[] {
  const all = hosts.flatMap(({ host, instances }) =>
    instances
      .filter(({ changes }) => changes.length > 0)
      .map(({ component, changes }) => ({ host, component, happening: happeningOf(component, changes) })),
  )
  const groups = [
    ...grouped(all, ({ component, happening }) => JSON.stringify([component, happening])).values(),
  ]
  const rows = groups.flatMap(group => {
    const [first] = group
    if (!first) return []
    const { verb, what, effect } = first.happening
    return [[verb, what, `on ${hostsText(group.map(({ host }) => host))}`, effect]]
  })
  const paint = { restart: style.red, reload: style.yellow, start: style.green, none: style.dim }
  return table(rows, (cell, row, column) => {
    const worst = groups[row]?.[0]?.happening.worst ?? 'none'
    return column === 3 ? paint[worst](cell) : cell
  }).split('\n')
}

function happeningOf(component: Component, changes: readonly Change[]): Happening {
  const worst = worstOf(changes)
  const files = changedFiles(changes)
  const effect = [effects[worst], files].filter(text => text !== '').join(': ')
  const step = changes.find(({ from, to }) => from !== undefined && to !== undefined && from !== to)
  if (step?.from !== undefined && step.to !== undefined) {
    const verb = isEarlier(step.to, step.from) ? 'downgrade' : 'upgrade'
    return { verb, what: `${component} ${step.from} → ${step.to}`, effect: effects[worst], worst }
  }
  const came = changes.find(({ action, to }) => action === 'create' && to !== undefined)
  if (came) return { verb: 'install', what: `${component} ${came.to}`, effect: effects[worst], worst }
  const has = (...actions: readonly Change['action'][]) =>
    changes.every(({ action }) => actions.includes(action))
  if (has('adopt')) return { verb: 'take over', what: component, effect: '', worst }
  if (has('delete', 'stop', 'disable'))
    return { verb: 'remove', what: component, effect: effects[worst], worst }
  if (has('create', 'start', 'enable'))
    return { verb: 'set up', what: component, effect: effects[worst], worst }
  return { verb: 'change', what: component, effect, worst }
}

const effects: Readonly<Record<Worst, string>> = {
  restart: 'restarts',
  reload: 'reloads',
  start: 'starts',
  none: 'interrupts nothing',
}

function worstOf(changes: readonly Change[]): Worst {
  return interruptionOf(changes) ?? (changes.some(({ action }) => action === 'start') ? 'start' : 'none')
}

/** By their last names. */
function changedFiles(changes: readonly Change[]): string {
  const paths = changes
    .filter(({ resource, action }) => /^(?:file|unit|program):/.test(resource) && action !== 'adopt')
    .map(({ resource }) => resource.replace(/^.*[:/]/, ''))
  if (paths.length === 0) return ''
  return paths.length <= mostFiles ? paths.join(', ') : count(paths.length, 'file')
}
