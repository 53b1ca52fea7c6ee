/** What runs where, for `promha status`. */
import type { Component } from '../inventory/model.ts'
import type { CellTopology } from '../topology/model.ts'
import { type AlertmanagerStatus, data, paths } from './answers.ts'
import type { VerifyInput } from './input.ts'
import { buildVersion } from './metrics.ts'
import type { StatusRow } from './model.ts'
import { programOf } from './questions.ts'
import { createRound } from './round.ts'
import { each, type Need, type Program, type Reply, type View } from './view.ts'

/** One row for each selected program, in the order of the cells; each is asked once. Never rejects. */
export async function status(input: VerifyInput): Promise<readonly StatusRow[]> {
  const round = createRound(input)
  const entries = input.topology.cells
    .flatMap(entriesOf)
    .filter(({ program }) => input.hosts.has(program.host) && input.components.has(program.component))
  await round.fetch(
    entries.filter(({ program }) => runs(input, program)).flatMap(({ ready, version }) => [ready, version]),
  )
  return entries.map(entry => row(input, entry, round.view))
}

interface Entry {
  readonly cell: string
  readonly program: Program
  readonly replica: string
  /** 200 means ready. */
  readonly ready: Need
  readonly version: Need
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
  const metrics = cell.jobs.find(({ name }) => name === 'node')?.metricsPath ?? paths.metrics
  return [
    ...cell.replicas.map(member => entry('prometheus', member, member.name, paths.ready, paths.build)),
    ...cell.peers.map(member => entry('alertmanager', member, member.peerName, paths.ready, paths.status)),
    ...cell.nodeExporters.map(member => entry('node_exporter', member, '', metrics, metrics)),
  ]
}

const stopped: Readonly<Record<string, StatusRow['health']>> = {
  absent: 'absent',
  inactive: 'stopped',
  failed: 'stopped',
}

function runs(input: VerifyInput, { host, component }: Program): boolean {
  const active = input.facts(host, component)?.active
  return !input.unreachable.has(host) && (active === undefined || !(active in stopped))
}

function row(input: VerifyInput, entry: Entry, view: View): StatusRow {
  const { program, replica, cell } = entry
  const { host, component } = program
  const facts = input.facts(host, component)
  const known = { cell, host, component, replica, lastChange: facts?.lastChange ?? null }
  const why = input.unreachable.get(host)
  if (why !== undefined) return { ...known, version: '', health: 'unreachable', note: why }
  const down = stopped[facts?.active ?? '']
  if (down)
    return {
      ...known,
      version: '',
      health: down,
      note: facts?.active === 'failed' ? 'the unit has failed' : '',
    }
  const ready = view(entry.ready)
  const version = versionOf(component, view(entry.version))
  if (ready.kind === 'answer') return { ...known, version, health: 'ready', note: '' }
  const note = ready.kind === 'impossible' ? `runs, but cannot be asked: ${ready.why}` : ready.why
  return { ...known, version, health: 'not ready', note }
}

function versionOf(component: Component, reply: Reply): string {
  if (reply.kind !== 'answer') return ''
  switch (component) {
    case 'prometheus':
      return data<{ version?: string } | undefined>(reply.body)?.version ?? ''
    case 'alertmanager':
      return (reply.body as Partial<AlertmanagerStatus>).versionInfo?.version ?? ''
    case 'node_exporter':
      return buildVersion(String(reply.body), 'node_exporter')
  }
}
