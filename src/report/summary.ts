/** The last line of each command: what came of it, in one breath. */
import type { HostStatus } from '../plan/model.ts'
import type { Check } from '../verify/model.ts'
import { allProblems, countChanges, type HostOutcome, type Outcome, type Tally } from './outcome.ts'
import { count, duration } from './words.ts'

/** `4 hosts: 2 changed, 2 ok. 31 checks passed. 12.3 s, of which 9.8 s waiting for programs` */
export function summaryText(outcome: Outcome, tally: Tally): string {
  const sentences = [lead(outcome, tally), hostsSentence(outcome), checksSentence(outcome.checks ?? [])]
  const said = sentences.filter(sentence => sentence !== '').map(sentence => `${sentence}.`)
  return [...said, time(tally)].join(' ')
}

function lead(outcome: Outcome, tally: Tally): string {
  const { command, result, inventory, hosts = [] } = outcome
  const errors = allProblems(outcome).filter(problem => problem.severity === 'error').length
  if (result === 'interrupted') return 'Interrupted: the step at work was finished and no other begun'
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

function programsLead({ programs = [] }: Outcome): string {
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
const order: readonly HostStatus[] = [
  'unreachable',
  'failed',
  'rolled-back',
  'changed',
  'differs',
  'skipped',
  'ok',
]

function hostsSentence({ hosts = [], status, result }: Outcome): string {
  if (result === 'refused' && hosts.every(host => host.status === 'skipped')) return ''
  if (status !== undefined) return statusSentence(status)
  if (hosts.length === 0) return ''
  const counts = order
    .map(word => [word, hosts.filter((host: HostOutcome) => host.status === word).length] as const)
    .filter(([, number]) => number > 0)
    .map(([word, number]) => `${number} ${said(word, number)}`)
  return `${count(hosts.length, 'host')}: ${counts.join(', ')}`
}

function said(word: HostStatus, number: number): string {
  if (word === 'differs' && number > 1) return 'differ'
  return word === 'rolled-back' ? 'rolled back' : word
}

function statusSentence(rows: NonNullable<Outcome['status']>): string {
  const ready = rows.filter(row => row.health === 'ready').length
  return `${ready} of ${count(rows.length, 'program')} ready`
}

function checksSentence(checks: readonly Check[]): string {
  if (checks.length === 0) return ''
  const number = (status: Check['status']) => checks.filter(check => check.status === status).length
  const rest = [
    number('fail') === 0 ? '' : `${number('fail')} failed`,
    number('warn') === 0 ? '' : count(number('warn'), 'warning'),
    number('skip') === 0 ? '' : `${number('skip')} skipped`,
  ].filter(part => part !== '')
  return [`${count(number('pass'), 'check')} passed`, ...rest].join(', ')
}

function time({ elapsed, waited }: Tally): string {
  return waited < 50
    ? duration(elapsed)
    : `${duration(elapsed)}, of which ${duration(waited)} waiting for programs`
}
