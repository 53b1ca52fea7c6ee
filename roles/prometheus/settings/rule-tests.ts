/** Unit tests of rules: they are run here and reach no host. */
import { posix } from 'node:path'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { type Context, displayPath, type FileRequest } from '../../../src/inventory/context.ts'
import { isGlob, matchingFiles } from '../../../src/inventory/file/user-files.ts'
import { asWritten } from '../../../src/inventory/text/as-written.ts'
import { decode } from '../../../src/inventory/text/parsed-file.ts'
import { at, memberPlace, typeOf } from '../../../src/inventory/text/place.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { prometheusProblem } from '../messages.ts'
import type { PrometheusText, RuleTest } from './schema.ts'

/** The files of `rule_tests:`, each once. */
export function buildRuleTests(text: PrometheusText, context: Context): readonly RuleTest[] {
  const list = text.rule_tests ?? []
  const byPath = new Map<string, RuleTest>()
  for (const [index, path] of list.entries()) {
    for (const { path: file, bytes, outside } of matchingFiles({ owner: list, key: index, path }, context)) {
      const shown = displayPath(file, context)
      const content = decode(bytes)
      if (content === undefined) context.problems.push(prometheusProblem.testNotUtf8(at(list, index), shown))
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
  const from = source(test.path, test.content, test.outside)
  const { value, problems: found } = parseYaml(from, undefined, 'first')
  const map = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  const problems = [...found]
  const { rule_files: named = [] } = map
  problems.push(...wrongTag(map, 'rule_files'))
  if (named !== null && !Array.isArray(named))
    problems.push(prometheusProblem.ruleFilesNotAList(at(map, 'rule_files'), typeOf(named)))
  const list: readonly unknown[] = Array.isArray(named) ? named : []
  const rules = list.flatMap((item, index): NamedRules[] => {
    const tags = wrongTag(list, index)
    problems.push(...tags)
    if (tags.length > 0) return []
    const path = asWritten(list, index)
    if (path === undefined) {
      problems.push(prometheusProblem.ruleFileNotAPath(at(list, index), typeOf(item)))
      return []
    }
    if (posix.isAbsolute(path)) {
      problems.push(prometheusProblem.ruleFileAbsolute(at(list, index), path))
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
  return [prometheusProblem.ruleFileTagged(at(owner, key), tag)]
}
