/** The words of the problems whose topics are `change`, `recovery` and `cleanup`. */
import { messages, type Problem } from '../../diagnostic/problem.ts'
import { silence } from '../../shell/change/guard.ts'
import { home } from '../../shell/syntax/layout.ts'

const fixNamed = 'Fix what the message names, then run the command again.'

const otherRun = 'Check whether another run is active or the host was rebooted, then run the command again.'

/** Of one component on one host. */
export const changeProblem = messages('change', {
  failed: (why: string) => why,
  refused: (component: string, refusal: string, detail: string) => ({
    summary: `${refusal} of ${component}`,
    detail,
    remedy: fixNamed,
  }),
  stepFailed: (component: string, step: string, detail: string) => ({
    summary: `${component} could not be changed: step ${step} failed`,
    detail,
    remedy: fixNamed,
  }),
  diskFull: (component: string, detail: string) => ({
    summary: `${component} could not be changed: the disk is full`,
    detail,
    remedy: 'Free some disk space, then run the command again.',
  }),
  unrecorded: (component: string, detail: string, full: boolean) => ({
    summary: `the change of ${component} ran, but could not be recorded${full ? ': the disk is full' : ''}`,
    detail,
    remedy: 'Check that /var/lib/promha can be written and has room, then run the command again.',
  }),
  cutOff: (component: string, when: string) => ({
    summary: `the connection ended while ${component} was being changed (${when})`,
    remedy: 'Run the command again once the host can be reached.',
  }),
  lockLost: (component: string, detail: string) => ({
    summary: `${component} was not changed: the lock of the host was lost`,
    detail,
    remedy: otherRun,
  }),
  unconfirmed: (component: string) => ({
    summary: `the change of ${component} ran, but could not be recorded: the lock of the host was lost`,
    remedy: otherRun,
  }),
  memberLockLost: (component: string, host: string, detail: string) => ({
    summary: `${component} was not changed: the lock of ${host} was lost`,
    detail,
    remedy: 'Check whether another run is active, then run the command again.',
  }),
  undoneByHost: (component: string) => ({
    summary: `the host has undone the change of ${component} on its own`,
    detail: `It had not heard from promha for ${silence} s.`,
    remedy: 'Check the connection, then run the command again.',
  }),
  notPutBack: (component: string, more: Pick<Problem, 'detail'>) => ({
    summary: `${component} could not be put back now: the host puts it back on its own once it has not heard from promha for ${silence} s`,
    ...more,
    remedy:
      'Run the command again once the host can be reached. `journalctl -u promha-guard` there says more.',
  }),
})

/** Of what an interrupted run left. */
export const recoveryProblem = messages('recovery', {
  failed: (name: string, detail: string) => ({
    summary: `${name} could not be undone`,
    detail,
    remedy: `Fix what the message names, then run the command again; the host also tries again. If the saved files below ${home}/staging are damaged, remove that directory and run \`promha apply\`.`,
  }),
  cutOff: () => ({
    summary: 'the connection ended before an unfinished change was undone',
    remedy: 'Run the command again once the host can be reached; the host also undoes it on its own.',
  }),
  lockLost: () => ({
    summary: 'the lock of the host was lost before an unfinished change was undone',
    remedy: otherRun,
  }),
})

/** Of what was there before promha, and of its own files. */
export const cleanupProblem = messages('cleanup', {
  notGivenBack: (component: string, detail: string) => ({
    summary: `the files of ${component} from before promha could not be restored as they were`,
    detail,
    remedy: `Fix what the message names, then run the command again. The files that were there before are below ${home}/backup/${component}.`,
  }),
  notRunning: (unit: string, host: string, detail: string) => ({
    summary: `${unit} was given back, but does not run`,
    detail,
    remedy: `Fix what its journal says (\`journalctl -u ${unit}\` on ${host}), then run \`promha destroy --restore\` again, which starts it.`,
  }),
  filesLeft: (detail: string) => ({
    summary: `promha's own files could not be removed from ${home}`,
    detail,
    remedy: fixNamed,
  }),
})
