/** `exporters:` of a cell: entries of the catalogue, and others of a kind. */
import { type ExporterDefinition, oneAddressOf, ownFlagsOf } from '../../../roles/exporters/definition.ts'
import type { PrometheusText } from '../../../roles/prometheus/settings/schema.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { buildCommon } from '../cell/common-words.ts'
import type { ExporterText } from '../cell/parts.ts'
import type { CellScope } from '../cell/scope.ts'
import type { Context } from '../context.ts'
import { reportPatterns } from '../host/groups.ts'
import type { Cell, CellText, ExporterSettings, Probe, YamlMap } from '../model.ts'
import { hasPassword } from '../secret/address.ts'
import { secretProblem } from '../secret/messages.ts'
import { at, atKey, isFromOutside, quoted, wasRejected } from '../text/place.ts'
import { upstreamMap } from '../upstream/upstream.ts'
import { hostsInOrder, match } from '../value/patterns.ts'
import { catalogue, componentOfEntry, definitionFor, type ExporterTexts, sameComponents } from './entry.ts'
import { exporterProblem } from './messages.ts'
import { buildProbes } from './probes.ts'

/** The exporters of a cell by component; what is wrong is reported, and an entry that is not whole is left out. */
export function buildExporters(
  texts: ExporterTexts,
  cell: CellScope,
  context: Context,
  { prometheus }: CellText,
): NonNullable<Cell['exporters']> {
  const found = Object.entries(texts).flatMap(([key, text]) => {
    const definition = definitionFor(key, text ?? {}, texts, context)
    if (!definition) return []
    const component = componentOfEntry(key, definition)
    const entry = { key, text: text ?? {}, definition }
    return [[component, buildExporter(entry, prometheus, cell, context)] as const]
  })
  context.problems.push(...sameComponents(found, texts))
  return Object.fromEntries(found)
}

function buildExporter(
  { key, text, definition }: { key: string; text: ExporterText; definition: ExporterDefinition },
  prometheus: PrometheusText | undefined,
  cell: CellScope,
  context: Context,
): ExporterSettings {
  const of = `exporters.${key}`
  // All hosts of the cell if it does not say.
  const patterns = text.hosts ?? ['all']
  const found = match(patterns, cell.scope)
  const named = { patterns, of: `${of} of cell ${quoted(cell.name)}`, candidates: cell.candidates }
  reportPatterns(found.faults, named, context.problems)
  const hosts = hostsInOrder(found.hosts, cell.scope)
  checkSecretFlags(text, of, definition, context.problems)
  const kind = {
    of,
    own: ownFlagsOf(definition),
    hosts,
    listen: { address: '0.0.0.0', port: definition.port },
    oneAddress: oneAddressOf(definition),
    ownFiles: definition.config ? [definition.config.file] : [],
    pathFlag: definition.pathFlag,
  }
  const common = buildCommon(text, kind, cell, context)
  const config = buildConfig(text, of, definition, context)
  const probes = exporterProbes(text, definition, { of, hosts, config }, prometheus, context)
  return {
    hosts,
    job: key,
    ...common,
    ...(catalogue.has(key) ? {} : { definition }),
    ...(config ? { config } : {}),
    ...(config && isFromOutside(config) ? { outside: true as const } : {}),
    ...(probes.length > 0 ? { probes } : {}),
  }
}

/** One host probes, since each target is to be asked by one only. */
function exporterProbes(
  text: ExporterText,
  { key, probe }: ExporterDefinition,
  { of, hosts, config }: Pick<ExporterSettings, 'hosts'> & { of: string; config: YamlMap | undefined },
  prometheus: PrometheusText | undefined,
  context: Context,
): readonly Probe[] {
  const { probes } = text
  if (probes == null) return []
  const { problems } = context
  if (!probe) {
    problems.push(exporterProblem.noProbesTaken(atKey(text, 'probes'), of, key, 'Remove "probes".'))
    return []
  }
  if (hosts.length > 1)
    problems.push(exporterProblem.probesOnSeveralHosts(atKey(text, 'hosts'), of, hosts, key))
  return buildProbes(probes, { of, ...probe, config }, prometheus, context)
}

function buildConfig(text: ExporterText, of: string, { config, key }: ExporterDefinition, context: Context) {
  if (wasRejected(text, 'config')) return undefined
  if (text.config == null) {
    if (config?.required)
      context.problems.push(exporterProblem.noConfig(atKey(text, 'config'), of, key, config.file))
    return undefined
  }
  if (config) {
    if (!String(text.config).includes('\n')) return upstreamMap(text, 'config', context, true)
    return void context.problems.push(exporterProblem.configOfSeveralLines(atKey(text, 'config'), of))
  }
  return void context.problems.push(exporterProblem.noConfigRead(atKey(text, 'config'), of, key))
}

/** Reports flags that hold a secret, of the entry and below its `per_host`. */
function checkSecretFlags(
  text: ExporterText,
  of: string,
  { secretFlags = {}, credentials }: ExporterDefinition,
  problems: Problem[],
): void {
  const some = Object.entries(text.per_host ?? {}).map(
    ([name, own]) => [`${of} on ${name}`, own?.flags] as const,
  )
  for (const [where, flags] of [[of, text.flags] as const, ...some])
    for (const [name, value] of Object.entries(flags ?? {})) {
      const bare = name.replace(/^-+/, '')
      const secret = Object.hasOwn(secretFlags, bare)
      if (!secret && ![value].flat().some(hasPassword)) continue
      const facts = { bare, of: where, secret, secretFlag: secretFlags[bare], credentials }
      problems.push(secretProblem.secretInFlag(at(flags as object, name), facts))
    }
}
