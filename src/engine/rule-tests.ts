/** `rule_tests:` run by promtool on copies of the test files and of the rule files that they name. */
import { mkdir, realpath, rm } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { yamlText } from '../../roles/yaml.ts'
import { literalPattern } from '../diagnostic/literal-pattern.ts'
import { error, isError, type Problem } from '../diagnostic/problem.ts'
import { requestKey } from '../inventory/context.ts'
import { readAll } from '../inventory/edge/files.ts'
import type { Inventory, RuleTest } from '../inventory/model.ts'
import { at, quote } from '../inventory/place.ts'
import { readRuleTest } from '../inventory/rule-tests.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeBriefly } from '../trust/replace-file.ts'
import { literalGlob } from './here.ts'
import { failedTests } from './rule-test-output.ts'
import { seriesFault } from './rule-test-series.ts'
import { type RunTool, refuses, whyNot } from './tool.ts'

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

/**
 * Runs the tests; a test reads no file of this machine but copies of those that it names.
 * @param options further ones of promtool, as `--enable-feature=…`
 */
export async function runRuleTests(
  tests: readonly RuleTest[],
  promtool: RunTool,
  { directory: base, file }: Pick<Inventory, 'directory' | 'file'>,
  options: readonly string[] = [],
): Promise<Findings> {
  if (tests.length === 0) return { problems: [] }
  const read = tests.map(test => ({ test, ...readRuleTest(test) }))
  const real = await realpath(base).catch(() => base)
  const answers = await readAll(
    read.flatMap(({ rules }) => rules.map(({ request }) => request)),
    real,
  )
  const directory = makePrivateDirectory('promha-check-')
  try {
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
        faults.push(
          error(`${quote(path)} ${why}`, {
            ...at(owner, index),
            remedy: 'Paths in a rule test count from the test file.',
          }),
        )
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
    const run = (those: readonly Runnable[]) =>
      promtool(['test', 'rules', ...options, ...those.map(({ copy }) => copy)], directory)
    const all = await run(runnable)
    if (all.exitCode === 0) return { problems }
    if (all.exitCode === undefined) return { problems, unknown: whyNot(all) }
    const results = await Promise.all(runnable.map(async one => ({ one, result: await run([one]) })))
    for (const [index, { one, result }] of results.entries()) {
      if (!refuses(result)) continue
      const said = result.all
      const found = namesAnother(said, [directory, base])
        ? withheld(one.test, 'promtool names a file that is not among the copies of this check')
        : judged(one, said.replaceAll(copies, prefixOf(file)))
      for (const problem of found) {
        const isSeries = /^\d+:\d+: parse error/.test(problem.detail ?? '')
        const source = isSeries
          ? await seriesFault(one.value, promtool, join(directory, `series-${index}`))
          : undefined
        problems.push(source ? { ...problem, source } : problem)
      }
    }
    return { problems }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Paths are shown as the inventory's own was typed. */
function prefixOf(inventory: string): string {
  const directory = dirname(inventory)
  return directory === '.' ? '' : `${directory}/`
}

/** Whether promtool says something about a file that is in none of the directories. */
function namesAnother(said: string, directories: readonly string[]): boolean {
  return [...said.matchAll(/^\s*(?:\w+ )?(\/[^:\n]*):/gm)].some(
    ([, path = '']) => !directories.some(directory => path.startsWith(`${directory}/`)),
  )
}

function withheld({ path }: RuleTest, why: string): readonly Problem[] {
  return [
    error(`the rule tests of ${quote(path)} fail`, {
      source: { file: path, line: 1, column: 1 },
      detail: `${why}, so what it says is not shown.`,
      remedy: `Run \`promtool test rules ${path}\` yourself.`,
    }),
  ]
}

function judged({ test, value, text }: Runnable, said: string): readonly Problem[] {
  if (test.outside) return withheld(test, "They read files outside the inventory's directory")
  return failedTests(said, { value, text, path: test.path })
}
