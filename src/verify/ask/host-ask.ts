/** What a host itself is asked: what has no port of its own, or is seen from outside only. */
import type { Endpoint } from '../../inventory/model.ts'
import { unitOf } from '../../resource/model.ts'
import { runs } from '../../resource/unit-state.ts'
import { diagnoseScript, diagnosisIn } from '../../shell/host/diagnose.ts'
import { type HostState, hostStateScript, type Reached, reachScript } from '../../shell/host/host-state.ts'
import { notifyLogScript } from '../../shell/host/notify-log.ts'
import { ask, ScriptError } from '../../ssh/ask.ts'
import type { Connection } from '../../ssh/connection.ts'
import { peerComponent } from '../../topology/member/members.ts'
import { AskError } from '../model.ts'
import { askTimeout } from './http.ts'
import type { HostAsk } from './question.ts'

/** Its addresses and its tables. */
export const hostState: HostAsk<HostState> = {
  name: 'state',
  script: hostStateScript(),
  unanswered: { reason: 'failed', why: 'its network state could not be read' },
}

/** Which of the TCP ports let this host in, and which say nothing to it. */
export function reach(targets: readonly Endpoint[]): HostAsk<Reached> {
  return {
    name: `reach ${targets.map(({ address, port }) => `${address} ${port}`).join(' ')}`,
    script: reachScript(targets),
    unanswered: { reason: 'impossible', why: 'the host has no bash to try a connection with' },
  }
}

/** Whether the unit runs, and systemd's word for it. */
export function unitRuns(unit: string): HostAsk<{ readonly runs: boolean; readonly said: string }> {
  return {
    name: `unit ${unit}`,
    script: {
      ...{ ...diagnoseScript(unit), root: false },
      parse: found => {
        const { active } = diagnosisIn(found)
        return { runs: runs(active), said: `systemd says ${active || 'nothing'}` }
      },
    },
    unanswered: { reason: 'failed', why: 'systemd could not be asked' },
  }
}

/** Minutes within which failed notifications count, in the metrics and in the journal. */
export const notifyMinutes = 15

/** The lines of these minutes in which the host's Alertmanager logged a failed notification. */
export const notifyLog: HostAsk<readonly string[]> = {
  name: 'notify-log',
  script: notifyLogScript(unitOf(peerComponent), notifyMinutes),
  unanswered: { reason: 'failed', why: 'its journal could not be read' },
}

/** Rejects with an AskError. */
export async function runHostAsk<A>(connection: Connection, { script, unanswered }: HostAsk<A>): Promise<A> {
  try {
    return await ask(connection, { ...script, timeout: askTimeout * 2 })
  } catch (cause) {
    if (!(cause instanceof ScriptError))
      throw new AskError('failed', cause instanceof Error ? cause.message : String(cause))
    const { stderr } = cause
    throw new AskError(unanswered.reason, [unanswered.why, ...(stderr === '' ? [] : [stderr])].join(': '))
  }
}
