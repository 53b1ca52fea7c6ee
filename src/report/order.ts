/** In which order a run changes what, and why. */
import type { StepGroup } from '../engine/event.ts'
import type { OrderedCell } from './outcome.ts'
import type { Style } from './style.ts'
import { indent } from './words.ts'

/** A paragraph a cell; empty if nothing changes. */
export function orderText(cells: readonly OrderedCell[], style: Style): string {
  return cells
    .filter(({ steps }) => steps.length > 0)
    .map(({ cell, steps }) => {
      const width = `${steps.length}.`.length
      const lines = steps.map(({ groups, after }, at) => {
        const reasons = after.length === 0 ? ['no other change has to come first'] : after.map(reasonText)
        const number = `${at + 1}.`.padStart(width)
        return `${number} ${groupsText(groups)}\n${indent(reasons.map(style.dim).join('\n'), width + 1)}`
      })
      return `${style.bold(`Order of change in cell ${cell}`)}\n${indent(lines.join('\n'), 2)}`
    })
    .join('\n\n')
}

function reasonText({ groups, because }: OrderedCell['steps'][number]['after'][number]): string {
  return `after ${groupsText(groups)}: ${because}`
}

function groupsText(groups: readonly StepGroup[]): string {
  const told = groups.map(
    ({ component, hosts, leaves }) => `${component}${leaves ? ' leaving' : ''} on ${listed(hosts, 4, ', ')}`,
  )
  return listed(told, 3, '; ')
}

function listed(texts: readonly string[], most: number, between: string): string {
  const more = texts.length > most ? ` and ${texts.length - most} more` : ''
  return `${texts.slice(0, most).join(between)}${more}`
}
