/** Warnings about units of promha that an admin has masked or changed by a drop-in. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import { settingsOf } from '../plan/exec-start.ts'
import { isMasked } from '../resource/difference.ts'
import { isStored, sha256 } from '../resource/hash.ts'
import type { Instance } from '../resource/model.ts'
import type { Replaced } from '../resource/observed.ts'
import type { HostSession } from './hosts.ts'

/** Masked units, and drop-ins that give a setting of promha's unit another value. A drop-in that only adds settings is fine. */
export function unitWarnings({ host, instances, observed }: HostSession): readonly Problem[] {
  if (!observed) return []
  return instances.flatMap(instance => {
    const { unit } = instance.service
    return [
      ...(isMasked(unit, observed) ? [masked(host.name, unit)] : []),
      ...differing(instance, observed.units.get(unit)?.replaced).map(([key, paths]) =>
        replaced(host.name, unit, key, paths),
      ),
    ]
  })
}

function masked(host: string, unit: string): Problem {
  return warning(`${unit} on ${host} is masked; apply unmasks it`, {
    host,
    resource: `service:${unit}`,
    remedy: `To keep it masked, leave ${host} out with --limit '!${host}', or remove the component from this host in the inventory.`,
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
  const settings = wantedSettings(instance)
  // systemd keeps all commands since the last empty one.
  if (key === 'ExecStart')
    return (
      values.at(-2) === '' &&
      last ===
        sha256(
          (settings.get(key) ?? '')
            .trim()
            .split(/[ \t]+/)
            .join(' '),
        )
    )
  return last !== '' && last === settings.get(key)
}

/** What promha's own unit says of the settings that are compared; of `Environment` the value of REPLICA. */
function wantedSettings({ resources }: Instance): ReadonlyMap<string, string> {
  const unit = resources.find(resource => resource.kind === 'unit')
  if (unit && !isStored(unit.content))
    return new Map(
      settingsOf(unit.content).flatMap(([key, value]) => {
        if (key !== 'Environment') return [[key, value] as const]
        const [, replica] = /^"?REPLICA=([^"]*)"?$/.exec(value) ?? []
        return replica === undefined ? [] : [[key, replica] as const]
      }),
    )
  // Of an earlier generation only its hash is known, but no unit has another user than the service's.
  const user = resources.find(resource => resource.kind === 'user')?.name
  return new Map(user === undefined ? [] : [['User', user] as const, ['Group', user] as const])
}

function replaced(host: string, unit: string, key: string, paths: readonly string[]): Problem {
  const [setting, effect] = effects[key] ?? otherUser(key)
  return warning(`a drop-in of ${unit} on ${host} replaces ${setting}`, {
    host,
    resource: `service:${unit}`,
    detail: `${paths.join(', ')}: ${effect}`,
    remedy: `Remove that setting on ${host}, then run \`systemctl daemon-reload && systemctl restart ${unit}\` there.`,
  })
}

type Effect = readonly [setting: string, effect: string]

const effects: Readonly<Record<string, Effect>> = {
  ExecStart: ['ExecStart', 'the flags of the inventory have no effect. Set flags with `flags:` instead.'],
  Environment: ['REPLICA', 'the label that tells the replicas apart may be the same on both.'],
}

const otherUser = (key: string): Effect => [
  key,
  'the program runs as a user or group that does not own its files.',
]
