/** What runs where, for `promha status`. */
import type { CellTopology } from '../topology/model.ts'
import type { StatusEntry } from './facet.ts'
import { itself } from './host-ask.ts'
import { isStopped, type VerifyInput } from './input.ts'
import { type Known, knownComponents, knownIn } from './known.ts'
import type { StatusRow } from './model.ts'
import { createRound } from './round.ts'
import { exporterRows } from './status-entry.ts'
import { brief } from './text.ts'
import type { Program, View } from './view.ts'

/** One row for each selected program, in the order of the cells; each is asked once. Never rejects. */
export async function status(input: VerifyInput): Promise<readonly StatusRow[]> {
  const known = await knownComponents()
  const round = createRound(input)
  const entries = input.topology.cells
    .flatMap(cell => entriesOf(cell, known))
    .filter(({ program }) => input.hosts.has(program.host) && input.components.has(program.component))
  await round.fetch(
    entries
      .filter(({ program }) => runs(input, program))
      .flatMap(({ ready, version, more = [] }) => [ready, version, ...more]),
  )
  return entries.map(entry => guardedRow(input, entry, round.view))
}

/** What a host says of its programs comes after what programs say of themselves. */
function entriesOf(cell: CellTopology, known: readonly Known[]): readonly StatusEntry[] {
  const all = knownIn(cell, known).flatMap(one => one.checks.rows?.(cell) ?? exporterRows(one, cell))
  const byHost = ({ program }: StatusEntry) => program.local.port === itself.port
  return [...all.filter(entry => !byHost(entry)), ...all.filter(byHost)]
}

function runs(input: VerifyInput, { host, component }: Program): boolean {
  return !input.unreachable.has(host) && !isStopped(input.facts(host, component))
}

/** Whatever a host says, the others have their rows, and so has it. */
function guardedRow(input: VerifyInput, entry: StatusEntry, view: View): StatusRow {
  try {
    return row(input, entry, view)
  } catch (cause) {
    const { host, component } = entry.program
    const said = brief(cause instanceof Error ? cause.message : String(cause))
    const note = `promha does not understand the answer of ${host}: ${said}`
    const { cell, replica = '' } = entry
    return { cell, host, component, replica, version: '', health: 'not ready', lastChange: null, note }
  }
}

function row(input: VerifyInput, entry: StatusEntry, view: View): StatusRow {
  const { program, replica = '', cell } = entry
  const { host, component } = program
  const facts = input.facts(host, component)
  const known = { cell, host, component, replica, lastChange: facts?.lastChange ?? null }
  const why = input.unreachable.get(host)
  if (why !== undefined) return { ...known, version: '', health: 'unreachable', note: why }
  if (isStopped(facts))
    return {
      ...known,
      version: '',
      health: facts?.active === 'absent' ? 'absent' : 'stopped',
      note: facts?.active === 'failed' ? 'the unit has failed' : '',
    }
  const ready = view(entry.ready)
  const told = view(entry.version)
  const version = (told.kind === 'answer' && entry.versionOf?.(told.body)) || ''
  if (ready.kind === 'answer') {
    const lacking = entry.lacks?.(facts?.active, ready.body) ?? ''
    if (lacking !== '') return { ...known, version, health: 'not ready', note: lacking }
    return { ...known, version, health: 'ready', note: entry.note?.(ready.body, view) ?? '' }
  }
  const note = ready.kind === 'impossible' ? `runs, but cannot be asked: ${ready.why}` : ready.why
  return { ...known, version, health: 'not ready', note }
}
