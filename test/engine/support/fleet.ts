/** Three hosts without any machine: each answers promha's scripts as a healthy one would, and one may lie. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { releasedComponents } from '../../../roles/index.ts'
import { programFiles } from '../../../src/artifact/catalog.ts'
import { lockPath } from '../../../src/artifact/lock-file.ts'
import { formatLock } from '../../../src/artifact/lock-text.ts'
import type { RunRequest } from '../../../src/engine/api.ts'
import type { Event } from '../../../src/engine/event.ts'
import { prepare } from '../../../src/engine/prepare.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { select } from '../../../src/inventory/select.ts'
import { manifestEntry } from '../../../src/plan/owned.ts'
import { contentHash } from '../../../src/resource/hash.ts'
import { type Instance, unitPath } from '../../../src/resource/model.ts'
import { renderRecord } from '../../../src/shell/record.ts'
import { readInventory } from '../../../src/site/read.ts'
import type { RunRequest as Command, Connection, RunResult } from '../../../src/ssh/connection.ts'
import { sha256 } from '../../artifact/support.ts'

/** What a script asks for, by what it holds. */
export const questions = [
  'probe',
  'preflight',
  'lock',
  'settle',
  'change',
  'confirm',
  'undo',
  'traces',
] as const
export type QuestionKind = (typeof questions)[number] | 'diagnosis' | 'host' | 'other'

/** What the liar says instead of a healthy answer. */
export type Lie = (healthy: string, nonce: string) => string

export interface Liar {
  readonly host: string
  readonly kind?: QuestionKind
  readonly lie?: Lie
  /** What its programs answer over HTTP, whatever they are asked. */
  readonly body?: string
}

export interface Fleet {
  readonly inventory: Inventory
  readonly directory: string
  /** A request in which one host may lie; `events` collects what is emitted, `asked` what kinds of question each host got. `applied`: all runs
   * there already, by an earlier run. */
  request(liar?: Liar, rest?: Partial<RunRequest>, applied?: boolean): Asked
  close(): Promise<void>
}

export interface Asked {
  readonly request: RunRequest
  readonly events: Event[]
  readonly asked: Map<string, QuestionKind[]>
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
    request(liar, rest = {}, applied = false) {
      const events: Event[] = []
      const asked = new Map<string, QuestionKind[]>()
      const lying = liar?.body === undefined ? Promise.resolve(healthy) : serve(() => liar.body ?? '')
      void lying.then(server => servers.push(server))
      const dial: RunRequest['dial'] = () => ({
        async connect(host): Promise<Connection> {
          const own = instances.filter(instance => instance.host === host.name)
          const lies = liar?.host === host.name ? liar : undefined
          const server = await (lies ? lying : Promise.resolve(healthy))
          return connection(host.name, own, server, lies, asked, applied)
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
        emit: event => void events.push(event),
        signal,
        dial,
        ...rest,
      }
      return { request, events, asked }
    },
    async close() {
      for (const server of servers) server.close()
      await rm(directory, { recursive: true })
    },
  }
}

async function serve(answer: (path: string) => string): Promise<Server> {
  const server = createServer((request, response) => response.end(answer(request.url ?? '')))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  return server
}

/** A Prometheus that sees all its targets up, a moment after it was asked. */
function answerOf(path: string, targets: readonly { job: string; instance: string }[]): string {
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
  if (path.startsWith('/api/v1/query?query=time()'))
    return JSON.stringify({ data: { result: [(now - 2000) / 1000, '1'] } })
  return 'ok'
}

function connection(
  host: string,
  instances: readonly Instance[],
  server: Server,
  liar: Liar | undefined,
  asked: Map<string, QuestionKind[]>,
  applied: boolean,
): Connection {
  const running = new Set(applied ? instances.map(({ service }) => service.unit) : [])
  let commands = 0
  return {
    host,
    get commands() {
      return commands
    },
    async run({ script }: Command): Promise<RunResult> {
      commands += 1
      const kind = kindOf(script)
      asked.set(host, [...(asked.get(host) ?? []), kind])
      const nonce = /echo '(promha-[0-9a-f]+) /.exec(script)?.[1] ?? ''
      const healthy = healthyAnswer(kind, nonce, script, instances, running, applied)
      const said = liar?.lie && liar.kind === kind ? liar.lie(healthy, nonce) : healthy
      return { code: 0, stdout: Buffer.from(said), stderr: '' }
    },
    async forward() {
      return connect((server.address() as AddressInfo).port, '127.0.0.1')
    },
    close() {},
    closed: new Promise(() => {}),
  }
}

function kindOf(script: string): QuestionKind {
  const has = (word: string) => script.includes(word)
  if (has('uname -m')) return 'probe'
  if (has('holder()')) return 'preflight'
  if (has(" owned'")) return 'traces'
  if (has(" confirmed'")) return 'confirm'
  if (has(" settled'")) return 'settle'
  if (has(" clock'")) return 'change'
  if (has(" taken'")) return 'lock'
  if (has(" restored'") || has(" gone'")) return 'undo'
  if (has(" journal'")) return 'diagnosis'
  if (has(" firewalls'")) return 'host'
  return 'other'
}

function healthyAnswer(
  kind: QuestionKind,
  nonce: string,
  script: string,
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
    case 'settle':
      return sections('settled')
    case 'change':
      for (const { service } of instances) if (script.includes(service.unit)) running.add(service.unit)
      return sections('lock', 'guard', `clock\n${Math.floor(Date.now() / 1000)}`, 'start', 'end')
    case 'confirm':
      return sections('confirmed')
    case 'undo':
      return sections('gone', 'end')
    case 'traces':
      return sections('data', 'end')
    case 'diagnosis':
      return sections('state\nActiveState=active\nNRestarts=0', 'journal')
    case 'host':
      return sections(
        'addresses',
        'moving',
        'keepalived',
        'tables\npromha missing\nkeepalived missing\nhaproxy missing',
        'firewalls',
        'end',
      )
    case 'other':
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
    ...section('stamps', applied ? instances.flatMap(stampOf) : []),
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
