/** Questions to a host itself, put like those to a program: at no address, with a path of promha's own. */
import { randomBytes } from 'node:crypto'
import type { Endpoint } from '../inventory/model.ts'
import { diagnoseScript, parseDiagnosis } from '../shell/diagnose.ts'
import { hostStateScript, parseHostState, parseReached, reachScript } from '../shell/host-state.ts'
import { notifyLogScript, parseNotifyLog } from '../shell/notify-log.ts'
import type { Connection } from '../ssh/connection.ts'
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

const logPrefix = 'host:notify-log '

/** Answered with the lines of the last minutes in which the unit's Alertmanager tells of failed notifications. */
export function notifyLogPath(unit: string, minutes: number): string {
  return `${logPrefix}${minutes} ${unit}`
}

/** Rejects with an AskError. */
export async function askHost(connection: Connection, path: string): Promise<Answer> {
  const nonce = randomBytes(12).toString('hex')
  if (path.startsWith(logPrefix)) return askLog(connection, path, nonce)
  const targets = path.startsWith(reachPrefix) ? targetsOf(path) : undefined
  const unit = path.startsWith(activePrefix) ? path.slice(activePrefix.length) : undefined
  const script = targets
    ? reachScript(nonce, targets)
    : unit === undefined
      ? hostStateScript(nonce)
      : diagnoseScript(nonce, unit, 0)
  const own = targets || unit !== undefined ? { root: false } : {}
  try {
    const result = await connection.run({ script, timeout: askTimeout * 2, ...own })
    const output = result.stdout.toString('utf8')
    if (unit !== undefined) {
      const { active } = parseDiagnosis(nonce, output)
      return { status: active === 'active' ? 200 : 503, body: `systemd says ${active || 'nothing'}` }
    }
    const body = targets ? parseReached(nonce, output) : parseHostState(nonce, output)
    if (body) return { status: 200, body: JSON.stringify(body) }
    if (targets) throw new AskError('impossible', 'the host has no bash to try a connection with')
    throw new AskError('failed', `${connection.host} could not be looked at: ${result.stderr.trim()}`)
  } catch (cause) {
    if (cause instanceof AskError) throw cause
    throw new AskError('failed', cause instanceof Error ? cause.message : String(cause))
  }
}

async function askLog(connection: Connection, path: string, nonce: string): Promise<Answer> {
  const [minutes = '', unit = ''] = path.slice(logPrefix.length).split(' ')
  const script = notifyLogScript(nonce, unit, Number(minutes))
  try {
    const result = await connection.run({ script, timeout: askTimeout * 2 })
    const lines = parseNotifyLog(nonce, result.stdout.toString('utf8'))
    if (lines) return { status: 200, body: JSON.stringify(lines) }
  } catch (cause) {
    throw new AskError('failed', cause instanceof Error ? cause.message : String(cause))
  }
  throw new AskError('failed', `the journal of ${connection.host} could not be read`)
}

function targetsOf(path: string): readonly Endpoint[] {
  const words = path.slice(reachPrefix.length).split(' ')
  return words.flatMap((address, index) =>
    index % 2 === 0 ? [{ address, port: Number(words[index + 1]) }] : [],
  )
}
