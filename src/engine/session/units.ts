/** Warnings about units of promha that an admin has masked or changed by a drop-in. */
import type { Problem } from '../../diagnostic/problem.ts'
import { settingsOf } from '../../plan/adopt/exec-start.ts'
import { isStored, sha256 } from '../../resource/hash.ts'
import { isMasked } from '../../resource/kind/unit.ts'
import { type Instance, ofKind } from '../../resource/model.ts'
import type { Replaced } from '../../resource/observed.ts'
import type { HostRun } from '../host-run.ts'
import { sessionProblem } from './messages.ts'

/** Masked units, and drop-ins that give a setting of promha's unit another value. A drop-in that only adds settings is fine. */
export function unitWarnings({ host, desired, session }: HostRun): readonly Problem[] {
  const { observed } = session
  if (!observed) return []
  return desired.flatMap(instance => {
    const { unit } = instance.service
    const where = { host: host.name, resource: `service:${unit}` }
    return [
      ...(isMasked(unit, observed) ? [sessionProblem.unitMasked(where, unit, host.name)] : []),
      ...differing(instance, observed.units.get(unit)?.replaced).map(([key, paths]) =>
        sessionProblem.settingReplaced(where, { unit, host: host.name, ...effectOf(key), paths }),
      ),
    ]
  })
}

/** Settings that end with another value than promha's unit has, each with the drop-ins that have it. */
function differing(
  instance: Instance,
  all: readonly Replaced[] = [],
): readonly (readonly [string, readonly string[]])[] {
  const keys = [...new Set(all.map(({ key }) => key))]
  return keys.flatMap(key => {
    const own = all.filter(one => one.key === key)
    if (isWanted(key, own, instance)) return []
    return [[key, [...new Set(own.map(({ path }) => path))]] as const]
  })
}

function isWanted(key: string, own: readonly Replaced[], instance: Instance): boolean {
  const values = own.map(({ value }) => value)
  const last = values.at(-1) ?? ''
  if (key === 'DynamicUser') return /^(no|n|false|f|0|off)?$/i.test(last)
  const wanted = wantedSettings(instance).get(key) ?? ''
  // systemd keeps all commands since the last empty one.
  if (key === 'ExecStart')
    return values.at(-2) === '' && last === sha256(wanted.trim().replaceAll(/[ \t]+/g, ' '))
  return last !== '' && last === wanted
}

/** What promha's own unit says of the settings that are compared; of `Environment` the value of REPLICA. */
function wantedSettings({ resources }: Instance): ReadonlyMap<string, string> {
  const unit = ofKind(resources, 'unit')[0]
  if (unit && !isStored(unit.content))
    return new Map(
      settingsOf(unit.content).flatMap(([key, value]) => {
        if (key !== 'Environment') return [[key, value] as const]
        const [, replica] = /^"?REPLICA=([^"]*)"?$/.exec(value) ?? []
        return replica === undefined ? [] : [[key, replica] as const]
      }),
    )
  // Of an earlier generation only its hash is known, but no unit has another user than the service's.
  const user = ofKind(resources, 'user')[0]?.name
  return new Map(user === undefined ? [] : [['User', user] as const, ['Group', user] as const])
}

const effects: Readonly<Record<string, { readonly setting: string; readonly effect: string }>> = {
  ExecStart: {
    setting: 'ExecStart',
    effect: 'the flags of the inventory have no effect. Set flags with `flags:` instead.',
  },
  Environment: {
    setting: 'REPLICA',
    effect: 'the label that tells the replicas apart may be the same on both.',
  },
}

function effectOf(key: string) {
  const effect = 'the program runs as a user or group that does not own its files.'
  return effects[key] ?? { setting: key, effect }
}
