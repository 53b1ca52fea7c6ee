import assert from 'node:assert/strict'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { instanceFrom } from '../../../src/plan/owned/generation.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import { fingerprints } from '../../../src/plan/service.ts'
import { sha256 } from '../../../src/resource/hash.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { renderGeneration } from '../../../src/shell/record/generation.ts'
import { renderPorts } from '../../../src/shell/record/ports.ts'
import { recordHeader } from '../../../src/shell/record/record.ts'
import { orderOf } from '../../../src/topology/order.ts'

const health = { address: '127.0.0.1', port: 9090, readyPath: '/x/-/ready', loaded: 'prometheus' } as const
const service = {
  kind: 'service',
  unit: 'prometheus.service',
  ports: [{ protocol: 'tcp', port: 9090 }],
} as const
const ofGroup = { owner: 'root', group: 'prometheus', mode: 0o640 } as const
const instance: Instance = {
  ...{ cell: 'eu', host: 'mon-a', component: 'prometheus', ...orderOf('prometheus'), health, service },
  checks: [{ program: '/usr/local/bin/promtool', root: '/etc/prometheus', args: ['check'] }],
  resources: [
    { kind: 'user', name: 'prometheus', home: '/var/lib/prometheus' },
    {
      ...{ kind: 'program', component: 'prometheus', version: '3.5.0', path: '/usr/local/bin/prometheus' },
      ...{ mode: 0o755, effect: 'restart' },
    },
    { kind: 'directory', path: '/etc/prometheus', ...ofGroup, mode: 0o750 },
    {
      kind: 'file',
      path: '/etc/prometheus/ca.pem',
      content: 'key',
      ...ofGroup,
      effect: 'none',
      concealed: true,
    },
    { kind: 'file', path: '/etc/prometheus/prometheus.yml', content: 'config', ...ofGroup, effect: 'reload' },
    { kind: 'directory', path: '/var/lib/prometheus', ...ofGroup, mode: 0o750, data: true },
    { kind: 'unit', name: 'prometheus.service', content: '[Unit]' },
    service,
  ],
}
const hash = () => 'f'.repeat(64)
const header = recordHeader({
  ...{ restart: 'r', reload: 'l', all: 'a', time: 1, run: '1700000000000-n', generation: 7, cell: 'eu' },
  ...{ version: '3.5.0', unit: 'prometheus.service', health, owned: [] },
})

describe('a generation', () => {
  const back = instanceFrom('mon-a', 'prometheus', renderGeneration(header, instance.resources, hash))

  it('asks for the very state that it was made from', () => {
    const never = () => assert.fail('its programs are its own')
    const storedHash = (program: { readonly stored?: string }) => program.stored ?? never()
    assert.deepEqual(fingerprints(back, storedHash), fingerprints(instance, hash))
  })

  it('names contents by their hashes and holds none', () => {
    const listing = renderGeneration(header, instance.resources, hash)
    assert.ok(!listing.includes('config\n') && !listing.includes('[Unit]') && !listing.includes(' key'))
    const contents = back.resources.flatMap(resource =>
      resource.kind === 'file' || resource.kind === 'unit' ? [resource.content] : [],
    )
    assert.deepEqual(
      contents,
      ['key', 'config', '[Unit]'].map(text => ({ stored: sha256(text) })),
    )
    const program = back.resources.find(resource => resource.kind === 'program')
    assert.equal(program?.stored, hash())
    assert.equal(program?.version, '3.5.0')
  })

  it('is an instance that can be changed to, gated and confirmed as what it was', () => {
    const { cell, host, component, oneByOne, checks, service, health } = back
    assert.deepEqual(
      { cell, host, component, oneByOne, checks, service, health },
      {
        ...{ cell: 'eu', host: 'mon-a', component: 'prometheus', ...orderOf('prometheus'), checks: [] },
        ...{ service: instance.service, health: instance.health },
      },
    )
    assert.deepEqual(back.back, { generation: 7, run: '1700000000000-n' })
  })

  it('listens where it listened, as far as its listing says', () => {
    const ports = [{ protocol: 'tcp', port: 9090, addresses: ['192.0.2.11', '127.0.0.1'] }] as const
    const stamped = header.replace(' health=', ` ports=${renderPorts(ports)} health=`)
    const listing = renderGeneration(stamped, instance.resources, hash)
    assert.deepEqual(instanceFrom('mon-a', 'prometheus', listing).service.ports, ports)
  })

  it('has the programs of a component that this promha does not know', () => {
    const programs = (component: string) =>
      instanceFrom('mon-a', component, renderGeneration(header, instance.resources, hash)).resources.filter(
        ({ kind }) => kind === 'program',
      )
    assert.equal(programs('sql_exporter').length, 1)
    assert.throws(() => programs('keepalived'), ProblemError)
  })

  it('keeps what is concealed so, and what is data', () => {
    const concealed = back.resources.filter(resource => resource.kind === 'file' && resource.concealed)
    assert.deepEqual(concealed.length, 1)
    const data = back.resources.filter(resource => resource.kind === 'directory' && resource.data)
    assert.deepEqual(data.length, 1)
  })

  it('takes away what a later one has put there', () => {
    const later = { kind: 'file', name: '/etc/prometheus/rules/later.yml', found: false } as const
    const observed = {
      ...{
        addresses: [],
        machine: 'x86_64',
        systemd: true,
        root: true,
        users: new Set<string>(),
        paths: new Map(),
      },
      ...{
        hashes: new Map(),
        unremembered: new Set<string>(),
        packages: { installed: new Map(), ours: new Set<string>() },
        units: new Map(),
        groups: new Set<string>(),
        damaged: [],
        unfinished: [],
      },
      records: new Map([
        [
          'prometheus' as const,
          {
            ...{ restart: 'x', reload: 'x', all: 'x', time: 2, run: '1700000000001-n', generation: 8 },
            ...{ cell: 'eu', version: '3.5.0', unit: 'prometheus.service', owned: [later] },
          },
        ],
      ]),
    }
    assert.deepEqual(planInstance(back, observed, hash).removed, [later])
  })

  it('that cannot be read says where it lies and what else to do', () => {
    for (const text of ['', 'half', header.replace(/ health=.*/, '')])
      assert.throws(
        () => instanceFrom('mon-a', 'prometheus', text),
        (thrown: unknown) => {
          assert.ok(thrown instanceof ProblemError)
          const [problem] = thrown.problems
          assert.equal(problem?.host, 'mon-a')
          assert.match(problem?.detail ?? '', /generations\/prometheus/)
          assert.ok(problem?.remedy)
          return true
        },
      )
  })
})
