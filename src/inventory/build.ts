import type { Problem } from '../diagnostic/problem.ts'
import { buildArtifacts, buildVersions } from './artifact/artifacts.ts'
import { checkSources } from './artifact/sources.ts'
import { buildCells } from './cell/cells.ts'
import type { Context } from './context.ts'
import { buildGroups, withSameFor } from './host/groups.ts'
import { buildHosts } from './host/hosts.ts'
import { checkSsh } from './host/ssh.ts'
import { inventoryProblem } from './messages.ts'
import type { CellText, Inventory } from './model.ts'
import type { InventoryText } from './schema/schema.ts'
import { secretVariables } from './secret/variables.ts'
import { at, seen, wasRejected } from './text/place.ts'

/** The model, complete if the context has no error afterwards. `known`: secrets of the inventory's own text. */
export function buildInventory(
  text: InventoryText,
  cellTexts: ReadonlyMap<string, CellText>,
  known: readonly string[],
  reading: Context,
): Inventory {
  const { problems, file, directory } = reading
  checkFormat(text, problems)
  if (text.ssh) checkSsh(text.ssh, reading)
  const artifacts = buildArtifacts(text, reading)
  const versions = buildVersions(text, problems)
  const secrets = new Set(known)
  const context = { ...reading, pinned: versions, secrets }
  const named = buildHosts(text, context)
  const groups = buildGroups(text, named, problems)
  const hosts = withSameFor(text, named, groups, problems)
  // Without hosts, every host name in a cell would be reported as unknown.
  const cells = wasRejected(text, 'hosts')
    ? []
    : buildCells(text, { texts: cellTexts, hosts, groups }, context)
  checkSources(cells, cellTexts, artifacts, problems)
  for (const value of secretVariables(cells, hosts)) secrets.add(value)
  return {
    file,
    directory,
    artifacts,
    versions,
    hosts,
    groups: Object.fromEntries(groups),
    cells,
    secrets: [...secrets],
  }
}

function checkFormat(text: InventoryText, problems: Problem[]): void {
  if (text.promha === 1 || wasRejected(text, 'promha')) return
  const remedy = 'Write "promha: 1" on the first line.'
  problems.push(
    text.promha == null
      ? inventoryProblem.noFormat(at(text, 'promha'), remedy)
      : inventoryProblem.unknownFormat(at(text, 'promha'), seen(text, 'promha')),
  )
}
