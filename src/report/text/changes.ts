/** What a plan would do, or an apply did, by host and component. */
import { indent } from '../../diagnostic/describe.ts'
import type { HostOutcome } from '../../engine/api.ts'
import type { Component } from '../../inventory/model.ts'
import type { Change } from '../../plan/model.ts'
import { changesOf, type Verbosity } from '../outcome.ts'
import { paintDiff, type Style } from '../style.ts'
import { table } from '../words.ts'

/** Text for the hosts that differ (with `verbose`, for all of them), or nothing. Ends without a line end. */
export function changesText(
  hosts: readonly HostOutcome[],
  options: { readonly diff: boolean; readonly verbosity: Verbosity; readonly style: Style },
): string {
  const { diff, verbosity, style } = options
  return hosts
    .filter(host => changesOf(host).length > 0 || (verbosity === 'verbose' && host.status === 'ok'))
    .map(host => hostText(host, diff, style))
    .join('\n\n')
}

function hostText(host: HostOutcome, diff: boolean, style: Style): string {
  const parts = host.instances.flatMap(({ component, changes }) => {
    if (changes.length === 0) return []
    return [`  ${component}\n${indent(changeLines(component, changes, diff, style), 4)}`]
  })
  return [style.bold(host.host), ...(parts.length === 0 ? ['  nothing to change'] : parts)].join('\n')
}

function changeLines(component: Component, changes: readonly Change[], diff: boolean, style: Style): string {
  const rows = table(
    changes.map(change => [change.action, change.resource, change.reason, effectText(component, change)]),
    (cell, row, column) => paintCell(changes[row], cell, column, style),
  ).split('\n')
  return changes
    .map((change, i) => {
      const text = diff ? change.diff?.trimEnd() : undefined
      return text ? `${rows[i]}\n${indent(paintDiff(text, style), 2)}` : rows[i]
    })
    .join('\n')
}

/** What a change does to the service, in words; empty if that was not said. */
export function effectText(component: Component, { action, resource, effect }: Change): string {
  if (resource.startsWith('service:') && action === 'start') return `starts ${component}`
  if (action === 'stop') return `stops ${component}`
  if (effect === 'restart') return `restarts ${component}`
  if (effect === 'reload') return `reloads ${component}`
  return effect === 'none' ? 'interrupts nothing' : ''
}

function paintCell(change: Change | undefined, cell: string, column: number, style: Style): string {
  if (column === 0) return paintAction(change?.action, cell, style)
  if (column !== 3) return cell
  if (change?.effect === 'restart') return style.red(cell)
  return change?.effect === 'reload' ? style.yellow(cell) : style.dim(cell)
}

function paintAction(action: Change['action'] | undefined, cell: string, style: Style): string {
  if (action === 'create' || action === 'start' || action === 'enable') return style.green(cell)
  if (action === 'delete' || action === 'stop' || action === 'disable') return style.red(cell)
  return action === 'adopt' ? style.cyan(cell) : style.yellow(cell)
}
