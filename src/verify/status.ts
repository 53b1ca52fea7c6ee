/** What runs where, for `promha status`. */
import type { Component } from '../inventory/model.ts'
import { isUp } from '../shell/diagnose.ts'
import { type HostState, hasAddress } from '../shell/host-state.ts'
import type { CellTopology, MovingAddress } from '../topology/model.ts'
import { proxyHealthPath } from '../topology/proxy.ts'
import { standbysOf } from '../topology/standby.ts'
import { type Doubled, doubledIn, processOf } from './active.ts'
import { type AlertmanagerStatus, data, type GatewayStatus, paths } from './answers.ts'
import { hostProgram, statePath } from './host-ask.ts'
import type { VerifyInput } from './input.ts'
import { buildVersion } from './metrics.ts'
import type { StatusRow } from './model.ts'
import { programOf, proxyProgram } from './questions.ts'
import { createRound } from './round.ts'
import { brief } from './text.ts'
import { each, type Need, type Program, type Reply, type View } from './view.ts'

/** One row for each selected program, in the order of the cells; each is asked once. Never rejects. */
export async function status(input: VerifyInput): Promise<readonly StatusRow[]> {
  const round = createRound(input)
  const entries = input.topology.cells
    .flatMap(entriesOf)
    .filter(({ program }) => input.hosts.has(program.host) && input.components.has(program.component))
  await round.fetch(
    entries
      .filter(({ program }) => runs(input, program))
      .flatMap(({ ready, version, own, doubled }) => [
        ...[ready, version],
        ...(own && doubled ? [own, ...doubled.ways] : []),
      ]),
  )
  return entries.map(entry => guardedRow(input, entry, round.view))
}

interface Entry {
  readonly cell: string
  readonly program: Program
  readonly replica: string
  /** 200 means ready. */
  readonly ready: Need
  readonly version: Need
  /** Addresses that it may have. */
  readonly moving?: readonly MovingAddress[]
  /** What of the host's state has to be as its file says. */
  readonly tables?: readonly ('table' | keyof HostState['peers'])[]
  /** What it stands in for, or is stood in for by, and what itself is asked then. */
  readonly doubled?: Doubled
  readonly own?: Need
}

function entriesOf(cell: CellTopology): readonly Entry[] {
  const entry = (
    component: Component,
    member: Parameters<typeof programOf>[1],
    replica: string,
    ready: string,
    version: string,
  ): Entry => {
    const program = programOf(component, member)
    const [readyNeed, versionNeed] = [...each([program], ready), ...each([program], version)] as [Need, Need]
    return { cell: cell.name, program, replica, ready: readyNeed, version: versionNeed }
  }
  return [
    ...cell.replicas.map(member => entry('prometheus', member, member.name, paths.ready, paths.build)),
    ...cell.peers.map(member => entry('alertmanager', member, member.peerName, paths.ready, paths.status)),
    ...cell.exporters.flatMap(({ component, metricsPath, members }) =>
      members.map(member => entry(component, member, '', metricsPath, metricsPath)),
    ),
    ...withActive(
      doubledIn(cell, 'pushgateway'),
      cell.pushgateways.map(member => entry('pushgateway', member, '', paths.ready, paths.gateway)),
    ),
    ...withActive(
      doubledIn(cell, 'blackbox_exporter'),
      cell.probers.map(member => entry('blackbox_exporter', member, '', paths.healthy, paths.metrics)),
    ),
    ...packagedEntries(cell),
  ]
}

/** Entries in the order of the members. */
function withActive(doubled: Doubled | undefined, entries: readonly Entry[]): readonly Entry[] {
  if (!doubled) return entries
  return entries.map((entry, index) => {
    const own = doubled.own[index]
    return own ? { ...entry, doubled, own } : entry
  })
}

/** What comes from the hosts' packages says of itself that it is there, and no version. */
function packagedEntries(cell: CellTopology): readonly Entry[] {
  const proxies = cell.proxies.map(proxy => ({ program: proxyProgram(proxy), path: proxyHealthPath }))
  const hosts = [
    ...standbysOf(cell, 'keepalived').map(({ host }) => ({ host, component: 'keepalived' as const })),
    ...cell.guarded.map(({ host }) => ({ host, component: 'firewall' as const })),
  ].map(({ host, component }) => ({ program: hostProgram(host, component), path: statePath }))
  return [...proxies, ...hosts].map(need => ({
    cell: cell.name,
    program: need.program,
    replica: '',
    ready: need,
    version: need,
    ...(need.program.component === 'keepalived' ? { moving: cell.movingAddresses } : {}),
    tables: tablesOf(cell, need.program),
  }))
}

