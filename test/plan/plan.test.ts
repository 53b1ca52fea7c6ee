import assert from 'node:assert/strict'
import { planInstance } from '../../src/plan/plan.ts'
import { fingerprints } from '../../src/plan/service.ts'
import { sha256 } from '../../src/resource/hash.ts'
import type { Instance } from '../../src/resource/model.ts'
import type { Observed, PathFacts } from '../../src/resource/observed.ts'

const instance: Instance = {
  cell: 'eu',
  host: 'mon-a',
  component: 'prometheus',
  wave: 2,
  oneByOne: true,
  checks: [],
  health: { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' },
  service: { kind: 'service', unit: 'prometheus.service', ports: [{ protocol: 'tcp', port: 9090 }] },
  resources: [
    { kind: 'user', name: 'prometheus', home: '/var/lib/prometheus' },
    { kind: 'directory', path: '/etc/prometheus', owner: 'root', group: 'prometheus', mode: 0o750 },
    {
      kind: 'program',
      component: 'prometheus',
      version: '3.5.0',
      path: '/usr/local/bin/prometheus',
      mode: 0o755,
      effect: 'restart',
    },
    {
      kind: 'file',
      path: '/etc/prometheus/prometheus.yml',
      content: 'new',
      owner: 'root',
      group: 'prometheus',
      mode: 0o640,
      effect: 'reload',
    },
    {
      kind: 'file',
      path: '/etc/prometheus/file_sd/x.yml',
      content: 'sd',
      owner: 'root',
      group: 'prometheus',
      mode: 0o640,
      effect: 'none',
    },
    { kind: 'unit', name: 'prometheus.service', content: '[Unit]' },
    { kind: 'service', unit: 'prometheus.service', ports: [] },
  ],
}
const hash = () => 'f'.repeat(64)
const wanted = fingerprints(instance, hash)

function path(type: PathFacts['type'], mode: number, group: string): PathFacts {
  return { type, mode, owner: 'root', group, size: 3, mtime: 1, identity: '' }
}

/** A host on which all is as desired. */
const converged: Observed = {
  machine: 'x86_64',
  systemd: true,
  root: true,
  users: new Set(['prometheus']),
  paths: new Map([
    ['/etc/prometheus', path('directory', 0o750, 'prometheus')],
    ['/usr/local/bin/prometheus', path('file', 0o755, 'root')],
    ['/etc/prometheus/prometheus.yml', path('file', 0o640, 'prometheus')],
    ['/etc/prometheus/file_sd/x.yml', path('file', 0o640, 'prometheus')],
    ['/etc/systemd/system/prometheus.service', path('file', 0o644, 'root')],
  ]),
  hashes: new Map([
    ['/usr/local/bin/prometheus', hash()],
    ['/etc/prometheus/prometheus.yml', sha256('new')],
    ['/etc/prometheus/file_sd/x.yml', sha256('sd')],
    ['/etc/systemd/system/prometheus.service', sha256('[Unit]')],
  ]),
  unremembered: new Set(),
  units: new Map([
    [
      'prometheus.service',
      { load: 'loaded', active: 'active', enabled: true, activeFor: 60, needsDaemonReload: false },
    ],
  ]),
  stamps: new Map([['prometheus', { ...wanted, time: 1 }]]),
}

const blank: Observed = {
  ...converged,
  users: new Set(),
  paths: new Map(),
  hashes: new Map(),
  units: new Map(),
  stamps: new Map(),
}

function changes(observed: Observed): string[] {
  return planInstance(instance, observed, hash).changes.map(change => `${change.action} ${change.resource}`)
}

function withHash(name: string, value: string): Observed {
  return { ...converged, hashes: new Map([...converged.hashes, [name, value]]) }
}

describe('plan', () => {
  it('is empty where all is as desired', () => {
    assert.deepEqual(changes(converged), [])
  })

  it('creates everything on a blank host, and starts it', () => {
    assert.deepEqual(changes(blank), [
      'create user:prometheus',
      'create directory:/etc/prometheus',
      'create program:/usr/local/bin/prometheus',
      'create file:/etc/prometheus/prometheus.yml',
      'create file:/etc/prometheus/file_sd/x.yml',
      'create unit:prometheus.service',
      'enable service:prometheus.service',
      'start service:prometheus.service',
    ])
  })

  const cases: [string, Observed, string[]][] = [
    [
      'reloads for a changed config',
      withHash('/etc/prometheus/prometheus.yml', 'x'),
      ['update file:/etc/prometheus/prometheus.yml', 'reload service:prometheus.service'],
    ],
    [
      'touches no service for a watched file',
      withHash('/etc/prometheus/file_sd/x.yml', 'x'),
      ['update file:/etc/prometheus/file_sd/x.yml'],
    ],
    [
      'restarts for a changed unit',
      withHash('/etc/systemd/system/prometheus.service', 'x'),
      ['update unit:prometheus.service', 'restart service:prometheus.service'],
    ],
    [
      'restarts for a changed program',
      withHash('/usr/local/bin/prometheus', 'x'),
      ['update program:/usr/local/bin/prometheus', 'restart service:prometheus.service'],
    ],
    [
      'restarts where an interrupted run left the new program unconfirmed',
      { ...converged, stamps: new Map([['prometheus', { ...wanted, restart: 'old', time: 1 }]]) },
      ['restart service:prometheus.service'],
    ],
    [
      'reloads where an interrupted run left the new config unconfirmed',
      { ...converged, stamps: new Map([['prometheus', { ...wanted, reload: 'old', time: 1 }]]) },
      ['reload service:prometheus.service'],
    ],
    [
      'puts a mode right without a reload',
      {
        ...converged,
        paths: new Map([
          ...converged.paths,
          ['/etc/prometheus/prometheus.yml', path('file', 0o644, 'prometheus')],
        ]),
      },
      ['update file:/etc/prometheus/prometheus.yml'],
    ],
    [
      'starts what was stopped',
      {
        ...converged,
        units: new Map([
          [
            'prometheus.service',
            { load: 'loaded', active: 'failed', enabled: true, activeFor: null, needsDaemonReload: false },
          ],
        ]),
      },
      ['start service:prometheus.service'],
    ],
    [
      'replaces a link by the file',
      {
        ...converged,
        paths: new Map([...converged.paths, ['/etc/prometheus/prometheus.yml', path('link', 0o777, 'root')]]),
      },
      ['update file:/etc/prometheus/prometheus.yml', 'reload service:prometheus.service'],
    ],
  ]
  for (const [name, observed, expected] of cases)
    it(name, () => assert.deepEqual(changes(observed), expected))

  it('gives each change a reason', () => {
    for (const [, observed] of cases) {
      for (const change of planInstance(instance, observed, hash).changes) assert.notEqual(change.reason, '')
    }
  })
})
