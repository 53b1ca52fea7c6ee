/** The words of the problems of a run whose topics have no room of their own. */
import { suggestion } from '../diagnostic/nearest.ts'
import { messages, type Problem, type Texts } from '../diagnostic/problem.ts'
import { lockLife } from '../shell/lock/lock.ts'
import { hostLockPath } from '../shell/syntax/layout.ts'

type Names = readonly string[]

/** Of a member that others of its cell stand in for. */
export const memberProblem = messages('member', {
  outageAccepted: (the: Texts<'component' | 'verb' | 'noun' | 'cell' | 'detail'>) => ({
    severity: 'warning',
    summary: `${the.component} is ${the.verb} although it is the only ${the.noun} of cell ${the.cell} that serves`,
    detail: the.detail,
  }),
  outage: (the: Texts<'component' | 'verb' | 'noun' | 'cell' | 'detail'>, others: Names) => ({
    summary: `${the.component} would be ${the.verb}, and no other ${the.noun} of cell ${the.cell} serves now`,
    detail: the.detail,
    remedy: `${others.length === 0 ? `Name a second ${the.noun}` : `Bring ${others.join(', ')} back`}, then run the command again. To accept the outage, pass --allow-outage.`,
  }),
  allLeaveAccepted: (the: Texts<'component' | 'noun' | 'cell' | 'detail'>) => ({
    severity: 'warning',
    summary: `${the.component} leaves cell ${the.cell}, which has no other ${the.noun}`,
    detail: the.detail,
  }),
  allLeave: (the: Texts<'component' | 'noun' | 'cell' | 'detail'>) => ({
    summary: `${the.component} would leave cell ${the.cell}: the inventory names no ${the.noun} any more`,
    detail: the.detail,
    remedy: 'To remove it, pass --allow-outage. To keep it, name its hosts in the inventory again.',
  }),
  tooFewServe: (
    the: Texts<'component' | 'verb' | 'noun' | 'cell' | 'detail'>,
    others: Names,
    count: { readonly serving: number; readonly needed: number },
  ) => ({
    summary: `${the.component} would be ${the.verb}, and ${count.serving} other ${the.noun} of cell ${the.cell} would serve then, of ${count.needed} that are needed`,
    detail: the.detail,
    remedy: `Bring ${others.join(', ')} back, then run the command again. To accept the outage, pass --allow-outage.`,
  }),
  tooFewServeAccepted: (
    the: Texts<'component' | 'verb' | 'noun' | 'cell' | 'detail'>,
    count: { readonly serving: number; readonly needed: number },
  ) => ({
    severity: 'warning',
    summary: `${the.component} is ${the.verb} although ${count.serving} other ${the.noun} of cell ${the.cell} serve then, of ${count.needed} that are needed`,
    detail: the.detail,
  }),
  cellHeldBack: (cell: string, unfit: string) => ({
    summary: `nothing of cell ${cell} was changed because ${unfit} cannot be changed`,
    detail: `${unfit} has a member of the cell that must run the same config as the others.`,
    remedy: `Fix what is reported for ${unfit}, or leave it out with --limit '!${unfit}'.`,
  }),
  peerUnfit: (component: string, unfit: string) => ({
    summary: `${component} was not changed because ${unfit} cannot be changed and both must run the same config`,
    remedy: `Fix what is reported for ${unfit}, or leave it out with --limit '!${unfit}'.`,
  }),
  nowDiffers: (the: Texts<'what' | 'component' | 'done' | 'left'>) => ({
    summary: `the ${the.what} now differs: ${the.component} has the change on ${the.done}, and not on ${the.left}`,
    detail: `What succeeded on ${the.done} stays as it is.`,
    remedy: 'Fix what failed, then run the command again: it changes only what is left.',
  }),
  endpointDangles: (the: Texts<'component' | 'host' | 'asking' | 'endpoint'>, hosts: Names) => ({
    severity: 'warning',
    summary: `${the.component} on ${the.host} was not changed, but ${the.asking} on ${hosts.join(', ')} has its new config`,
    detail: `If this run was to change ${the.endpoint}, ${the.asking} gets no answer there until ${the.component} is changed too.`,
    remedy: 'Fix what failed and run the command again soon, or go back with `promha rollback`.',
  }),
})

/** Of the order in which hosts change, and of those that it did not come to. */
export const orderProblem = messages('order', {
  unknownCanary: (canary: string, names: Names) => ({
    summary: `--canary names the cell ${JSON.stringify(canary)}, which the inventory does not have`,
    ...suggestion(canary, names, `It has ${names.join(', ')}.`),
  }),
  circle: (cell: string, rules: Names) => ({
    summary: `cell ${cell}: the changes wait for each other`,
    detail: `No order of change satisfies all of these rules:\n${rules.join('\n')}`,
    remedy: 'Report this message as a bug of promha. Nothing was changed.',
  }),
  notBegun: (components: Names) => ({
    severity: 'warning',
    summary: `${components.join(', ')} ${components.length === 1 ? 'was left as it is' : 'were left as they are'}: the run ended before that`,
    remedy: 'Fix what failed before it, then run the command again.',
  }),
  changedMeanwhile: () => ({
    summary: 'it changed while this run waited for the locks, so nothing was done there',
    remedy: 'Run the command again.',
  }),
})

