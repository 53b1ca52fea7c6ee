/** What systemd's words about a unit mean to promha. Every room that reads a unit's state reads it here. */

/**
 * By ActiveState, which for `systemctl is-active` is its answer, too:
 * - `runs`: `active`; `reloading` and `refreshing` are a running unit that reads its config or its files again.
 * - `starts`: `activating`. It does not run yet: it starts, or it has ended and systemd is about to start it again
 *   (SubState `auto-restart`). A oneshot service is `activating` while it works.
 * - `stops`: `deactivating`.
 * - `failed`: `failed`. Result says why: `exit-code`, `signal`, `start-limit-hit`.
 * - `off`: `inactive`, and `maintenance`, which is an inactive unit that is being cleaned.
 * - `absent`: promha's own word if LoadState is `not-found`: there is no such unit. ActiveState is then `inactive`.
 * - `unknown`: no answer, or a word that systemd has not had until now. Nothing may be concluded from it.
 *
 * UnitFileState `enabled` means that it starts at boot; `enabled-runtime`, `static` and all other words do not.
 */
export type UnitState = 'runs' | 'starts' | 'stops' | 'failed' | 'off' | 'absent' | 'unknown'

const states: Readonly<Record<string, UnitState>> = {
  active: 'runs',
  reloading: 'runs',
  refreshing: 'runs',
  activating: 'starts',
  deactivating: 'stops',
  failed: 'failed',
  inactive: 'off',
  maintenance: 'off',
  absent: 'absent',
}

export interface UnitReading {
  /** ActiveState, which messages quote; empty if systemd does not say. */
  readonly active: string
  readonly enabled: boolean
  /** Why it ended; `success` if it ended well, or not at all. */
  readonly result: string
}

/** By properties as `systemctl show` prints them. A host may answer with anything, so words are cut. */
export function readUnit(properties: ReadonlyMap<string, string>): UnitReading {
  const word = (name: string) => (properties.get(name) ?? '').slice(0, 40)
  return {
    active: word('ActiveState'),
    enabled: word('UnitFileState') === 'enabled',
    result: word('Result'),
  }
}

/** `active`: ActiveState; undefined where the host was not looked at. */
export function unitState(active = ''): UnitState {
  return Object.hasOwn(states, active) ? (states[active] ?? 'unknown') : 'unknown'
}

/** It serves, though it may be reading its config again. */
export function runs(active: string | undefined): boolean {
  return unitState(active) === 'runs'
}

/** It runs, or systemd is about to start it. */
export function runsOrStarts(active: string | undefined): boolean {
  return ['runs', 'starts'].includes(unitState(active))
}

/** It does not run, and nothing is about to start it. */
export function isStopped(active: string | undefined): boolean {
  return ['failed', 'off', 'absent'].includes(unitState(active))
}

/** For sh: the properties of one unit that `systemctl show` prints say that it is in this state. */
export function casePattern(state: UnitState): string {
  const words = Object.keys(states).filter(word => states[word] === state)
  return words.map(word => `*ActiveState=${word}*`).join(' | ')
}
