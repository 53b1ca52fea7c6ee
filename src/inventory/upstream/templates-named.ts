/** Checks that the templates which Alertmanager's receivers use are defined. */
import { literalPattern } from '../../diagnostic/literal-pattern.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { UserFile, YamlMap } from '../model.ts'
import { at, leavesOf, memberPlace, quoted } from '../text/place.ts'
import { range, source, written } from '../text/source-text.ts'
import { globMatcher } from '../value/glob.ts'
import { type Named, templateNames } from '../value/go-template.ts'
import { defaultTemplates } from './default-templates.ts'
import { upstreamProblem } from './messages.ts'
import { yamlList } from './upstream-values.ts'

/** Templates that nothing defines: Alertmanager notices only when it notifies. A warning if they may be defined elsewhere. */
export function checkTemplates(config: YamlMap, all: readonly UserFile[], problems: Problem[]): void {
  const patterns = yamlList(config.templates).filter(isText)
  // Other files of the user are no templates.
  const templates = all.filter(
    ({ name }) => name.startsWith('templates/') || patterns.some(pattern => reads(pattern, name)),
  )
  const files = templates.map(file => ({ file, names: templateNames(textOf(file)) }))
  const known = new Set([
    ...defaultTemplates,
    ...files.flatMap(({ names }) => names.defined.map(({ name }) => name)),
    // In Go, each file is also a template with the name of the file.
    ...templates.map(({ name }) => name.slice(name.lastIndexOf('/') + 1)),
  ])
  // A file or pattern that may define further templates: promha cannot read it, or does not ship it.
  const elsewhere =
    templates.find(({ content }) => !isText(content))?.path ??
    patterns.find(pattern => !templates.some(({ name }) => reads(pattern, name)))
  const tell = ({ name }: Named, of: string, sure: boolean, place: Pick<Problem, 'source'>) =>
    problems.push(upstreamProblem.undefinedTemplate(place, { name, of, sure, elsewhere, known: [...known] }))
  for (const receiver of yamlList(config.receivers)) {
    const title = (receiver as YamlMap | null)?.name
    for (const { owner, key, value: text } of leavesOf(receiver)) {
      if (!isText(text)) continue
      const { defined, used } = templateNames(text)
      // A template that a field defines exists only within that field.
      const own = new Set(defined.map(({ name }) => name))
      for (const use of firstOfEach(used))
        if (!known.has(use.name) && !own.has(use.name))
          tell(use, `receiver ${quoted(String(title))}`, true, placeOf(owner, key, use.name))
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

/** Whether a pattern of the config matches a file; `name`: its path below Alertmanager's directory. */
function reads(pattern: string, name: string): boolean {
  const matcher = globMatcher(pattern.replace(/^(\/etc\/alertmanager\/|\.\/)/, ''))
  return 'matches' in matcher && matcher.matches(name)
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

function textOf({ content }: UserFile): string {
  return isText(content) ? content : ''
}
