/** In which order a run changes what, and why. */
import { indent } from '../../diagnostic/describe.ts'
import { listFirst } from '../../diagnostic/list-first.ts'
import type { StepGroup } from '../../engine/event.ts'
import type { OrderedCell } from '../outcome.ts'
import type { Style } from '../style.ts'

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
