import assert from 'node:assert/strict'
import { parse } from 'yaml'
import { blackboxInstances } from '../../../roles/blackbox_exporter/role.ts'
import { pushgatewayInstances } from '../../../roles/pushgateway/role.ts'
import { bundleFiles } from '../../../src/plan/bundle.ts'
import { removedFrom } from '../../../src/plan/owned/owned.ts'
import { retiredInstance } from '../../../src/plan/owned/retire.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Instance, Resource } from '../../../src/resource/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { blank, carriedOut, hash } from '../../plan/host.ts'
import { blackboxSettings, memberAt, pushgatewaySettings, withExporters } from '../../topology/exporters.ts'
import { inventory, labCell } from '../../topology/sample.ts'

const lab = withExporters(buildTopology(inventory([labCell()])).cells[0] ?? assert.fail())
const debian = (version: string) => () => ({ kind: 'debian', version }) as const
const gateways = (rest: Parameters<typeof pushgatewaySettings>[0] = {}, cell = lab) =>
  pushgatewayInstances(cell, labCell({ pushgateway: pushgatewaySettings(rest) }), debian('1.11.2'))
const probers = (rest: Parameters<typeof blackboxSettings>[0] = {}, cell = lab) =>
  blackboxInstances(cell, labCell({ blackbox: blackboxSettings(rest) }), debian('0.28.0'))
const all = [...gateways(), ...probers()]

function first(instances: readonly Instance[]): Instance {
  return instances[0] ?? assert.fail()
}

function found<K extends Resource['kind']>(kind: K, { resources }: Instance): Extract<Resource, { kind: K }> {
  const one = resources.find((resource): resource is Extract<Resource, { kind: K }> => resource.kind === kind)
  assert.ok(one, kind)
  return one
}

function unitOf(instance: Instance): string {
  const { content } = found('unit', instance)
  assert.ok(typeof content === 'string')
  return content
}

describe('the roles of what is active on one of two hosts', () => {
  it('make the same of both hosts, to be changed one by one', () => {
    for (const [a, b] of [gateways(), probers()]) {
      assert.deepEqual({ ...a, host: 'mon-b' }, b)
      assert.equal(a?.oneByOne, true)
    }
  })

  it('put nothing in a place from which promha would not dare to take it again', () => {
    for (const one of all) {
      const there = carriedOut(planInstance(one, blank, hash), blank)
      const stamp = there.records.get(one.component) ?? assert.fail()
      const retired = { ...retiredInstance(one.host, one.component, stamp), purges: true }
      assert.equal(removedFrom(retired, there).length, stamp.owned.length, one.component)
    }
  })

  it('run as users of their own, and may do no more than they need', () => {
    for (const one of all) {
      const { name } = found('user', one)
      const unit = unitOf(one)
      assert.match(unit, new RegExp(`^User=${name}$`, 'm'))
      assert.match(unit, /^ProtectSystem=strict$/m)
      assert.match(unit, /^NoNewPrivileges=true$/m)
    }
    assert.match(unitOf(first(gateways())), /^ReadWritePaths=\/var\/lib\/pushgateway$/m)
    assert.doesNotMatch(unitOf(first(gateways())), /CAP_/)
    // What is assigned later is added to the empty set.
    assert.match(
      unitOf(first(probers())),
      /CapabilityBoundingSet=\n[\s\S]*^CapabilityBoundingSet=CAP_NET_RAW$/m,
    )
    assert.match(unitOf(first(probers())), /^AmbientCapabilities=CAP_NET_RAW$/m)
  })

  it('have the program judge its command line and its config', () => {
    assert.deepEqual(
      all.filter(({ host }) => host === 'mon-a').map(({ checks }) => checks.map(check => check.args.at(-1))),
      [['--web.listen-address=:99999'], ['--web.listen-address=:99999', 'blackbox_exporter.yml']],
    )
    const one = first(probers())
    const check = one.checks[1] ?? assert.fail()
    assert.deepEqual(
      bundleFiles(one, check).map(({ name }) => name),
      ['blackbox_exporter.yml'],
    )
  })

  it('ask for health where the user’s flags put it', () => {
    const prefixed = {
      ...lab,
      pushgateways: [memberAt(9091, { pathPrefix: '/push' })('mon-a')],
      probers: [memberAt(9115, { pathPrefix: '/bb' })('mon-a')],
    }
    const local = { address: '127.0.0.1' }
    assert.deepEqual(
      [first(gateways({}, prefixed)).health, first(probers({}, prefixed)).health],
      [
        { ...local, port: 9091, readyPath: '/push/-/ready', loaded: 'none' },
        { ...local, port: 9115, readyPath: '/bb/-/healthy', loaded: 'blackbox' },
      ],
    )
  })
})

describe('pushgateway role', () => {
  it('keeps what was pushed, in a directory that is data', () => {
    const one = first(gateways())
    const { path, owner, mode, data } = found('directory', one)
    assert.deepEqual([path, owner, mode, data], ['/var/lib/pushgateway', 'pushgateway', 0o750, true])
    const unit = unitOf(one)
    assert.match(unit, /--web\.listen-address=0\.0\.0\.0:9091 /)
    assert.match(unit, /--persistence\.file=\/var\/lib\/pushgateway\/metrics /)
    assert.match(unit, /--persistence\.interval=10s$/m)
    // It ends by the signal that others reload by.
    assert.doesNotMatch(unit, /ExecReload/)
  })

  it('takes the user’s interval instead of its own', () => {
    const unit = unitOf(first(gateways({ flags: { 'persistence.interval': '1s' } })))
    assert.match(unit, /--persistence\.interval=1s$/m)
    assert.doesNotMatch(unit, /10s/)
  })
})

describe('blackbox_exporter role', () => {
  it('writes the modules as they are, for the service alone to read, and reloads for them', () => {
    const modules = { web: { prober: 'http', http: { basic_auth: { username: 'x', password: 'yes' } } } }
    const { path, content, owner, group, mode, effect } = found('file', first(probers({ modules })))
    assert.deepEqual(parse(String(content)), { modules })
    assert.deepEqual(
      { path, owner, group, mode, effect },
      {
        path: '/etc/blackbox_exporter.yml',
        owner: 'root',
        group: 'blackbox-exp',
        mode: 0o640,
        effect: 'reload',
      },
    )
    assert.match(unitOf(first(probers())), /ExecReload=\/bin\/sh -c 'kill -HUP \$\$MAINPID'/)
  })

  it('says where Ansible had its config that promha has it elsewhere', () => {
    const note = first(probers()).resources.find(
      resource => 'path' in resource && resource.path === '/etc/blackbox_exporter/blackbox_exporter.yml',
    )
    assert.ok(note?.kind === 'file' && note.effect === 'none')
    assert.match(
      String(note.content),
      /^# .*reads \/etc\/blackbox_exporter\.yml, and nothing reads this file\.\n$/,
    )
  })
})
