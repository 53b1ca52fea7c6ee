/** `rule_tests:` run by promtool on copies of the test files and of the rule files that they name. */
import { mkdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { readRuleTest } from '../../../roles/prometheus/settings/rule-tests.ts'
import type { RuleTest } from '../../../roles/prometheus/settings/schema.ts'
import { yamlText } from '../../../roles/text/yaml.ts'
import { literalPattern } from '../../diagnostic/literal-pattern.ts'
import { isError, type Problem, type SourceRange } from '../../diagnostic/problem.ts'
import { requestKey } from '../../inventory/context.ts'
import { readAll } from '../../inventory/edge/files.ts'
import type { Inventory } from '../../inventory/model.ts'
import { at } from '../../inventory/text/place.ts'
import { mapsIn } from '../../inventory/upstream/upstream-values.ts'
import { writeBriefly } from '../../trust/replace-file.ts'
import { literalGlob } from '../here.ts'
import { checkProblem } from '../messages.ts'
import { mostSeries } from '../tool/bounds.ts'
import { inCheckDirectory, type RunTool, refuses, whyNot } from '../tool/run.ts'
import { failedTests } from './rule-test-output.ts'

interface Runnable {
  readonly test: RuleTest
  readonly value: Readonly<Record<string, unknown>>
  /** Where its copy lies. */
  readonly copy: string
  readonly text: string
}

interface Findings {
  readonly problems: readonly Problem[]
  /** Why promtool did not come to an end. */
  readonly unknown?: string
}

/** Runs the tests, which read copies only. `options`: further ones of promtool, as `--enable-feature=…`. */
export async function runRuleTests(
  tests: readonly RuleTest[],
  promtool: RunTool,
  { directory: base, file }: Pick<Inventory, 'directory' | 'file'>,
  options: readonly string[] = [],
): Promise<Findings> {
  if (tests.length === 0) return { problems: [] }
  const read = tests.map(test => ({ test, ...readRuleTest(test) }))
  const real = await realpath(base).catch(() => base)
  const requests = read.flatMap(({ rules }) => rules.map(({ request }) => request))
  const answers = await readAll(requests, real)
  return inCheckDirectory(async directory => {
    const written = new Set<string>()
    const put = async (path: string, content: string | Uint8Array) => {
      if (written.has(path)) return
      written.add(path)
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeBriefly(join(directory, path), content)
    }
    const problems: Problem[] = []
    const runnable: Runnable[] = []
    for (const [index, one] of read.entries()) {
      let outside = one.test.outside === true
      // Not beside the rule files: a test may be named as one, and then lies there as its author wrote it.
      const copy = join('tests', String(index), basename(one.test.file))
      const rules: string[] = []
      const faults = [...one.problems]
      for (const { request, owner, index, path } of one.rules) {
        const answer = answers.get(requestKey(request))
        if (answer && 'files' in answer && answer.files.length > 0) {
          for (const found of answer.files) {
            outside ||= found.outside === true
            const rule = join('files', found.path)
            await put(rule, found.bytes)
            rules.push(literalGlob(relative(dirname(copy), rule)))
          }
          continue
        }
        const why = answer && 'failure' in answer ? answer.failure : 'matches no file'
        faults.push(checkProblem.ruleTestFile(at(owner, index), path, why))
      }
      problems.push(...faults)
      if (faults.some(isError)) continue
      // Never as its author wrote it: promtool could read another path there than was looked at here.
      const text = yamlText({ ...one.value, rule_files: rules })
      await put(copy, text)
      runnable.push({ ...one, copy, text, test: { ...one.test, ...(outside ? { outside } : {}) } })
    }
    if (runnable.length === 0) return { problems }
    // promtool names a copy, by its path from here or by the whole one.
    const copies = new RegExp(
      `(?<![\\w./-])(?:${literalPattern(directory)}/)?(?:files)?/?${literalPattern(base.slice(1))}/`,
      'g',
    )
    // Paths are shown as the inventory's own was typed.
    const shownAs = dirname(file) === '.' ? '' : `${dirname(file)}/`
    const run = (those: readonly Runnable[]) =>
      promtool(['test', 'rules', ...options, ...those.map(({ copy }) => copy)], directory)
    const all = await run(runnable)
    if (all.exitCode === 0) return { problems }
    if (all.exitCode === undefined) return { problems, unknown: whyNot(all) }
    const results = await Promise.all(runnable.map(async one => ({ one, result: await run([one]) })))
    for (const [index, { one, result }] of results.entries()) {
      if (!refuses(result)) continue
      const said = result.all
      const { value, text, test } = one
      const outside = test.outside ? "They read files outside the inventory's directory" : undefined
      const hidden = namesAnother(said, [directory, base])
        ? 'promtool names a file that is not among the copies of this check'
        : outside
      const start = { source: { file: test.path, line: 1, column: 1 } }
      const found = hidden
        ? [checkProblem.ruleTestsOutsideFail(start, test.path, hidden)]
        : failedTests(said.replaceAll(copies, shownAs), { value, text, path: test.path })
      for (const problem of found) {
        const isSeries = /^\d+:\d+: parse error/.test(problem.detail ?? '')
        const source = isSeries
          ? await seriesFault(one.value, promtool, join(directory, `series-${index}`))
          : undefined
        problems.push(source ? { ...problem, source } : problem)
      }
    }
    return { problems }
  })
}

/** Whether promtool says something about a file that is in none of the directories. */
function namesAnother(said: string, directories: readonly string[]): boolean {
  return [...said.matchAll(/^\s*(?:\w+ )?(\/[^:\n]*):/gm)].some(
    ([, path = '']) => !directories.some(directory => path.startsWith(`${directory}/`)),
  )
}

/** Where the first of them is; undefined if each can be read alone. `directory` is for this question alone. */
export async function seriesFault(
  value: Readonly<Record<string, unknown>>,
  promtool: RunTool,
  directory: string,
): Promise<SourceRange | undefined> {
  const all = mapsIn(value.tests).flatMap(test => mapsIn(test.input_series))
  for (const [index, one] of all.slice(0, mostSeries).entries()) {
    const { series, values } = one
    const name = `series-${index}.yml`
    const alone = { tests: [{ interval: '1m', input_series: [{ series, values }] }] }
    await mkdir(directory, { recursive: true })
    await writeBriefly(join(directory, name), JSON.stringify(alone))
    if (refuses(await promtool(['test', 'rules', name], directory))) return at(one, 'series').source
  }
  return undefined
}
