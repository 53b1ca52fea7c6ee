/** Unit tests of rules: they are run here and reach no host. */
import { posix } from 'node:path'
import { error, type Problem } from '../diagnostic/problem.ts'
import { asWritten } from './as-written.ts'
import { type Context, displayPath, type FileRequest } from './context.ts'
import type { RuleTest } from './model.ts'
import { decode } from './parsed-file.ts'
import { at, memberPlace, quote, source, typeOf } from './place.ts'
import type { PrometheusText } from './schema.ts'
import { isGlob, matchingFiles } from './shipped.ts'
import { parseYaml } from './yaml.ts'

/** The files of `rule_tests:`, each once. */
export function buildRuleTests(text: PrometheusText, context: Context): readonly RuleTest[] {
  const list = text.rule_tests ?? []
  const byPath = new Map<string, RuleTest>()
  for (const [index, path] of list.entries()) {
    for (const { path: file, bytes, outside } of matchingFiles({ owner: list, key: index, path }, context)) {
      const shown = displayPath(file, context)
      const content = decode(bytes)
      if (content === undefined)
        context.problems.push(error(`${quote(shown)} is not UTF-8 text`, at(list, index)))
      else byPath.set(file, { file, content, path: shown, ...(outside ? { outside } : {}) })
    }
  }
  return [...byPath.values()]
}

interface NamedRules {
  readonly request: FileRequest
  readonly owner: object
  readonly index: number
  /** As the test file has it. */
  readonly path: string
}

/** A test file as YAML, and the rule files that it names, which count from the test file itself. */
export function readRuleTest(test: RuleTest): {
  readonly value: Readonly<Record<string, unknown>>
  readonly rules: readonly NamedRules[]
  readonly problems: readonly Problem[]
} {
  const { value, problems: found } = parseYaml(
    source(test.path, test.content, test.outside),
    undefined,
    'first',
  )
  const map = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  const problems = [...found]
  const { rule_files: named = [] } = map
  problems.push(...wrongTag(map, 'rule_files'))
  if (named !== null && !Array.isArray(named))
    problems.push(error(`rule_files: expected a list of paths, saw ${typeOf(named)}`, at(map, 'rule_files')))
  const list: readonly unknown[] = Array.isArray(named) ? named : []
  const rules = list.flatMap((item, index): NamedRules[] => {
    const tags = wrongTag(list, index)
    problems.push(...tags)
    if (tags.length > 0) return []
    const path = asWritten(list, index)
    if (path === undefined) {
      problems.push(error(`rule_files: expected a path, saw ${typeOf(item)}`, at(list, index)))
      return []
    }
    if (posix.isAbsolute(path)) {
      problems.push(
        error(`${quote(path)}: expected a path relative to the test file, saw an absolute one`, {
          ...at(list, index),
          remedy: 'Write the path relative to the test file, as in ../rules/app.yml.',
        }),
      )
      return []
    }
    const absolute = posix.resolve(posix.dirname(test.file), path)
    return [{ request: { kind: isGlob(path) ? 'glob' : 'read', path: absolute }, owner: list, index, path }]
  })
  return { value: map, rules, problems }
}

/** Programs disagree on what a tag makes of a path. */
function wrongTag(owner: object, key: string | number): readonly Problem[] {
  const tag = memberPlace(owner, key)?.tag
  if (tag === undefined) return []
  return [
    error(`rule_files: expected a path without a tag, saw ${tag}`, {
      ...at(owner, key),
      remedy: 'Write the path as plain or quoted text.',
    }),
  ]
}
