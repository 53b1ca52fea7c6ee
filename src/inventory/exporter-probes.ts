/** `probes:` of an exporter that asks other machines. */
import type { ExporterDefinition } from '../../roles/exporters/definition.ts'
import { error } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { labelTexts } from './labels.ts'
import type { ExporterProbe } from './model.ts'
import { durationFault } from './names.ts'
import { at, atKey, quote, wasRejected } from './place.ts'
import type { ExporterText } from './schema.ts'

type ProbeText = NonNullable<ExporterText['probes']>[number]

/** What is wrong is reported. One host probes, since each target is to be asked by one only. */
export function buildExporterProbes(
  text: ExporterText,
  of: string,
  { key, probe }: ExporterDefinition,
  hosts: readonly string[],
  context: Context,
): readonly ExporterProbe[] {
  const { probes } = text
  if (probes == null) return []
  const { problems } = context
  if (!probe) {
    problems.push(
      error(`${of}: ${key} probes nothing else`, { ...atKey(text, 'probes'), remedy: 'take this out' }),
    )
    return []
  }
  if (hosts.length > 1)
    problems.push(
      error(`${of} has probes and ${hosts.length} hosts, and one host is to probe a target`, {
        ...atKey(text, 'hosts'),
        remedy: `name one host, or make a second entry with "use: ${key}"`,
      }),
    )
  return probes.flatMap((one, index) => buildProbe(one, index, probes, of, probe.parameters, context) ?? [])
}

function buildProbe(
  text: ProbeText,
  index: number,
  all: readonly ProbeText[],
  of: string,
  known: readonly string[],
  { problems }: Context,
): ExporterProbe | undefined {
  const { targets, labels, interval, timeout, ...further } = text
  if (targets == null || targets.length === 0) {
    if (!wasRejected(text, 'targets')) problems.push(error(`a probe of ${of} has no targets`, at(all, index)))
    return undefined
  }
  for (const key of Object.keys(further)) {
    if (known.includes(key)) continue
    problems.push(
      error(`a probe of ${of} has the key ${quote(key)}, which it does not take`, {
        ...atKey(text, key),
        remedy: `it takes ${[...known, 'targets', 'labels', 'interval', 'timeout'].join(', ')}`,
      }),
    )
  }
  for (const [key, value] of Object.entries({ interval, timeout })) {
    const fault = value == null ? undefined : durationFault(value)
    if (fault) problems.push(error(`${key} of a probe of ${of}: ${fault}`, at(text, key)))
  }
  return {
    parameters: Object.fromEntries(
      Object.entries(further).flatMap(([key, value]) => (value == null ? [] : [[key, String(value)]])),
    ),
    targets,
    labels: labelTexts(labels ?? {}),
    ...(interval == null ? {} : { interval }),
    ...(timeout == null ? {} : { timeout }),
  }
}
