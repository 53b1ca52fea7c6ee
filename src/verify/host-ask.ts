/** Questions to a host itself, put like those to a program: at no address, with a path of promha's own. */
import { randomBytes } from 'node:crypto'
import type { Endpoint } from '../inventory/model.ts'
import { unitOf } from '../resource/model.ts'
import { diagnoseScript, parseDiagnosis } from '../shell/diagnose.ts'
import { hostStateScript, parseHostState, parseReached, reachScript } from '../shell/host-state.ts'
import { notifyLogScript, parseNotifyLog } from '../shell/notify-log.ts'
import type { Connection } from '../ssh/connection.ts'
import { peerComponent } from '../topology/members.ts'
import { askTimeout } from './http.ts'
import { type Answer, AskError } from './model.ts'

/** Where the host itself is asked. */
export const itself: Endpoint = { address: '', port: 0 }

/** Answered with a HostState. */
export const statePath = 'host:state'

const reachPrefix = 'host:reach '

/** Answered with a Reached: which of the TCP ports let this host in, and which say nothing to it. */
export function reachPath(targets: readonly Endpoint[]): string {
  return `${reachPrefix}${targets.map(({ address, port }) => `${address} ${port}`).join(' ')}`
}

const activePrefix = 'host:active '

/** Answered with 200 where the unit is active, with 503 where it is not; the body says what systemd says. */
export function activePath(unit: string): string {
  return `${activePrefix}${unit}`
}

/** Minutes within which failed notifications count, in the metrics and in the journal. */
export const notifyMinutes = 15

/** Answered with the lines of these minutes in which the host's Alertmanager logged a failed notification. */
export const notifyLogPath = 'host:notify-log'

/** One script, and how its output becomes an answer. `read` throws an AskError if it does not. */
interface Question {
  readonly script: string
  /** false: it needs no root. */
  readonly root?: false
  readonly read: (output: string, stderr: string) => Answer
}

/** Rejects with an AskError. */
export async function askHost(connection: Connection, path: string): Promise<Answer> {
  const { read, ...command } = questionOf(path, connection.host)
  try {
    const { stdout, stderr } = await connection.run({ ...command, timeout: askTimeout * 2 })
    return read(stdout.toString('utf8'), stderr.trim())
  } catch (cause) {
    if (cause instanceof AskError) throw cause
    throw new AskError('failed', cause instanceof Error ? cause.message : String(cause))
  }
}

function questionOf(path: string, host: string): Question {
  const nonce = randomBytes(12).toString('hex')
  if (path === notifyLogPath)
    return {
      script: notifyLogScript(nonce, unitOf(peerComponent), notifyMinutes),
      read: output =>
        found(parseNotifyLog(nonce, output), 'failed', `the journal of ${host} could not be read`),
    }
  if (path.startsWith(reachPrefix))
    return {
      script: reachScript(nonce, targetsOf(path)),
      root: false,
      read: output =>
        found(parseReached(nonce, output), 'impossible', 'the host has no bash to try a connection with'),
    }
  if (path.startsWith(activePrefix))
    return {
      script: diagnoseScript(nonce, path.slice(activePrefix.length)),
      root: false,
      read: output => {
        const { active } = parseDiagnosis(nonce, output)
        return { status: active === 'active' ? 200 : 503, body: `systemd says ${active || 'nothing'}` }
      },
    }
  return {
    script: hostStateScript(nonce),
    read: (output, stderr) =>
      found(parseHostState(nonce, output), 'failed', `${host} could not be looked at: ${stderr}`),
  }
}

/** Throws an AskError with these words if nothing was found. */
function found(body: object | undefined, reason: AskError['reason'], why: string): Answer {
  if (body) return { status: 200, body: JSON.stringify(body) }
  throw new AskError(reason, why)
}

function targetsOf(path: string): readonly Endpoint[] {
  const words = path.slice(reachPrefix.length).split(' ')
  return words.flatMap((address, index) =>
    index % 2 === 0 ? [{ address, port: Number(words[index + 1]) }] : [],
  )
}
