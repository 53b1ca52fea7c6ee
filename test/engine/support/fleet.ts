/** Three hosts without any machine: each answers promha's scripts as a healthy one would, and one may lie. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { releasedComponents } from '../../../roles/index.ts'
import { programFiles } from '../../../src/artifact/catalog.ts'
import { lockPath } from '../../../src/artifact/lock/lock-file.ts'
import { formatLock } from '../../../src/artifact/lock/lock-text.ts'
import type { RunRequest } from '../../../src/engine/api.ts'
import type { Event } from '../../../src/engine/event.ts'
import { prepare } from '../../../src/engine/prepare.ts'
import { select } from '../../../src/inventory/host/select.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { manifestEntry } from '../../../src/plan/owned/owned.ts'
import { contentHash } from '../../../src/resource/hash.ts'
import { type Instance, unitPath } from '../../../src/resource/model.ts'
import { renderRecord } from '../../../src/shell/record/record.ts'
import { readInventory } from '../../../src/site/read.ts'
import type { Connection } from '../../../src/ssh/connection.ts'
import { sha256 } from '../../artifact/support.ts'
import {
  type Answer,
  type FakeConnection,
  fakeConnection,
  type ScriptKind,
  type Sent,
} from '../../support/fake-connection.ts'

/** What the liar says instead of a healthy answer. */
export type Lie = (healthy: string, nonce: string, sent: Sent) => string | Answer | Promise<Answer>

/** What a program answers over HTTP; undefined: as a healthy one. */
type Program = (path: string) => string | number | undefined

export interface Liar {
  readonly host: string
  readonly kind?: ScriptKind
  readonly lie?: Lie
  /** What its programs answer, whatever they are asked. */
  readonly body?: string | Program
}

export interface Fleet {
  readonly inventory: Inventory
  readonly directory: string
  /** A request in which hosts may lie. `applied`: all runs there already, by an earlier run. */
  request(liars?: Liar | readonly Liar[], rest?: Partial<RunRequest>, applied?: boolean): Asked
  close(): Promise<void>
}

export interface Asked {
  readonly request: RunRequest
  /** What was emitted. */
  readonly events: Event[]
  /** What kinds of script each host got. */
  readonly asked: Map<string, ScriptKind[]>
  /** All scripts, in order. */
  readonly sent: { readonly host: string; readonly sent: Sent }[]
  readonly connections: Map<string, FakeConnection>
}

const text = `
promha: 1
hosts:
  mon-a: { address: 192.0.2.11 }
  mon-b: { address: 192.0.2.12 }
  app-c: { address: 192.0.2.13 }
cells:
  eu:
    prometheus: { replicas: { a: mon-a, b: mon-b } }
    exporters:
      node: { hosts: [all] }
`

export async function startFleet(inventoryText = text): Promise<Fleet> {
  const directory = await mkdtemp(join(tmpdir(), 'promha-fleet-'))
  const file = join(directory, 'inventory.yml')
  await writeFile(file, inventoryText)
  const lock = releasedComponents.map(component => ({
    component,
    version: '9.9.9',
    source: 'upstream',
    arch: 'amd64' as const,
    archives: [{ name: `${component}.tar.gz`, sha256: sha256(component) }],
    files: programFiles(component, 'upstream').map(({ path }) => ({ path, sha256: sha256(path), size: 1 })),
  }))
  const { inventory } = await readInventory(file)
  await writeFile(lockPath(inventory).path, formatLock(lock))
  const selection = select(inventory, {})
  const signal = new AbortController().signal
  const { instances, topology } = await prepare({ inventory, selection, emit: () => {}, signal })
  const targets = topology.cells.flatMap(cell =>
    cell.jobs.flatMap(job => job.targets.map(({ instance }) => ({ job: job.name, instance }))),
  )
  const healthy = await serve(path => answerOf(path, targets))
  const servers: Server[] = [healthy]
  return {
    inventory,
    directory,
    request(liars = [], rest = {}, applied = false) {
      const told: Pick<Asked, 'events' | 'asked' | 'sent' | 'connections'> = {
        ...{ events: [], asked: new Map(), sent: [], connections: new Map() },
      }
      const dial: RunRequest['dial'] = () => ({
        async connect(host): Promise<Connection> {
          const own = instances.filter(instance => instance.host === host.name)
          const lies = [liars].flat().filter(liar => liar.host === host.name)
          const body = lies.find(liar => liar.body !== undefined)?.body
          const server = body === undefined ? healthy : await serve(path => programOf(body, path, targets))
          servers.push(server)
          const open = connection(host.name, own, { server, lies, told, applied })
          told.connections.set(host.name, open)
          return open
        },
        async close() {},
      })
      const request: RunRequest = {
        inventory,
        selection: select(inventory, { only: ['node_exporter'] }),
        forks: 10,
        deep: false,
        allowOutage: false,
        order: { parallelCells: 1, keepGoing: true },
        lockTimeout: 0,
        command: 'apply',
        file,
        emit: event => void told.events.push(event),
        signal,
        dial,
        ...rest,
      }
      return { request, ...told }
    },
    async close() {
      for (const server of servers) server.close()
      await rm(directory, { recursive: true })
    },
  }
}

