/** What is said of a port that something else holds. */
import assert from 'node:assert/strict'
import { ownPortKey } from '../../../src/check/finding/part.ts'
import { portProblems } from '../../../src/engine/preflight/ports.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import type { PortHolder } from '../../../src/shell/host/port-holder.ts'
import { head, read } from '../../inventory/harness.ts'
import { planOf } from '../plans.ts'

const holder = { unit: 'prometheus.service', protocol: 'tcp', port: 9090, pid: 5, program: 'nginx' } as const
const host = { name: 'mon-a', ssh: {} }

function told(over: Partial<PortHolder>, sshPort?: number) {
  const reached = sshPort === undefined ? host : { ...host, ssh: { port: sshPort } }
  const [problem] = portProblems(reached, { holders: [{ ...holder, ...over }] }, [], [])
  return [problem?.summary, problem?.remedy]
}

const remedy = (over: Partial<PortHolder>, sshPort?: number) => told(over, sshPort)[1] ?? ''

describe('a port that is taken', () => {
  it('is taken by the socket unit for which systemd holds it', () => {
    assert.deepEqual(told({ pid: 1, program: 'systemd', of: 'cockpit.socket' }), [
      'port 9090/tcp is taken by cockpit.socket',
      'Set another port in the inventory, or run `systemctl disable --now cockpit.socket` on mon-a and stop the service that it started.',
    ])
    const [summary, remedy = ''] = told({ pid: 1, program: 'systemd' })
    assert.equal(summary, 'port 9090/tcp is taken by systemd (pid 1)')
    assert.match(remedy, /run `systemctl list-sockets` on mon-a/)
  })

  it('is freed where it can be: a service, a container, a process, what is out of sight', () => {
    assert.match(remedy({ of: 'nginx.service' }), /`systemctl disable --now nginx\.service` on mon-a/)
    assert.match(
      remedy({ program: 'docker-proxy', of: 'docker.service' }),
      /, or run `docker ps --filter publish=9090` on mon-a and stop that container\.$/,
    )
    assert.match(remedy({}), /, or have nginx listen elsewhere or stop it \(`kill 5` on mon-a\)\.$/)
    assert.deepEqual(told({ pid: 0, program: 'unknown' }), [
      'port 9090/tcp is taken by something that is not a process of this host',
      'Set another port in the inventory, or run `ss -lntup` on mon-a and stop what listens on port 9090.',
    ])
  })

  it('is not freed of what promha reaches the host through', () => {
    const sshd = { program: 'sshd', of: 'ssh.service', port: 22 }
    assert.equal(
      remedy(sshd),
      'Set another port in the inventory. Do not stop ssh.service: promha reaches mon-a through it.',
    )
    for (const over of [
      { ...sshd, port: 9090 },
      { program: 'sshd-session', port: 9090 },
      { program: 'systemd', pid: 1, of: 'ssh.socket', port: 9090 },
      { program: 'dropbear', of: 'dropbear.service', port: 2222 },
      { program: 'gate', port: 22 },
    ])
      assert.match(remedy(over), /Do not stop \S+: promha reaches mon-a through it\.$/, JSON.stringify(over))
    assert.match(remedy({ program: 'gate', of: 'gate.service' }, 9090), /Do not stop gate\.service/)
    assert.match(remedy({ port: 22, protocol: 'udp' }), /kill 5/)
  })

  it('is not freed of what the host cannot do without', () => {
    for (const over of [
      { program: 'systemd-resolve', of: 'systemd-resolved.service' },
      { program: 'systemd-network' },
      { program: 'dbus-daemon', of: 'dbus.service' },
      { program: 'systemd', pid: 1, of: 'dbus.socket' },
      { program: 'NetworkManager', of: 'NetworkManager.service' },
      { program: 'init', pid: 1 },
    ])
      assert.match(remedy(over), /^Set [^,]+\. Do not stop \S+: mon-a needs it\.$/, JSON.stringify(over))
    // Not all that systemd brings: this one sends the journal to others.
    assert.match(
      remedy({ of: 'systemd-journal-gatewayd.socket', pid: 1, program: 'systemd' }),
      /disable --now/,
    )
  })
})

describe('the key of a port that is taken', () => {
  const written = `${head}cells:
  eu:
    alertmanager: { hosts: [mon-a], config: am.yml }
    exporters:
      node: { listen: "self:9100" }
      mine: { program: mine.sh, port: 9200 }
      yours: { program: mine.sh, port: 9201, listen: "self:9300" }
      second: { use: mine, listen: "self:9202" }
`
  const files = {
    'mine.sh': '#!/bin/sh\n',
    'am.yml': 'route: { receiver: a }\nreceivers: [{ name: a }]\n',
  }

  function planFor(component: string, port: number): InstancePlan {
    const { instance, ...plan } = planOf('mon-a', 'node_exporter')
    const service = { ...instance.service, unit: `${component}.service` }
    return { ...plan, instance: { ...instance, component, service, health: { ...instance.health, port } } }
  }

  function keyOf({ cells }: Inventory, component: string, port: number, asked = port) {
    const held = { ...holder, unit: `${component}.service`, port }
    const [problem] = portProblems(host, { holders: [held] }, [planFor(component, asked)], cells)
    const { source, remedy = '' } = problem ?? {}
    return [/^Set another (\S+) in/.exec(remedy)?.[1], source?.line, source?.column]
  }

  it('is the one that the entry has, at its line', async () => {
    const { inventory, problems } = await read(written, files)
    if (!inventory) assert.fail(problems.map(({ summary }) => summary).join('\n'))
    assert.deepEqual(keyOf(inventory, 'mine_exporter', 9200), ['`port:`', 10, 33])
    assert.deepEqual(keyOf(inventory, 'yours_exporter', 9300), ['`listen:`', 11, 46])
    assert.deepEqual(keyOf(inventory, 'second_exporter', 9202), ['`listen:`', 12, 28])
    assert.deepEqual(keyOf(inventory, 'node_exporter', 9100), ['`listen:`', 9, 15])
    const own = (component: string, port: number) =>
      ownPortKey(planFor(component, port).instance, inventory.cells)
    assert.deepEqual([own('mine_exporter', 9200), own('yours_exporter', 9300)], ['port', 'listen'])
    assert.equal(own('node_exporter', 9100), undefined)
    // The port of its cluster has another key.
    assert.deepEqual(keyOf(inventory, 'alertmanager', 9094, 9093), ['port', 7, 5])
  })
})
