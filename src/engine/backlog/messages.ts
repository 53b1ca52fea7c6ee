/** The words of the problems of samples that were not sent yet. */
import { messages, type Texts } from '../../diagnostic/problem.ts'

/** `sink`: whom it sends to; `fact`: what is wrong there, in words that follow the sink; `verb`: `restarted`. */
type Facts = Texts<'component' | 'verb' | 'sink' | 'fact'>

const pass = 'To accept that loss, pass --allow-outage.'

/** `from`: undefined if the sink refuses what arrives. */
function missing(from: string | undefined, until: string): string {
  return from === undefined
    ? 'The samples that it refuses are lost.'
    : `This replica loses what it has not sent there: its samples from ${from} until ${until}.`
}

export const backlogProblem = messages('backlog', {
  ownDown: ({ component, verb, sink, fact }: Facts, from: string | undefined) => ({
    severity: 'warning',
    summary: `${sink} ${fact}`,
    detail: `This sink is your own, so ${component} is ${verb} anyway. ${missing(from, 'then')}`,
  }),
  /** `others`: members of the store that have them; undefined if that is not certain. */
  memberDown: (
    { component, verb, sink, fact }: Facts,
    from: string | undefined,
    others: string | undefined,
  ) => ({
    severity: 'warning',
    summary: `${sink} ${fact}`,
    detail: `${missing(from, `${component} is ${verb}`)}${others === undefined ? '' : ` ${others} has them.`}`,
  }),
  storeDown: (the: Texts<'component' | 'verb' | 'store' | 'detail'>) => ({
    summary: `${the.component} would be ${the.verb}, and no samples are accepted by ${the.store}`,
    detail: `${the.detail}\nWhat this replica has not sent by then would be lost.`,
    remedy: `Bring ${the.store} back, then run the command again. ${pass}`,
  }),
  storeDownAccepted: (the: Texts<'component' | 'verb' | 'store' | 'detail'>) => ({
    severity: 'warning',
    summary: `${the.component} is ${the.verb} although no samples are accepted by ${the.store}`,
    detail: `${the.detail}\nWhat this replica has not sent by then is lost.`,
  }),
  notCaughtUp: ({ component, verb, sink, fact }: Facts, minutes: number) => ({
    summary: `${component} was not ${verb}: after ${minutes} minutes of waiting, ${sink} ${fact}`,
    detail: `What this replica has not sent is lost once it is ${verb}.`,
    remedy: `Find out what keeps the sink from accepting samples faster, then run the command again. ${pass}`,
  }),
  notCaughtUpAccepted: ({ component, verb, sink, fact }: Facts, minutes: number) => ({
    severity: 'warning',
    summary: `${component} is ${verb} although, after ${minutes} minutes of waiting, ${sink} ${fact}`,
    detail: 'What this replica has not sent by then is lost.',
  }),
  /** `goesOn`: it would not refuse in the end. */
  wouldWait: ({ component, verb, sink, fact }: Facts, minutes: number, goesOn: boolean) => ({
    severity: 'warning',
    summary: `apply would wait for up to ${minutes} minutes before ${component} is ${verb}: ${sink} ${fact}`,
    detail: goesOn
      ? 'What this replica has not sent by then would be lost.'
      : 'If the sink is still behind by then, apply would refuse.',
  }),
  peerNotSending: ({ component, verb, sink }: Omit<Facts, 'fact'>, peer: string, minutes: number) => ({
    summary: `${component} was not ${verb}: within ${minutes} minutes, ${component} on ${peer} has sent ${sink} no sample that is newer than its own start`,
    detail: 'Both replicas would have sent nothing for the same time.',
    remedy: `See why in \`journalctl -u ${component}\` on ${peer}, then run the command again. ${pass}`,
  }),
  peerNotSendingAccepted: (
    { component, verb, sink }: Omit<Facts, 'fact'>,
    peer: string,
    minutes: number,
  ) => ({
    severity: 'warning',
    summary: `${component} is ${verb} although, within ${minutes} minutes, ${component} on ${peer} has sent ${sink} no sample that is newer than its own start`,
    detail: 'Both replicas send nothing for the same time.',
  }),
  otherBehind: (
    the: Omit<Facts, 'sink'> & Texts<'replica' | 'other'>,
    /** Absent: it takes nothing, so it was not waited for. */
    minutes: number | undefined,
  ) => ({
    summary: `${the.component} ${minutes === undefined ? `would be ${the.verb}, and` : `was not ${the.verb}: after ${minutes} minutes of waiting,`} the queue of ${the.replica} to ${the.other} ${the.fact}`,
    detail: `While ${the.component} is down here, no member of the store would have these samples.`,
    remedy: `See what \`remote_write.caught_up\` says of ${the.replica}, then run the command again. ${pass}`,
  }),
  otherBehindAccepted: (the: Omit<Facts, 'sink'> & Texts<'replica' | 'other'>) => ({
    severity: 'warning',
    summary: `${the.component} is ${the.verb} although the queue of ${the.replica} to ${the.other} ${the.fact}`,
    detail: 'Until it has caught up, no member of the store has these samples.',
  }),
  unknown: (component: string, why: string) => ({
    severity: 'warning',
    summary: `cannot tell what ${component} has not sent to its store yet`,
    detail: `It was not waited for. ${why}`,
  }),
})
