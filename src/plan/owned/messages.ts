/** The words of the problems whose topic is `owned`: what promha has on a host. */
import { knownDefinition } from '../../../roles/index.ts'
import { messages } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { backupOf, generationsOf } from '../../shell/syntax/layout.ts'

export const ownedProblem = messages('owned', {
  generationUnreadable: (component: Component) => ({
    summary: `the kept generation of ${component} cannot be read`,
    detail: `It lies below ${generationsOf(component)}, and is not whole.`,
    remedy: 'Go back by an inventory of that time and `promha apply` instead.',
  }),
  ofOtherCell: (component: Component, host: string, cell: string) => {
    const whose =
      cell === '' ? 'a cell that is not known' : `cell ${cell}, which this inventory does not have`
    const destroy = `\`promha destroy -l ${host} --only ${component}\``
    return {
      severity: 'warning',
      summary: `${component} on ${host} is left alone: it is of ${whose}`,
      remedy: knownDefinition(component)
        ? `If you no longer want it, run ${destroy}.`
        : `To remove it, run ${destroy} with the promha and the inventory that installed it.`,
    }
  },
  backupKept: (component: Component, host: string) => {
    const run = `\`promha destroy -l ${host} --only ${component} --restore\``
    return {
      severity: 'warning',
      summary: `${component} leaves ${host}, and what promha replaced there does not come back`,
      detail: `It is kept in ${backupOf(component)}.`,
      remedy: knownDefinition(component)
        ? `Run ${run} if you want it back.`
        : `If you want it back, put its entry into the inventory again, run ${run}, then take the entry out.`,
    }
  },
})
