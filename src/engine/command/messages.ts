/** The words of the problems whose topics are `rollback`, `destroy` and `unfinished`. */
import { knownDefinition } from '../../../roles/index.ts'
import { messages, type Problem } from '../../diagnostic/problem.ts'
import type { Component } from '../../inventory/model.ts'
import { recordPath } from '../../shell/syntax/layout.ts'

type Names = readonly string[]

export const rollbackProblem = messages('rollback', {
  goesBackApart: (component: string, back: Names, stay: Names) => ({
    severity: 'warning',
    summary: `${component} goes back on ${back.join(', ')} and not on ${stay.join(', ')}: they may differ from then on`,
    remedy: '`promha verify` says whether they do; the next apply makes them alike.',
  }),
  onlyCutShort: (name: string) => ({
    severity: 'warning',
    summary: `a change of ${name} was cut short: that is what is undone, and no run before it`,
    remedy: 'Run the command again to go back by one more confirmed run.',
  }),
  generationsUnread: (why: string, more: Pick<Problem, 'detail'>) => ({
    summary: `the kept generations could not be read: ${why}`,
    ...more,
    remedy: 'See that the host can be reached and /var/lib/promha be read, then run the command again.',
  }),
  generationNotWhole: (lacking: Names) => ({
    summary: 'the generation before is not whole any more',
    detail: `Gone from the host's store: ${lacking.join(', ')}`,
    remedy: 'Change the inventory to what it was then, and apply it.',
  }),
  lastRunUnknown: (names: Names, unreachable: boolean) => ({
    summary: `cannot tell which run was last: ${names.join(', ')} ${unreachable ? (names.length === 1 ? 'is unreachable' : 'are unreachable') : 'could not be examined'}`,
    detail: 'Nothing was changed.',
    remedy: `Fix what is reported for ${names.join(', ')}, or leave ${names.length === 1 ? 'it' : 'them'} out with --limit '${names.map(name => `!${name}`).join(',')}'.`,
  }),
  nothingGoesBack: (why: string) => ({
    summary: `nothing to roll back: ${why}`,
    remedy: 'Change the inventory and apply it; `promha destroy` removes what promha installed.',
  }),
  otherRun: () => ({
    summary: 'another run has changed the hosts since they were looked at; nothing was touched',
    remedy: 'See with `promha status` what runs there now, then run the command again.',
  }),
  createdByRun: (component: Component, host: string) => ({
    severity: 'warning',
    summary: `${component} was created by the run that is undone, and stays as it is`,
    remedy: knownDefinition(component)
      ? `To remove it, take it out of the inventory and apply, or run \`promha destroy --limit ${host} --only ${component}\`.`
      : `To remove it, run \`promha apply --limit ${host}\`: the inventory does not name it.`,
  }),
  noGeneration: (component: string) => ({
    severity: 'warning',
    summary: `no earlier generation of ${component} is kept, so it stays as it is`,
    remedy: 'The last three are kept; apply an inventory of that time instead.',
  }),
  mayNotDescribe: () => ({
    severity: 'warning',
    summary: 'the hosts roll back to an earlier generation, and the inventory may not match it',
    detail:
      'promha verifies what rolls back against that generation, and the rest against the inventory. The next apply would bring the state of the inventory again.',
    remedy: 'Change the inventory to the state that you want before the next apply.',
  }),
})

export const destroyProblem = messages('destroy', {
  recordUnread: (component: Component) => ({
    summary: `what promha owns of ${component} cannot be read, so nothing is removed from this host`,
    detail: recordPath(component),
    remedy: knownDefinition(component)
      ? `Run \`promha apply\`, which writes that file again, then run the command again. Or remove ${component} and that file by hand.`
      : `Remove ${component} and that file by hand, then run again.`,
  }),
  dataNotOurs: (path: string) => ({
    severity: 'warning',
    summary: `${path} existed before promha, so it is kept`,
    remedy: 'Delete it by hand if you no longer want it.',
  }),
  dataKept: (detail: string) => ({
    severity: 'warning',
    summary: 'the data is kept',
    detail,
    remedy: '`promha destroy --purge-data` deletes it too.',
  }),
  backupKept: (detail: string) => ({
    severity: 'warning',
    summary: 'files from before promha are kept as a backup',
    detail,
    remedy: '`promha destroy --restore` gives it back. Delete it by hand if you no longer want it.',
  }),
})

export const unfinishedProblem = messages('unfinished', {
  change: (component: string) => ({
    severity: 'warning',
    summary: `a change of ${component} was begun and neither confirmed nor undone`,
    remedy:
      'The host undoes it on its own a minute after promha was last heard; the next apply does so first.',
  }),
})
