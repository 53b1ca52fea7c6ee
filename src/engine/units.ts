/** Warnings about units of promha that an admin has masked or changed by a drop-in. */
import { type Problem, warning } from '../diagnostic/problem.ts'
import { isMasked } from '../resource/difference.ts'
import type { Replaced } from '../resource/observed.ts'
import type { HostSession } from './hosts.ts'

/** Masked units, and drop-ins that replace a setting of promha's unit. A drop-in that only adds settings is fine. */
export function unitWarnings({ host, instances, observed }: HostSession): readonly Problem[] {
  if (!observed) return []
  return instances.flatMap(({ service: { unit } }) => [
    ...(isMasked(unit, observed) ? [masked(host.name, unit)] : []),
    ...keysOf(observed.units.get(unit)?.replaced).map(([key, paths]) =>
      replaced(host.name, unit, key, paths),
    ),
  ])
}

function masked(host: string, unit: string): Problem {
  return warning(`${unit} on ${host} is masked; apply unmasks it`, {
    host,
    resource: `service:${unit}`,
    remedy: `To keep it masked, leave ${host} out with --limit '!${host}', or remove the component from this host in the inventory.`,
  })
}

function keysOf(all: readonly Replaced[] = []): readonly (readonly [string, readonly string[]])[] {
  const keys = [...new Set(all.map(({ key }) => key))]
  return keys.map(key => [key, [...new Set(all.flatMap(one => (one.key === key ? [one.path] : [])))]])
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
