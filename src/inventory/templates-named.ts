/** Checks that the templates which Alertmanager's receivers use are defined. */
import { literalPattern } from '../diagnostic/literal-pattern.ts'
import { suggestion } from '../diagnostic/nearest.ts'
import { error, type Problem, warning } from '../diagnostic/problem.ts'
import { defaultTemplates, mayBeDefault } from './default-templates.ts'
import { globMatcher } from './glob.ts'
import { type Named, templateNames } from './go-template.ts'
import type { ShippedFile, Yaml, YamlMap } from './model.ts'
import { at, memberPlace, quote, range, source, written } from './place.ts'

/**
 * Reports every template that a receiver uses and nothing defines. It is an error because Alertmanager itself notices only
 * when it sends a notification. A warning if a file on the host or a newer Alertmanager may define it, or if only another
 * template uses it.
 */
export function checkTemplates(config: YamlMap, all: readonly ShippedFile[], problems: Problem[]): void {
  const patterns = patternsOf(config)
  // Other shipped files are no templates.
  const shipped = all.filter(
    ({ name }) => name.startsWith('templates/') || patterns.some(pattern => reads(pattern, name)),
  )
  const files = shipped.map(file => ({ file, names: templateNames(textOf(file)) }))
  const known = new Set([
    ...defaultTemplates,
    ...files.flatMap(({ names }) => names.defined.map(({ name }) => name)),
    // In Go, each file is also a template with the name of the file.
    ...shipped.map(({ name }) => name.slice(name.lastIndexOf('/') + 1)),
  ])
  const elsewhere = unshipped(patterns, shipped)
  const tell = ({ name }: Named, of: string, sure: boolean, place: Pick<Problem, 'source'>) =>
    problems.push(undefinedTemplate(name, of, sure, elsewhere, [...known], place))
  const receivers: readonly Yaml[] = Array.isArray(config.receivers) ? config.receivers : []
  for (const receiver of receivers) {
    const title = (receiver as YamlMap | null)?.name
    for (const { owner, key, text } of textsOf(receiver)) {
      const { defined, used } = templateNames(text)
      // A template that a field defines exists only within that field.
      const own = new Set(defined.map(({ name }) => name))
      for (const use of firstOfEach(used))
        if (!known.has(use.name) && !own.has(use.name))
          tell(use, `receiver ${quote(String(title))}`, true, placeOf(owner, key, use.name))
    }
  }
  for (const { file, names } of files) {
    for (const use of firstOfEach(names.used)) {
      if (known.has(use.name)) continue
      const from = source(file.path, textOf(file), file.outside)
      const place = { source: from, start: use.offset, end: use.offset + use.name.length + 2 }
      tell(use, 'another template', false, { source: range(place) })
    }
  }
}

function undefinedTemplate(
  name: string,
  of: string,
  sure: boolean,
  elsewhere: string | undefined,
  known: readonly string[],
  place: Pick<Problem, 'source'>,
): Problem {
  const may = elsewhere !== undefined || mayBeDefault(name)
  const make = sure && !may ? error : warning
  return make(`the template ${quote(name)}, which ${of} names, is not defined`, {
    ...place,
    detail:
      elsewhere !== undefined
        ? `The config also reads ${quote(elsewhere)}, which promha does not ship. It may be defined there.`
        : mayBeDefault(name)
          ? 'The name looks like one of Alertmanager itself, but no version that promha knows has it.'
          : 'Alertmanager notices this only when it notifies. The notification then fails.',
    ...suggestion(name, known, `define ${quote(name)} in a file under "templates:"`),
  })
}

/** A file or pattern that may define further templates: promha cannot read it, or does not ship it. */
function unshipped(patterns: readonly string[], shipped: readonly ShippedFile[]): string | undefined {
  const unread = shipped.find(({ content }) => typeof content !== 'string')
  return unread?.path ?? patterns.find(pattern => !shipped.some(({ name }) => reads(pattern, name)))
}

function patternsOf({ templates }: YamlMap): readonly string[] {
  const own: readonly Yaml[] = Array.isArray(templates) ? templates : []
  return own.filter(isText)
}

/** Whether a pattern of the config matches a file; `name`: its path below Alertmanager's directory. */
function reads(pattern: string, name: string): boolean {
  const matcher = globMatcher(pattern.replace(/^(\/etc\/alertmanager\/|\.\/)/, ''))
  return 'matches' in matcher && matcher.matches(name)
}

interface Field {
  readonly owner: object
  readonly key: string | number
  readonly text: string
}

function textsOf(value: Yaml | undefined): readonly Field[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]): readonly Field[] => {
    const key = Array.isArray(value) ? Number(name) : name
    if (!isText(member)) return textsOf(member)
    return member.includes('{{') ? [{ owner: value, key, text: member }] : []
  })
}

/** The place of the name within the text; that of the whole value if the name is written with escapes. */
function placeOf(owner: object, key: string | number, name: string): Pick<Problem, 'source'> {
  const value = memberPlace(owner, key)?.value
  const offset = value ? written(value).search(new RegExp(`template\\s+.{1,2}${literalPattern(name)}`)) : -1
  if (!value || offset === -1) return at(owner, key)
  const start = value.start + offset
  return {
    source: range({ ...value, start, end: start + written(value).slice(offset).indexOf(name) + name.length }),
  }
}

function firstOfEach(names: readonly Named[]): readonly Named[] {
  return [...new Map([...names].reverse().map(one => [one.name, one])).values()].reverse()
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function textOf({ content }: ShippedFile): string {
  return typeof content === 'string' ? content : ''
}