/** Of what a changed program is waited for. */
export const gateProblem = messages('gate', {
  peersUnreached: (component: string, said: string, hosts: string) => ({
    summary: `${component} is ready, but ${said}`,
    remedy: `See that \`address\` of ${hosts} is right, and let the hosts reach each other at the cluster port, TCP and UDP, then run the command again.`,
  }),
  notConnected: (the: Texts<'component' | 'lacks' | 'remedy'>, patience: number) => ({
    summary: `${the.component} is ready, but ${the.lacks} within ${patience / 1000} s`,
    remedy: the.remedy,
  }),
  notJoined: (the: Texts<'component' | 'lacks' | 'remedy'>, patience: number) => ({
    summary: `${the.component} is ready, but does not work with the others of its kind after ${patience / 1000} s: ${the.lacks}`,
    remedy: the.remedy,
  }),
  notFounded: (the: Texts<'component' | 'lacks' | 'host'>, patience: number) => ({
    summary: `${the.component} is ready, but what all of its kind need together is not there after ${patience / 1000} s: ${the.lacks}`,
    remedy: `Read \`journalctl -u ${the.component}\` on ${the.host}, and see that its hosts reach each other. Then run the command again: it goes on where this one stopped.`,
  }),
  connectionEnded: (component: string) => ({
    summary: `the connection ended while ${component} was awaited`,
    remedy: 'The host undoes it within a minute or so. Run the command again once the host can be reached.',
  }),
  otherPort: (component: string, port: number, others: readonly number[]) =>
    `${component} listens on ${others.join(', ')} instead of ${port}`,
  otherPortOfOwn: (the: Texts<'component' | 'key'>, port: number, others: readonly number[]) => ({
    summary: `${the.component} listens on ${others.join(', ')} instead of ${port}`,
    remedy: `If it serves its metrics at port ${others.join(' or ')}, set \`${the.key}:\` to that. Otherwise set \`listen_flag:\` to the flag that takes its address.`,
  }),
  crashes: (component: string, why: string) => `${component} does not stay up: ${why}`,
  notReadyForLong: (component: string, why: string) => `${component} was ready and did not stay so: ${why}`,
  targetsLost: (the: Texts<'component' | 'host' | 'detail'>, lost: string, minutes: number) => ({
    summary: `${lost} targets that were up before are not up ${minutes} minutes after the change`,
    detail: the.detail,
    remedy: `See what keeps ${the.component} on ${the.host} from scraping them, then run the command again.`,
  }),
})

export const lockProblem = messages('lock', {
  failed: (host: string, why: string, detail: string) => ({
    summary: `${host} cannot be locked: ${why}`,
    detail,
    remedy: `See that root can write ${hostLockPath} there and that flock (util-linux) is installed, then run the command again.`,
  }),
  unlocked: (hosts: Names) => ({
    severity: 'warning',
    summary: `${hosts.join(', ')} ${hosts.length === 1 ? 'is not locked because it does' : 'are not locked because they do'} not answer`,
    detail: 'Another run could be changing the cell now.',
    remedy: 'Make sure that no other run changes this cell.',
  }),
  held: (host: string, holder: string, waited: string) => ({
    summary: `${host} is locked by ${holder}`,
    detail: `Only one run at a time may change a cell, so that two cannot interrupt both halves of a pair.${waited}`,
    remedy: `Wait until it has finished, or use \`--lock-timeout 10m\`. If that run has died, its lock expires after ${lockLife} s.`,
  }),
  lost: (why: string, more: Pick<Problem, 'detail'>) => ({
    summary: `the lock of the host was lost: ${why}`,
    ...more,
    remedy: 'Run the command again: the host itself or the next run undoes what was not confirmed.',
  }),
})

/** Of programs on their way to hosts. */
export const transferProblem = messages('transfer', {
  notSent: (path: string, file: string, why: string) => ({
    summary: `${path} was not sent: ${file} could not be read: ${why}`,
    remedy: 'Run the command again: promha then checks that file, and fetches the program again if need be.',
  }),
  notArrived: (path: string, seen: string) => ({
    summary: `${path} did not arrive: ${seen}`,
    remedy: 'See that the disk has room and the connection is steady, then run the command again.',
  }),
  noPrograms: (machine: string) => ({
    summary: `the host's architecture is ${machine}, for which there are no programs`,
    remedy: 'Use a host of x86_64, aarch64 or armv7l.',
  }),
})
