/** `rule_tests:` run by promtool on copies of the test files and of the rule files that they name. */
import { mkdir, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { error, type Problem } from '../diagnostic/problem.ts'
import { requestKey } from '../inventory/context.ts'
import { readAll } from '../inventory/edge/files.ts'
import type { Inventory, RuleTest } from '../inventory/model.ts'
import { at, quote } from '../inventory/place.ts'
import { readRuleTest } from '../inventory/rule-tests.ts'
import { makePrivateDirectory } from '../trust/private-directory.ts'
import { writeNew } from '../trust/replace-file.ts'
import { failedTests } from './rule-test-output.ts'
import { seriesFault } from './rule-test-series.ts'
import type { RunTool } from './tool.ts'

/** Test files that run at the same time. */
const together = 2

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
      await writeNew(join(directory, path), content)
    }
    const problems: Problem[] = []
    const runnable: typeof read = []
    for (const one of read) {
      let outside = one.test.outside === true
      const faults = [...one.problems]
      for (const { request, owner, index, path } of one.rules) {
        const answer = answers.get(requestKey(request))
        if (answer && 'files' in answer && answer.files.length > 0) {
          for (const found of answer.files) {
            outside ||= found.outside === true
            await put(found.path, found.bytes)
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
      if (faults.length > 0) continue
      await put(one.test.file, one.test.content)
      runnable.push({ ...one, test: { ...one.test, ...(outside ? { outside } : {}) } })
    }
    if (runnable.length === 0) return { problems }
    // promtool names a copy, by its path from here or by the whole one.
    const copies = new RegExp(`(?<![\\w./-])(?:${literal(directory)}/|/)?${literal(base.slice(1))}/`, 'g')
    const run = (those: readonly RuleTest[]) =>
      promtool(['test', 'rules', ...options, ...those.map(test => test.file.slice(1))], directory)
    const all = await run(runnable.map(({ test }) => test))
    if (all.exitCode === 0) return { problems }
    if (all.exitCode === undefined)
      return { problems, unknown: all.shortMessage ?? 'it could not be started' }
    for (let from = 0; from < runnable.length; from += together) {
      const some = runnable.slice(from, from + together)
      const results = await Promise.all(some.map(({ test }) => run([test])))
      for (const [index, { test, value }] of some.entries()) {
        const { exitCode, all: said } = results[index] ?? { all: '' }
        if (exitCode === 0 || exitCode === undefined) continue
        const found = judged(test, value, said.replaceAll(copies, prefixOf(file)))
        for (const problem of found) {
          const isSeries = /^\d+:\d+: parse error/.test(problem.detail ?? '')
          const source = isSeries
            ? await seriesFault(value, promtool, join(directory, `series-${from + index}`))
            : undefined
          problems.push(source ? { ...problem, source } : problem)
        }
      }
    }
    return { problems }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** Paths are shown as the inventory's own was typed. */
function prefixOf(inventory: string): string {
  const directory = dirname(inventory)
  return directory === '.' ? '' : `${directory}/`
}

function judged(test: RuleTest, value: Readonly<Record<string, unknown>>, said: string): readonly Problem[] {
  const top = { file: test.path, line: 1, column: 1 }
  const found = failedTests(said, value, top)
  if (!test.outside) return found
  return found.slice(0, 1).map(({ severity }) => ({
    severity,
    summary: `the rule tests of ${quote(test.path)} fail`,
    source: top,
    detail: "They read files outside the inventory's directory, so what promtool says is not shown.",
    remedy: `Run \`promtool test rules ${test.path}\` yourself.`,
  }))
}
