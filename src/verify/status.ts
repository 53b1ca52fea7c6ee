/** What runs where, for `promha status`. */
import { isStopped, unitState } from '../resource/unit-state.ts'
import type { CellTopology } from '../topology/model.ts'
import { brief } from './answer/text.ts'
import type { View } from './answer/view.ts'
import { createRound } from './ask/round.ts'
import type { StatusEntry } from './checks/facet.ts'
import { type Known, knownComponents, knownIn } from './checks/known.ts'
import type { VerifyInput } from './input.ts'
import type { StatusRow } from './model.ts'
import { exporterRows } from './status-entry.ts'

/** One row for each selected program, in the order of the cells; each is asked once. Never rejects. */
export async function statusRows(input: VerifyInput): Promise<readonly StatusRow[]> {
  const known = await knownComponents()
  const round = createRound(input)
  const entries = input.topology.cells
    .flatMap(cell => entriesOf(cell, known))
    .filter(({ host, component }) => input.hosts.has(host) && input.components.has(component))
  const asked = entries.filter(
    ({ host, component }) => !input.unreachable.has(host) && !isStopped(input.facts(host, component)?.active),
  )
  await round.fetch(asked.flatMap(({ ready, more = [] }) => [ready, ...more]))
  return entries.map(entry => guardedRow(input, entry, round.view))
}

/** What a host says of its programs comes after what programs say of themselves. */
function entriesOf(cell: CellTopology, known: readonly Known[]): readonly StatusEntry[] {
  const all = knownIn(cell, known).flatMap(one => one.checks.rows?.(cell) ?? exporterRows(one, cell))
  const byHost = ({ ready }: StatusEntry) => ready.kind === 'host'
  return [...all.filter(entry => !byHost(entry)), ...all.filter(byHost)]
}

/** Whatever a host says, the others have their rows, and so has it. */
function guardedRow(input: VerifyInput, entry: StatusEntry, view: View): StatusRow {
  try {
    return row(input, entry, view)
  } catch (cause) {
    const said = brief(cause instanceof Error ? cause.message : String(cause))
    const note = `promha does not understand the answer of ${entry.host}: ${said}`
    const { cell, host, component, replica = '' } = entry
    return { cell, host, component, replica, version: '', health: 'not ready', lastChange: null, note }
  }
}

function row(input: VerifyInput, entry: StatusEntry, view: View): StatusRow {
  const { cell, host, component, replica = '' } = entry
  const facts = input.facts(host, component)
  const known = { cell, host, component, replica, lastChange: facts?.lastChange ?? null }
  const why = input.unreachable.get(host)
  if (why !== undefined) return { ...known, version: '', health: 'unreachable', note: why }
  if (isStopped(facts?.active)) {
    const state = unitState(facts?.active)
    const note = state === 'failed' ? 'the unit has failed' : ''
    return { ...known, version: '', health: state === 'absent' ? 'absent' : 'stopped', note }
  }
  const ready = view(entry.ready)
  if (ready.kind === 'answer') {
    // Some builds tell none.
    const version = entry.version?.(view) ?? facts?.version ?? ''
    const lacking = entry.lacks?.(facts?.active, view) ?? ''
    if (lacking !== '') return { ...known, version, health: 'not ready', note: lacking }
    return { ...known, version, health: 'ready', note: entry.note?.(view) ?? '' }
  }
  const note = ready.kind === 'impossible' ? `runs, but cannot be asked: ${ready.why}` : ready.why
  return { ...known, version: entry.version?.(view) ?? '', health: 'not ready', note }
}
