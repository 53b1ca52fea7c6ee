/** In which order a run changes what, and why. */
import { indent } from '../../diagnostic/describe.ts'
import { listFirst } from '../../diagnostic/list-first.ts'
import type { HostOutcome } from '../../engine/api.ts'
import type { StepGroup } from '../../engine/event.ts'
import type { Change } from '../../plan/model.ts'
import type { OrderedCell } from '../outcome.ts'
import type { Style } from '../style.ts'
import { hostsText } from './hosts.ts'

/** A paragraph a cell; empty if nothing changes. */
export function orderText(cells: readonly OrderedCell[], style: Style): string {
  return cells
    .filter(({ steps }) => steps.length > 0)
    .map(({ cell, steps }) => {
      const width = `${steps.length}.`.length
      const lines = steps.map(({ groups, after }, at) => {
        const reasons = after.map(one => `after ${groupsText(one.groups)}: ${one.because}`)
        if (reasons.length === 0) reasons.push('no other change has to come first')
        const number = `${at + 1}.`.padStart(width)
        return `${number} ${groupsText(groups)}\n${indent(reasons.map(style.dim).join('\n'), width + 1)}`
      })
      return `${style.bold(`Order of change in cell ${cell}`)}\n${indent(lines.join('\n'), 2)}`
    })
    .join('\n\n')
}

function groupsText(groups: readonly StepGroup[]): string {
  const texts = groups.map(
    ({ component, hosts, leaves }) => `${component}${leaves ? ' leaving' : ''} on ${listFirst(hosts, 4)}`,
  )
  return listFirst(texts, 3, '; ')
}

/**
 * A line for each step that restarts or reloads something, with the first reason why it comes after another one. Empty if nothing
 * is interrupted.
 */
export function interruptingSteps(
  cells: readonly OrderedCell[],
  hosts: readonly HostOutcome[],
): readonly string[] {
  const worst = new Map(
    hosts.flatMap(({ host, instances }) =>
      instances.map(({ component, changes }) => [`${host} ${component}`, interruptionOf(changes)] as const),
    ),
  )
  const several = cells.length > 1
  return cells.flatMap(({ cell, steps }) => {
    const shown = steps.flatMap(({ groups, after }) => {
      const own = groups.flatMap(group => {
        const affected = group.hosts.filter(host => worst.get(`${host} ${group.component}`) !== undefined)
        return affected.length === 0 ? [] : [{ ...group, hosts: affected }]
      })
      return own.length === 0 ? [] : [{ own, because: after[0]?.because }]
    })
    return shown.map(({ own, because }, at) => {
      const what = own.map(({ component, hosts: on }) => {
        const verb = on.some(host => worst.get(`${host} ${component}`) === 'restart') ? 'restart' : 'reload'
        return `${verb} ${component} on ${hostsText(on)}`
      })
      const lead = `  ${several ? `${cell} ` : ''}${at + 1}. ${listFirst(what, 3, '; ')}`
      return because === undefined ? lead : `${lead} (${because})`
    })
  })
}

/** The worst that changes of one program do to what it serves; undefined if that goes on. */
export function interruptionOf(changes: readonly Change[]): 'restart' | 'reload' | undefined {
  if (changes.some(({ effect, action }) => effect === 'restart' && action !== 'start')) return 'restart'
  return changes.some(({ effect }) => effect === 'reload') ? 'reload' : undefined
}