async function serve(answer: (path: string) => string | number): Promise<Server> {
  const server = createServer((request, response) => {
    const found = answer(request.url ?? '')
    if (typeof found === 'number') response.statusCode = found
    response.end(String(found))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return server
}

type Target = { readonly job: string; readonly instance: string }

function programOf(body: string | Program, path: string, targets: readonly Target[]): string | number {
  return typeof body === 'string' ? body : (body(path) ?? answerOf(path, targets))
}

/** A Prometheus that sees all its targets up, a moment after it was asked. */
function answerOf(path: string, targets: readonly Target[]): string {
  const now = Date.now() + 1000
  if (path.startsWith('/api/v1/targets'))
    return JSON.stringify({
      data: {
        activeTargets: targets.map(({ job, instance }) => ({
          discoveredLabels: {},
          labels: { instance, job },
          scrapePool: job,
          scrapeUrl: `http://${instance}/metrics`,
          lastError: '',
          health: 'up',
          lastScrape: new Date(now).toISOString(),
          lastScrapeDuration: 0.1,
          scrapeInterval: '15s',
        })),
      },
    })
  if (path.startsWith('/api/v1/status/runtimeinfo'))
    return JSON.stringify({ data: { reloadConfigSuccess: true, lastConfigTime: '2099-01-01T00:00:00Z' } })
  if (path === '/api/v1/alertmanagers') return JSON.stringify({ data: { activeAlertmanagers: [] } })
  if (path.startsWith('/api/v1/query?query=time()'))
    return JSON.stringify({ data: { result: [(now - 2000) / 1000, '1'] } })
  return 'ok'
}

interface Place {
  readonly server: Server
  readonly lies: readonly Liar[]
  readonly told: Pick<Asked, 'asked' | 'sent'>
  readonly applied: boolean
}

function connection(
  host: string,
  instances: readonly Instance[],
  { server, lies, told, applied }: Place,
): FakeConnection {
  const running = new Set(applied ? instances.map(({ service }) => service.unit) : [])
  return fakeConnection(
    host,
    async sent => {
      told.asked.set(host, [...(told.asked.get(host) ?? []), sent.kind])
      told.sent.push({ host, sent })
      const healthy = healthyAnswer(sent, instances, running, applied)
      const lie = lies.find(({ kind }) => kind === sent.kind)?.lie
      const said = lie ? await lie(healthy, sent.mark, sent) : healthy
      return typeof said === 'string' ? { stdout: said } : said
    },
    server,
  )
}

function healthyAnswer(
  { kind, mark: nonce, script }: Sent,
  instances: readonly Instance[],
  running: Set<string>,
  applied: boolean,
): string {
  const sections = (...parts: readonly string[]) => parts.map(part => `${nonce} ${part}\n`).join('')
  switch (kind) {
    case 'probe':
      return probeOf(nonce, instances, running, applied)
    case 'preflight':
      return sections('ports', 'room', 'end')
    case 'lock':
      return sections('taken', 'end')
    case 'recover':
      return sections('settled', 'end')
    case 'change':
      for (const { service } of instances) if (script.includes(service.unit)) running.add(service.unit)
      return sections('lock', 'guard', `clock\n${Math.floor(Date.now() / 1000)}`, 'start', 'end')
    case 'confirm':
      return sections('confirmed', 'end')
    case 'undo':
      return sections('gone', 'end')
    case 'cleanup':
      return sections('data', 'end')
    case 'diagnosis':
      return sections('state\nActiveState=active\nNRestarts=0', 'journal', 'end')
    case 'host':
      return sections(
        'addresses',
        'moving',
        'keepalived',
        'tables\npromha missing\nkeepalived missing\nhaproxy missing',
        'firewalls',
        'end',
      )
    default:
      return ''
  }
}

/** All is there as it is wanted, but no service runs that was not started yet. */
function probeOf(
  nonce: string,
  instances: readonly Instance[],
  running: ReadonlySet<string>,
  applied: boolean,
): string {
  const resources = instances.flatMap(instance => instance.resources)
  const users: string[] = []
  const paths: string[] = []
  const hashes: string[] = []
  const programs: string[] = []
  const units: string[] = []
  const stat = (type: string, mode: number, owner: string, group: string, path: string) =>
    paths.push(`${type}|${mode.toString(8)}|${owner}|${group}|1|1.0|1 1.0 1.0 7 ${path}`)
  for (const resource of resources) {
    if (resource.kind === 'user') users.push(`${resource.name}:x:1:1::/:/bin/false`)
    if (resource.kind === 'directory') {
      const { mode, owner, group, path } = resource
      stat('directory', mode, owner, group, `${path}/.`)
    }
    if (resource.kind === 'program') {
      stat('regular file', resource.mode, 'root', 'root', resource.path)
      programs.push(`${sha256(resource.path)} remembered ${resource.path}`)
    }
    if (resource.kind === 'file') {
      stat('regular file', resource.mode, resource.owner, resource.group, resource.path)
      hashes.push(`${contentHash(resource.content)}  ${resource.path}`)
    }
    if (resource.kind === 'unit') {
      stat('regular file', 0o644, 'root', 'root', unitPath(resource.name))
      hashes.push(`${contentHash(resource.content)}  ${unitPath(resource.name)}`)
    }
    if (resource.kind === 'service') {
      const active = running.has(resource.unit) ? 'active' : 'inactive'
      units.push(
        `Id=${resource.unit}\nLoadState=loaded\nActiveState=${active}\nActiveEnterTimestampMonotonic=1\nUnitFileState=enabled\nNeedDaemonReload=no`,
      )
    }
  }
  const section = (name: string, lines: readonly string[]) => [`${nonce} ${name}`, ...lines]
  return `${[
    ...section('host', ['x86_64', 'root', '100000.0', '1700000000.0', 'systemd']),
    ...section('users', users),
    ...section('paths', paths),
    ...section('hashes', hashes),
    ...section('programs', programs),
    ...section('units', units),
    ...section('records', applied ? instances.flatMap(stampOf) : []),
    ...section('unfinished', []),
    ...section('addresses', []),
    ...section('end', []),
  ].join('\n')}\n`
}

/** As it lies on the host behind its file's path. */
function stampOf(instance: Instance): readonly string[] {
  const { component, cell, health, service } = instance
  const owned = instance.resources.flatMap(resource => {
    const entry = manifestEntry(resource)
    return entry ? [{ ...entry, found: false }] : []
  })
  const record = renderRecord({
    ...{
      restart: 'r',
      reload: 'l',
      all: 'a',
      time: 1_700_000_000,
      run: '1700000000000-earlier',
      generation: 2,
    },
    ...{ cell, version: '9.9.9', unit: service.unit, health, owned },
  })
  return record
    .trimEnd()
    .split('\n')
    .map(line => `/var/lib/promha/state/${component}:${line}`)
}
