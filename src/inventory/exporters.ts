/** `exporters:` of a cell: entries of the catalogue, and others of a kind. */

import { type ExporterDefinition, exporterName, ownFlagsOf } from '../../roles/exporters/definition.ts'
import { definitions } from '../../roles/index.ts'
import { suggestion } from '../diagnostic/nearest.ts'
import { error } from '../diagnostic/problem.ts'
import { buildCommon } from './common-words.ts'
import type { Context } from './context.ts'
import { buildExporterProbes } from './exporter-probes.ts'
import { checkSecretFlags } from './exporter-secrets.ts'
import { reportPatterns } from './groups.ts'
import type { Cell, ExporterSettings } from './model.ts'
import { nameFault } from './names.ts'
import { componentOfKey, ownDefinition } from './own-program.ts'
import { match } from './patterns.ts'
import { at, atKey, isFromOutside, quote, wasRejected } from './place.ts'
import type { CellScope } from './replicas.ts'
import type { ExporterText } from './schema.ts'
import { filesOfMap } from './shipped.ts'
import { upstreamMap } from './upstream.ts'

/** The catalogue, by the keys below `exporters:`. */
const catalogue: ReadonlyMap<string, ExporterDefinition> = new Map(
  definitions.flatMap(({ exporter }) => (exporter ? [[exporter.key, exporter]] : [])),
)

type Texts = Readonly<Record<string, ExporterText | null>>

/** The exporters of a cell by component; what is wrong is reported, and an entry that is not whole is left out. */
export function buildExporters(
  texts: Texts,
  cell: CellScope,
  context: Context,
): NonNullable<Cell['exporters']> {
  const found = Object.entries(texts).flatMap(([key, text]) => {
    const definition = definitionFor(key, text ?? {}, texts, context)
    if (!definition) return []
    const component = componentOf(key, definition)
    return [[component, buildExporter(key, text ?? {}, definition, cell, context)] as const]
  })
  return Object.fromEntries(found)
}

function definitionFor(
  key: string,
  text: ExporterText,
  texts: Texts,
  context: Context,
): ExporterDefinition | undefined {
  const { problems } = context
  const own = catalogue.get(key)
  const { use } = text
  if (text.program != null) return ownEntry(key, text, texts, context)
  if (wasRejected(text, 'program')) return undefined
  for (const word of ['port', 'ready', 'listen_flag'] as const) {
    if (text[word] == null) continue
    problems.push(
      error(`exporters.${key}: "${word}" is for an entry with "program" only`, {
        ...atKey(text, word),
        remedy: word === 'port' ? 'use "listen"' : 'remove it',
      }),
    )
  }
  if (use == null) {
    if (own || wasRejected(text, 'use')) return own
    problems.push(
      error(`exporters: promha knows no exporter ${quote(key)}`, {
        ...atKey(texts, key),
        ...suggestion(
          key,
          [...catalogue.keys()],
          `it knows ${[...catalogue.keys()].sort().join(', ')}; any other needs "program" and "port"`,
        ),
      }),
    )
    return undefined
  }
  const other = texts[use]
  // What is wrong with the other entry is told there.
  const used =
    catalogue.get(use) ??
    (other?.program == null ? undefined : ownDefinition(use, other, texts, { ...context, problems: [] }))
  if (!used) {
    if (other?.program != null) return undefined
    problems.push(
      error(`exporters.${key}: promha knows no exporter ${quote(use)}`, {
        ...at(text, 'use'),
        ...suggestion(use, [...catalogue.keys()], `it knows ${[...catalogue.keys()].sort().join(', ')}`),
      }),
    )
    return undefined
  }
  if (own && own !== used) {
    problems.push(
      error(`exporters.${key} is the name of another exporter than ${quote(use)}`, {
        ...at(text, 'use'),
        remedy: `give this entry a name of its own, for example "${use}_2"`,
      }),
    )
    return undefined
  }
  const fault = own ? undefined : entryNameFault(key)
  if (fault === undefined) return used
  problems.push(error(`exporters: the name ${quote(key)} ${fault}`, atKey(texts, key)))
  return undefined
}

