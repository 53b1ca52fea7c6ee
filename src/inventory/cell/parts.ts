/** All parts of a cell, in the order of `roles/index.ts`. */
import { definitions } from '../../../roles/index.ts'
import type { CellPart } from '../../../roles/part.ts'
import { isUrl } from '../artifact/own-program.ts'
import { resolvePath } from '../context.ts'
import { buildExporters } from '../exporter/exporters.ts'
import { probesSchema } from '../exporter/probes.ts'
import * as t from '../schema/schema-words.ts'

/** A release of any project on GitHub. */
const program = t.keys({
  repo: t.text,
  version: t.text,
  tag: t.text,
  asset: t.text,
  checksums: t.text,
  file: t.text,
})

const exporter = t.noted(
  t.keys({
    use: t.text,
    program: t.either([t.text, program]),
    port: t.number,
    ready: t.text,
    listen_flag: t.text,
    hosts: t.texts,
    config: t.upstreamOrPath,
    probes: probesSchema(definitions.flatMap(({ exporter }) => exporter?.probe?.parameters ?? [])),
    ...t.words,
  }),
  { mayBeEmpty: true },
)

/** An entry of `exporters:`. */
export type ExporterText = t.TextOf<typeof exporter>

/** What all exporters share. */
const exporters: CellPart<'exporters'> = {
  key: 'exporters',
  schema: t.maybe(t.mapOf(t.optional(exporter))),
  entries: true,
  upstream: ['config.**'],
  names: { instead: ['config'] },
  requests: (texts, base) =>
    Object.values(texts).flatMap(entry =>
      typeof entry?.program === 'string' && !isUrl(entry.program)
        ? [{ kind: 'head', path: resolvePath(entry.program, base) } as const]
        : [],
    ),
  build: buildExporters,
  probers: texts => Object.values(texts),
}

export const cellParts: readonly CellPart[] = [
  ...new Set(definitions.flatMap(({ exporter, parts: own = [] }) => (exporter ? [exporters] : own))),
]
