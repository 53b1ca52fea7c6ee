/** What the checks on a host refuse, at its place in the inventory. */
import assert from 'node:assert/strict'
import { buildInstances } from '../../../roles/instances.ts'
import { judgedBundle } from '../../../src/check/judged.ts'
import { stepProblems } from '../../../src/engine/rollout/step-problem.ts'
import type { Component } from '../../../src/inventory/model.ts'
import { checkStep } from '../../../src/shell/change/change.ts'
import type { ChangeRequest } from '../../../src/shell/change/request.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { head, read } from '../../inventory/harness.ts'

const text = `${head}cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      alertmanagers: []
      rule_files: [a.yml]
      scrape_configs:
        - job_name: x
          authorization: { credentials_file: /etc/prometheus/none }
    pushgateway:
      active: mon-a
      passive: mon-b
      failover: { vip: 198.18.0.100/24, interface: eth9, vrid: 51 }
    blackbox:
      hosts: [mon-a, mon-b]
      failover: { haproxy: { port: 9215 } }
      modules: {}
    loadbalancer:
      hosts: [mon-a, mon-b]
      vip: 198.18.0.101/24
      port: 9191
`

async function placesOf(
  component: Component,
  message: (config: string) => string,
): Promise<readonly unknown[]> {
  const { inventory = assert.fail() } = await read(text, { 'a.yml': 'groups: []\n' })
  const instance =
    buildInstances(inventory, buildTopology(inventory), () => '3.5.0').find(
      one => one.component === component,
    ) ?? assert.fail()
  const index = instance.checks.findIndex(({ flags }) => flags === undefined)
  const check = instance.checks[index] ?? assert.fail()
  const judged = judgedBundle(instance, check, inventory)
  const config = judged.files.find(({ name }) => /\.(cfg|conf|yml)$/.test(name) && !name.includes('/'))
  const request = { component, unit: 'x.service', checks: instance.checks } as unknown as ChangeRequest
  const said = message(String(config?.content)).split('\n')
  const problems = await stepProblems(request, 'mon-a', {
    ...{ step: `${checkStep}${index}`, lines: said, stderr: '' },
    judged: () => judged,
  })
  return problems.map(({ source, host, remedy }) => {
    assert.equal(host, 'mon-a')
    assert.ok(remedy)
    return `${source?.line}:${source?.column}`
  })
}

/** The line of the config, from 1, as the check of keepalived sees it: without the scripts. */
function lineOf(config: string, after: string, key: string): number {
  const lines = config
    .replace(/^vrrp_script [\s\S]*?\n}\n/gm, '')
    .replace(/^ *track_script [\s\S]*?\n *}\n/gm, '')
    .replace(/^ *(script_user|enable_script_security).*\n/gm, '')
    .split('\n')
  const from = lines.findIndex(line => line.startsWith(after))
  return lines.findIndex((line, at) => at >= from && line.trim().startsWith(key)) + 1
}

describe('what a check on a host refuses', () => {
  it('of keepalived is told at the key that it comes from', async () => {
    for (const [block, key, said, place] of [
      ['vrrp_instance pushgateway', 'virtual_router_id', "number '300' outside range [1, 255]", '17:58'],
      ['vrrp_instance pushgateway', 'interface', 'unknown interface eth9', '17:41'],
      ['vrrp_instance loadbalancer', 'virtual_ipaddress', 'invalid ip address', '24:7'],
    ] as const) {
      const places = await placesOf(
        'keepalived',
        config => `(keepalived.conf.filled.test: Line ${lineOf(config, block, key)}) ${said}`,
      )
      assert.deepEqual(places, [place], said)
    }
  })

  it('of an address or an interface is told at its key', async () => {
    assert.deepEqual(await placesOf('keepalived', () => 'there is no interface eth9 on this host'), ['17:41'])
    assert.deepEqual(
      await placesOf('keepalived', () => '198.18.0.101 lies in no network of this host: give it another'),
      ['24:7'],
    )
  })

  it('of haproxy is told at the port or the address that it binds', async () => {
    const at = (config: string, block: string) => {
      const lines = config.split('\n')
      const from = lines.indexOf(`listen ${block}`)
      return lines.findIndex((line, index) => index > from && line.trim().startsWith('bind')) + 1
    }
    const said = (block: string) => (config: string) =>
      `[ALERT]    (12) : config : parsing [haproxy.cfg:${at(config, block)}] : 'bind' : invalid address\n[ALERT]    (12) : config : Fatal errors found in configuration.`
    assert.deepEqual(await placesOf('haproxy', said('prometheus')), ['25:7'])
  })

  it('of promtool is told in the user’s own text', async () => {
    const said = (config: string) =>
      `  FAILED: error checking authorization credentials or bearer token file "/etc/prometheus/none": stat /etc/prometheus/none: no such file or directory${config === '' ? '!' : ''}`
    assert.deepEqual(await placesOf('prometheus', said), ['13:28'])
  })
})
