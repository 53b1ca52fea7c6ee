/** Which exporter an entry of `exporters:` is: one of the catalogue, another one like it, or one of its own. */
import { type ExporterDefinition, exporterName } from '../../../roles/exporters/definition.ts'
import { definitions } from '../../../roles/index.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import { componentOfKey, ownDefinition } from '../artifact/own-program.ts'
import type { ExporterText } from '../cell/parts.ts'
import type { Context } from '../context.ts'
import type { ExporterSettings } from '../model.ts'
import { at, atKey, wasRejected } from '../text/place.ts'
import { nameFault } from '../value/names.ts'
import { exporterProblem } from './messages.ts'

/** The catalogue, by the keys below `exporters:`. */
export const catalogue: ReadonlyMap<string, ExporterDefinition> = new Map(
  definitions.flatMap(({ exporter }) => (exporter ? [[exporter.key, exporter]] : [])),
)

const known = [...catalogue.keys()].sort()

/** The key of a cell for a component of that name or key. */
function keyOfCell(key: string): string | undefined {
  const found = definitions.find(one => !one.exporter && [one.name, one.key?.[0]].includes(key))
  return found?.key?.[0]
}

export type ExporterTexts = Readonly<Record<string, ExporterText | null | undefined>>

/** Of two keys that mean one unit, one would vanish: `mine` and `mine_exporter`. Told at each of them. */
export function sameComponents(
  found: readonly (readonly [component: string, settings: ExporterSettings])[],
  texts: ExporterTexts,
): readonly Problem[] {
  return found.flatMap(([component, { job }]) => {
    const other = found.find(([same, { job: key }]) => same === component && key !== job)?.[1].job
    if (other === undefined) return []
    return exporterProblem.sameUnit(atKey(texts, job), job, other, component)
  })
}

export function definitionFor(
  key: string,
  text: ExporterText,
  texts: ExporterTexts,
  context: Context,
): ExporterDefinition | undefined {
  const { problems } = context
  const own = catalogue.get(key)
  const { use } = text
  if (text.program != null) return ownEntry(key, text, texts, context)
  if (wasRejected(text, 'program')) return undefined
  for (const word of ['port', 'ready', 'listen_flag'] as const) {
    if (text[word] == null) continue
    problems.push(exporterProblem.wordOfOwnProgram(atKey(text, word), key, word))
  }
  if (use == null) {
    if (own || wasRejected(text, 'use')) return own
    const beside = keyOfCell(key)
    if (beside !== undefined)
      return void problems.push(exporterProblem.keyOfCell(atKey(texts, key), key, beside))
    return void problems.push(exporterProblem.unknown(atKey(texts, key), key, known))
  }
  const other = texts[use]
  // What is wrong with the other entry is told there.
  const used =
    catalogue.get(use) ??
    (other?.program == null ? undefined : ownDefinition(use, other, texts, { ...context, problems: [] }))
  if (!used) {
    if (other?.program != null) return undefined
    return void problems.push(exporterProblem.unknownUse(at(text, 'use'), key, use, known))
  }
  if (own && own !== used) return void problems.push(exporterProblem.nameOfOther(at(text, 'use'), key, use))
  const fault = own ? undefined : entryNameFault(key, 40)
  if (fault === undefined) return used
  return void problems.push(exporterProblem.badName(atKey(texts, key), key, fault))
}

/** An exporter that is not in the catalogue. */
function ownEntry(key: string, text: ExporterText, texts: ExporterTexts, context: Context) {
  if (text.use != null) context.problems.push(exporterProblem.useAndProgram(atKey(text, 'use'), key))
  if (catalogue.has(key)) context.problems.push(exporterProblem.inCatalogue(atKey(text, 'program'), key))
  const fault = entryNameFault(key, mostOfAccount)
  if (fault !== undefined && !catalogue.has(key))
    context.problems.push(exporterProblem.badName(atKey(texts, key), key, fault))
  const definition = ownDefinition(key, text, texts, context)
  return text.use != null || catalogue.has(key) || fault !== undefined ? undefined : definition
}

/** So that an entry of whatever name takes the place of no unit or directory of the host's own. */
export function componentOfEntry(key: string, definition: ExporterDefinition): string {
  return key === definition.key ? exporterName(definition) : componentOfKey(key)
}

/** Characters: Linux gives a user a name of at most 32, and `-exp` follows the key. */
const mostOfAccount = 28

/** An entry's name is that of a unit, a directory and a scrape job, and without `use` that of a user. */
function entryNameFault(key: string, most: number): string | undefined {
  if (!/^[a-z][a-z0-9_]*$/.test(key)) return 'may have small letters, digits and "_" only'
  if (key.length > most) return `is longer than ${most} characters`
  const name = componentOfKey(key)
  if (definitions.some(other => other.name === key || other.name === name))
    return 'is that of another component'
  return nameFault(key)
}
