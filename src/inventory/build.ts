import { error, type Problem } from '../diagnostic/problem.ts'
import { buildArtifacts, buildVersions } from './artifacts.ts'
import { buildCells } from './cells.ts'
import type { Context } from './context.ts'
import { buildGroups } from './groups.ts'
import { buildHosts } from './hosts.ts'
import type { Inventory } from './model.ts'
import { at, seen, wasRejected } from './place.ts'
import { withSameFor } from './same-for.ts'
import type { CellText, InventoryText } from './schema.ts'
import { checkSources } from './sources.ts'
import { checkSsh } from './ssh.ts'
import { secretValues } from './upstream.ts'

/**
 * The model of a text that fits the schema. It is complete only if the context has no error afterwards.
 * @param known the secrets of the inventory's own text; those of the files that it names are added
 */
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
  const cells = wasRejected(text, 'hosts') ? [] : buildCells(text, cellTexts, hosts, groups, context)
  checkSources(cells, cellTexts, artifacts, problems)
  for (const cell of cells) secretValuesOf(cell, secrets)
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

/** Secrets of parts that were read from other files, which the inventory's own text does not hold. */
function secretValuesOf(cell: Inventory['cells'][number], into: Set<string>): void {
  const { prometheus, alertmanager, blackbox, exporters = {} } = cell
  const { scrapeConfigs, remoteWrite, alertmanagers, further = {} } = prometheus ?? {}
  for (const part of [scrapeConfigs, remoteWrite, alertmanagers, ...Object.values(further)])
    for (const value of [part].flat()) secretValues(value, into)
  for (const { config } of Object.values(exporters)) secretValues(config, into)
  secretValues(alertmanager?.config, into)
  secretValues(blackbox?.modules, into)
}

function checkFormat(text: InventoryText, problems: Problem[]): void {
  if (text.promha === 1 || wasRejected(text, 'promha')) return
  const remedy = 'write "promha: 1" on the first line'
  problems.push(
    text.promha == null
      ? error('the inventory does not say its format', { ...at(text, 'promha'), remedy })
      : error(`promha: expected 1, saw ${seen(text, 'promha')}`, {
          ...at(text, 'promha'),
          remedy: 'this promha reads format 1 only; a newer one may read more',
        }),
  )
}
