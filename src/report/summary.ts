/** The last line of each command: what came of it, in one breath. */
import type { HostOutcome } from '../engine/api.ts'
import type { HostStatus } from '../plan/model.ts'
import type { Check } from '../verify/model.ts'
import { allProblems, type CommandOutcome, countChanges, type Tally } from './outcome.ts'
import { count, durationText } from './words.ts'

/** `4 hosts: 2 changed, 2 ok. 31 checks passed. 12.3 s, of which 9.8 s waiting for programs` */
export function summaryText(outcome: CommandOutcome, tally: Tally): string {
  const sentences = [lead(outcome, tally), hostsSentence(outcome), checksSentence(outcome.checks ?? [])]
  const said = sentences.filter(sentence => sentence !== '').map(sentence => `${sentence}.`)
  return [...said, time(tally)].join(' ')
}

function lead(outcome: CommandOutcome, tally: Tally): string {
  const { command, result, inventory, hosts = [] } = outcome
  const errors = allProblems(outcome).filter(problem => problem.severity === 'error').length
  if (result === 'interrupted')
    return 'Interrupted: the current step was finished, and no other one was started'
  if (result === 'locked') return 'Another run holds the lock; nothing was changed'
  if (result === 'refused')
    return `${inventory || command}: refused with ${count(errors, 'error')}; nothing was changed`
  if (command === 'drift') return driftLead(hosts, result === 'ok')
  if (command === 'artifacts trust') return programsLead(outcome)
  if (command === 'validate') return `${inventory}: valid`
  const changes = hosts.length > 0 ? countChanges(hosts) : tally.changed
  const fell =
    hosts.length === 0 || hosts.some(host => host.status === 'failed' || host.status === 'rolled-back')
  const changing = ['apply', 'rollback', 'destroy'].includes(command)
  if (changing && changes === 0) return fell ? 'No change was completed' : 'Nothing changed'
  if (changing) return `${count(changes, 'change')} made`
  if (command === 'plan' && changes > 0) return `${count(changes, 'change')} to make`
  if (command === 'plan' && result === 'ok') return 'Nothing to change'
  return ''
}

function programsLead({ programs = [] }: CommandOutcome): string {
  if (programs.length === 0) return 'No program of this inventory runs on this machine'
  return `${count(programs.length, 'program')} of this inventory may run on this machine`
}

function driftLead(hosts: readonly HostOutcome[], none: boolean): string {
  const number = (status: HostStatus) => countChanges(hosts.filter(host => host.status === status))
  const [repaired, left] = [number('changed'), number('differs')]
  if (repaired > 0) return `${count(repaired, 'difference')} repaired${left > 0 ? `, ${left} left` : ''}`
  if (left > 0) return count(left, 'difference')
  return none ? 'No differences' : ''
}

/** Worst first, so that what needs a look is seen. */
const order = ['unreachable', 'failed', 'rolled-back', 'changed', 'differs', 'skipped', 'ok'] as const

function hostsSentence({ hosts = [], status, result }: CommandOutcome): string {
  if (result === 'refused' && hosts.every(host => host.status === 'skipped')) return ''
  if (status !== undefined) {
    const ready = status.filter(row => row.health === 'ready').length
    return `${ready} of ${count(status.length, 'program')} ready`
  }
  if (hosts.length === 0) return ''
  const counts = order.flatMap(word => {
    const number = hosts.filter(({ status }) => status === word).length
    return number > 0 ? [`${number} ${said(word, number)}`] : []
  })
  return `${count(hosts.length, 'host')}: ${counts.join(', ')}`
}

function said(word: HostStatus, number: number): string {
  if (word === 'differs' && number > 1) return 'differ'
  return word === 'rolled-back' ? 'rolled back' : word
}

function checksSentence(checks: readonly Check[]): string {
  if (checks.length === 0) return ''
  const number = (status: Check['status']) => checks.filter(check => check.status === status).length
  const parts = [`${count(number('pass'), 'check')} passed`]
  if (number('fail') > 0) parts.push(`${number('fail')} failed`)
  if (number('warn') > 0) parts.push(count(number('warn'), 'warning'))
  if (number('skip') > 0) parts.push(`${number('skip')} skipped`)
  return parts.join(', ')
}

function time({ elapsed, waited }: Tally): string {
  const of = waited < 50 ? '' : `, of which ${durationText(waited)} waiting for programs`
  return `${durationText(elapsed)}${of}`
}