/** Each has its own, whether it is loaded by the firewall or by keepalived's unit. */
function tablesOf({ guarded }: CellTopology, { host, component }: Program): NonNullable<Entry['tables']> {
  if (component === 'keepalived') return ['keepalived']
  const closes = guarded.some(one => one.host === host && one.rules.length > 0)
  return component === 'firewall' && closes ? ['table'] : []
}

/** `has 198.18.0.100` */
function heldNote({ moving = [] }: Entry, body: unknown): string {
  const { addresses = [] } = body as Partial<HostState>
  const held = moving
    .filter(({ address }) => hasAddress({ addresses }, address))
    .map(({ address }) => address)
  return held.length > 0 ? `has ${held.join(', ')}` : ''
}

/** `active` where what is asked at the address by which the two are used is this process. */
function activeNote({ own, doubled }: Entry, view: View): string {
  if (!own || !doubled) return ''
  const processAt = (need: Need) => {
    const reply = view(need)
    return reply.kind === 'answer' ? processOf(doubled.component, reply.body) : undefined
  }
  const self = processAt(own)
  return self !== undefined && doubled.ways.some(way => processAt(way) === self) ? 'active' : ''
}

const stopped: ReadonlyMap<string, StatusRow['health']> = new Map([
  ['absent', 'absent'],
  ['inactive', 'stopped'],
  ['failed', 'stopped'],
])

function runs(input: VerifyInput, { host, component }: Program): boolean {
  const active = input.facts(host, component)?.active
  return !input.unreachable.has(host) && (active === undefined || !stopped.has(active))
}

/** Whatever a host says, the others have their rows, and so has it. */
function guardedRow(input: VerifyInput, entry: Entry, view: View): StatusRow {
  try {
    return row(input, entry, view)
  } catch (cause) {
    const { host, component } = entry.program
    const said = brief(cause instanceof Error ? cause.message : String(cause))
    const note = `promha does not understand the answer of ${host}: ${said}`
    const { cell, replica } = entry
    return { cell, host, component, replica, version: '', health: 'not ready', lastChange: null, note }
  }
}

function row(input: VerifyInput, entry: Entry, view: View): StatusRow {
  const { program, replica, cell } = entry
  const { host, component } = program
  const facts = input.facts(host, component)
  const known = { cell, host, component, replica, lastChange: facts?.lastChange ?? null }
  const why = input.unreachable.get(host)
  if (why !== undefined) return { ...known, version: '', health: 'unreachable', note: why }
  const down = stopped.get(facts?.active ?? '')
  if (down)
    return {
      ...known,
      version: '',
      health: down,
      note: facts?.active === 'failed' ? 'the unit has failed' : '',
    }
  const ready = view(entry.ready)
  const version = versionOf(component, view(entry.version))
  if (ready.kind === 'answer') {
    const lacking = lackingNote(entry, facts?.active, ready.body)
    if (lacking !== '') return { ...known, version, health: 'not ready', note: lacking }
    return {
      ...known,
      version,
      health: 'ready',
      note: heldNote(entry, ready.body) || activeNote(entry, view),
    }
  }
  const note = ready.kind === 'impossible' ? `runs, but cannot be asked: ${ready.why}` : ready.why
  return { ...known, version, health: 'not ready', note }
}

/** What keeps the programs whose host answers for them from being ready; empty where nothing does. */
function lackingNote(
  { program: { component }, tables = [] }: Entry,
  active: string | undefined,
  body: unknown,
): string {
  if (component !== 'keepalived' && component !== 'firewall') return ''
  if (!isUp(active ?? '')) return `systemd says ${active ?? 'nothing'}`
  const { table, peers } = body as HostState
  const states = tables.map(name => (name === 'table' ? table : peers[name]))
  const good = states.every(state => state === 'whole' || state === 'unknown')
  return good ? '' : 'its table is not as it should be'
}

function versionOf(component: Component, reply: Reply): string {
  if (reply.kind !== 'answer') return ''
  switch (component) {
    case 'prometheus':
      return data<{ version?: string } | undefined>(reply.body)?.version ?? ''
    case 'alertmanager':
      return (reply.body as Partial<AlertmanagerStatus>).versionInfo?.version ?? ''
    case 'pushgateway':
      return data<Partial<GatewayStatus> | undefined>(reply.body)?.build_information?.version ?? ''
    case 'node_exporter':
    case 'blackbox_exporter':
      return buildVersion(String(reply.body), component)
    default:
      return ''
  }
}