/** An exporter that is not in the catalogue. */
function ownEntry(
  key: string,
  text: ExporterText,
  texts: Texts,
  context: Context,
): ExporterDefinition | undefined {
  const wrong = (summary: string, remedy: string, word?: string) =>
    void context.problems.push(
      error(`exporters.${key} ${summary}`, {
        ...(word === undefined ? atKey(texts, key) : atKey(text, word)),
        remedy,
      }),
    )
  if (text.use != null) wrong('has both "use" and "program"', 'remove one of the two', 'use')
  if (catalogue.has(key)) wrong('is in the catalogue', 'give this entry another name', 'program')
  const fault = entryNameFault(key)
  if (fault !== undefined && !catalogue.has(key)) wrong(`: the name ${fault}`, 'give it another name')
  const definition = ownDefinition(key, text, texts, context)
  return text.use != null || catalogue.has(key) || fault !== undefined ? undefined : definition
}

/** So that an entry of whatever name takes the place of no unit or directory of the host's own. */
function componentOf(key: string, definition: ExporterDefinition): string {
  return key === definition.key ? exporterName(definition) : componentOfKey(key)
}

/** An entry's name is that of a unit, a directory and a scrape job. */
function entryNameFault(key: string): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(key)) return 'may have small letters, digits and "_" only'
  const name = componentOfKey(key)
  if (definitions.some(other => other.name === key || other.name === name))
    return 'is that of another component'
  return nameFault(key)
}

function buildExporter(
  key: string,
  text: ExporterText,
  definition: ExporterDefinition,
  cell: CellScope,
  context: Context,
): ExporterSettings {
  const of = `exporters.${key}`
  const hosts = exporterHosts(text, of, cell, context)
  checkSecretFlags(text, of, definition, context.problems)
  const kind = {
    of,
    own: ownFlagsOf(definition),
    hosts,
    listen: { address: '0.0.0.0', port: definition.port },
  }
  const common = buildCommon(text, kind, cell, context)
  const config = buildConfig(text, of, definition, context)
  const taken = definition.config ? [definition.config.file] : []
  const probes = buildExporterProbes(text, of, definition, hosts, context)
  return {
    hosts,
    job: key,
    ...common,
    ...(catalogue.has(key) ? {} : { definition }),
    ...(config ? { config } : {}),
    ...(config && isFromOutside(config) ? { outside: true as const } : {}),
    ...(text.files ? { files: filesOfMap(text.files, taken, context) } : {}),
    ...(probes.length > 0 ? { probes } : {}),
  }
}

/** All hosts of the cell if it does not say. */
function exporterHosts(
  { hosts: patterns }: ExporterText,
  of: string,
  cell: CellScope,
  { problems }: Context,
): readonly string[] {
  const named = patterns ?? ['all']
  const found = match(named, cell.scope)
  reportPatterns(found.faults, named, `${of} of cell ${quote(cell.name)}`, cell.candidates, problems)
  const members = new Set(found.hosts)
  return cell.scope.universe.filter(host => members.has(host))
}

function buildConfig(
  text: ExporterText,
  of: string,
  { config, key }: ExporterDefinition,
  context: Context,
): ExporterSettings['config'] {
  if (wasRejected(text, 'config')) return undefined
  if (text.config == null) {
    if (config?.required)
      context.problems.push(
        error(`${of} has no config, and ${key} does not start without one`, {
          ...atKey(text, 'config'),
          remedy: `add "config: FILE" with its ${config.file}`,
        }),
      )
    return undefined
  }
  if (config) return upstreamMap(text, 'config', context)
  context.problems.push(
    error(`${of}: ${key} reads no config`, {
      ...atKey(text, 'config'),
      remedy: 'use "flags" or "environment"',
    }),
  )
  return undefined
}
