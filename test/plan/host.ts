/** A host in memory: what the probe would see of it, before and after a plan is carried out. */

import type { InstancePlan } from '../../src/plan/model.ts'
import { ownedAfter } from '../../src/plan/owned/owned.ts'
import { fingerprints } from '../../src/plan/service.ts'
import { contentHash, sha256 } from '../../src/resource/hash.ts'
import { unitFile } from '../../src/resource/kind/unit.ts'
import type { Instance, ReleasedResource } from '../../src/resource/model.ts'
import type { Observed, Owned, PathFacts, StateRecord } from '../../src/resource/observed.ts'

export const hash = (program: ReleasedResource) => sha256(`${program.path} ${program.version}`)

export const prometheus: Instance = {
  cell: 'eu',
  host: 'mon-a',
  component: 'prometheus',
  oneByOne: true,
  checks: [],
  health: { address: '127.0.0.1', port: 9090, readyPath: '/-/ready', loaded: 'prometheus' },
  service: { kind: 'service', unit: 'prometheus.service', ports: [{ protocol: 'tcp', port: 9090 }] },
  resources: [
    { kind: 'user', name: 'prometheus', home: '/var/lib/prometheus' },
    { kind: 'directory', path: '/etc/prometheus', owner: 'root', group: 'prometheus', mode: 0o750 },
    {
      kind: 'directory',
      path: '/var/lib/prometheus',
      owner: 'prometheus',
      group: 'prometheus',
      mode: 0o750,
      data: true,
    },
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

export const blank: Observed = {
  addresses: [],
  machine: 'x86_64',
  systemd: true,
  root: true,
  users: new Set(),
  paths: new Map(),
  hashes: new Map(),
  unremembered: new Set(),
  packages: { installed: new Map(), ours: new Set() },
  units: new Map(),
  records: new Map(),
  groups: new Set(),
  damaged: [],
  unfinished: [],
}

export const path = (type: PathFacts['type'], mode: number, owner: string, group: string): PathFacts => ({
  ...{ type, mode, owner, group, size: 3, mtime: 100 },
  identity: '3 100.000000000 100.000000000 7',
})

/** The host with all that the instance wants, owned by nobody, and its service started at 200 s. */
export function built(instance: Instance, on: Observed = blank): Observed {
  const [users, groups] = [new Set(on.users), new Set(on.groups)]
  const installed = new Map(on.packages.installed)
  const paths = new Map(on.paths)
  const hashes = new Map(on.hashes)
  for (const resource of instance.resources) {
    if (resource.kind === 'user') {
      users.add(resource.name)
      groups.add(resource.name)
    }
    if (resource.kind === 'package') installed.set(resource.name, '1')
    if (resource.kind === 'directory')
      paths.set(resource.path, path('directory', resource.mode, resource.owner, resource.group))
    if (resource.kind === 'program') {
      paths.set(resource.path, path('file', resource.mode, 'root', 'root'))
      hashes.set(resource.path, hash(resource))
    }
    if (resource.kind === 'file' || resource.kind === 'unit') {
      const file = resource.kind === 'unit' ? unitFile(resource) : resource
      paths.set(file.path, path('file', file.mode, file.owner, file.group))
      hashes.set(file.path, contentHash(file.content))
    }
  }
  const running = { load: 'loaded', active: 'active', enabled: true, activeFor: 60, since: 200 }
  const units = new Map([...on.units, [instance.service.unit, { ...running, needsDaemonReload: false }]])
  return { ...on, users, groups, packages: { ...on.packages, installed }, paths, hashes, units }
}

export function stampOf(instance: Instance, owned: readonly Owned[]): StateRecord {
  return {
    ...fingerprints(instance, hash),
    ...{ time: 300, run: '300000-x', generation: 1, cell: instance.cell, version: '3.5.0' },
    ...{ unit: instance.service.unit, health: instance.health, owned },
  }
}

/** What the probe would see once the plan was carried out and confirmed. */
export function carriedOut(plan: InstancePlan, on: Observed): Observed {
  const { instance, component, removed } = plan
  const owned = ownedAfter(plan, on)
  const stamps = new Map(on.records)
  if (owned.length > 0 || !instance.retired) stamps.set(component, stampOf(instance, owned))
  else stamps.delete(component)
  const gone = new Set(removed.map(({ name }) => name))
  const left: Observed = {
    ...on,
    records: stamps,
    users: new Set([...on.users].filter(name => !gone.has(name))),
    paths: new Map([...on.paths].filter(([name]) => !gone.has(name))),
    hashes: new Map([...on.hashes].filter(([name]) => !gone.has(name))),
  }
  if (!instance.retired) return built(instance, left)
  const units = new Map([...on.units].filter(([name]) => name !== instance.service.unit))
  return { ...left, units }
}
