/** What is to be seen of the stack without promha: on the hosts through their namespaces, in the programs by HTTP. */
import assert from 'node:assert/strict'
import { until } from '../../../src/lab/wait.ts'
import type { Fleet } from './fleet.ts'

export const units = ['prometheus', 'alertmanager', 'node_exporter'] as const
export type Unit = (typeof units)[number]
export const ports: Readonly<Record<Unit, number>> = {
  prometheus: 9090,
  alertmanager: 9093,
  node_exporter: 9100,
}

// Few processes: it is asked often, on four hosts at once.
const snapshotScript = `
systemctl show -p Id,ActiveState,MainPID,UnitFileState ${units.map(unit => `${unit}.service`).join(' ')}
configs='/etc/prometheus /etc/alertmanager /etc/systemd/system'
find $configs -type f -exec sha256sum {} + 2>/dev/null | sort
find $configs -type f -printf '%p %m %u:%g\\n' 2>/dev/null | sort
find /usr/local/bin -type f -printf '%p %i %m\\n' | sort
`

/** All that must be the same after a run that was refused: processes, config, units and programs of every host. */
export async function snapshot(
  fleet: Fleet,
  hosts: readonly string[] = fleet.names,
): Promise<Record<string, string>> {
  const texts = await fleet.onAll(snapshotScript, hosts)
  return Object.fromEntries(hosts.map((host, index) => [host, texts[index] ?? '']))
}

export async function mainPid(fleet: Fleet, host: string, unit: Unit): Promise<number> {
  return Number(await fleet.inside(host, `systemctl show -p MainPID --value ${unit}`))
}

/** Main process of each unit on each host, as `mon-a prometheus 123`; 0 where none runs. */
export async function pids(
  fleet: Fleet,
  hosts: readonly string[] = fleet.names,
): Promise<Record<string, number>> {
  const seen = await fleet.onAll(`systemctl show -p MainPID --value ${units.join(' ')} | grep .`, hosts)
  return Object.fromEntries(
    hosts.flatMap((host, index) => {
      const found = (seen[index] ?? '').split('\n')
      return units.map((unit, place) => [`${host} ${unit}`, Number(found[place])] as const)
    }),
  )
}

/** The keys under which two sets of processes differ, sorted. */
export function restarted(before: Record<string, number>, now: Record<string, number>): string[] {
  return Object.keys(now)
    .filter(key => before[key] !== now[key])
    .sort()
}

export async function get(fleet: Fleet, host: string, unit: Unit, path: string): Promise<unknown> {
  const response = await fetch(`http://${fleet.host(host).address}:${ports[unit]}${path}`, {
    signal: AbortSignal.timeout(5000),
  })
  const text = await response.text()
  assert.equal(response.status, 200, `${host} ${path}: ${text}`)
  return JSON.parse(text)
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

export async function query(fleet: Fleet, host: string, expression: string): Promise<readonly Sample[]> {
  const path = `/api/v1/query?query=${encodeURIComponent(expression)}`
  const answer = (await get(fleet, host, 'prometheus', path)) as { data: { result: readonly Sample[] } }
  return answer.data.result
}

/** Waits up to 30 s for the first value of an expression to be this. */
export async function untilValue(
  fleet: Fleet,
  host: string,
  expression: string,
  value: string,
): Promise<void> {
  await until(`${expression} to be ${value} on ${host}`, 30_000, async () => {
    const [first] = await query(fleet, host, expression)
    return first?.value[1] === value
  })
}

/** Asserts that every program answers that it is ready. */
export async function assertServing(fleet: Fleet): Promise<void> {
  const asked = fleet.names.flatMap(host => {
    const own: readonly (readonly [Unit, string])[] = [
      ['node_exporter', '/'],
      ...(host.startsWith('mon-')
        ? ([
            ['prometheus', '/-/ready'],
            ['alertmanager', '/-/ready'],
          ] as const)
        : []),
    ]
    return own.map(async ([unit, path]) => {
      const response = await fetch(`http://${fleet.host(host).address}:${ports[unit]}${path}`)
      assert.equal(response.status, 200, `${unit} on ${host}`)
    })
  })
  await Promise.all(asked)
}

/** A unit is active as soon as its program runs, which listens a moment later. */
export async function untilServing(fleet: Fleet): Promise<void> {
  await until('every program to answer', 30_000, () =>
    assertServing(fleet).then(
      () => true,
      () => false,
    ),
  )
}
