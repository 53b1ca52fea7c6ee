/**
 * `npm run rule-mutants -- [--promtool PATH] [KEY…]`: breaks each standard alert rule, of these exporters only if some are
 * named, in one place after another, and asks promtool whether the tests of the alert notice. Names the mutants that none
 * notices, and fails if there are any. Takes a promtool of Prometheus 3, and two minutes of one processor.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { definitions } from '../roles/index.ts'
import { exporterCases } from '../test/roles/standard-rules/exporters.ts'
import { type Mutant, mutantsOf } from '../test/roles/standard-rules/mutants.ts'
import { nodeCases } from '../test/roles/standard-rules/node.ts'
import { type AlertCase, promtoolTests, type Rule, rulesIn } from '../test/roles/standard-rules/promtool.ts'

interface Trial {
  readonly name: string
  readonly rules: readonly Rule[]
  /** Tests of the alert, with the file of rules that promtool is to load. */
  readonly tests: (path: string) => string
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { promtool: { type: 'string', default: 'promtool' } },
})
/** This mutant is no different: in floating point the lost share is never exactly 0.05. */
const same = /^PingsLost warning: > is >=/
/** Bounds the length of the command line. */
const atOnce = 200
const casesByJob: readonly (readonly [string, readonly AlertCase[]])[] = Object.entries({
  node: nodeCases,
  ...exporterCases,
})

function trialsOf(key: string, file: string): readonly Trial[] {
  const rules = rulesIn(file)
  const trial = (rule: Rule, { rule: broken, what }: Mutant): Trial => {
    const { alert, labels } = rule
    const [job, cases] =
      casesByJob.find(
        ([of, all]) => of.replace(/-probe.*/, '') === key && all.some(one => one.alert === alert),
      ) ?? missing(alert)
    return {
      name: `${alert} ${labels.severity}: ${what}`,
      // Another severity of the alert may fire with the same series.
      rules: rules.filter(one => one.alert === alert).map(one => (one === rule ? broken : one)),
      tests: path =>
        promtoolTests(
          file,
          path,
          job,
          cases.filter(one => one.alert === alert && one.severity === labels.severity),
        ),
    }
  }
  return rules.flatMap(rule => mutantsOf(rule).map(mutant => trial(rule, mutant)))
}

function missing(alert: string): never {
  throw new RangeError(`no test of the alert ${alert}`)
}

/** Names of those that no test notices. */
async function survivorsOf(trials: readonly Trial[], directory: string): Promise<readonly string[]> {
  const files = trials.map(({ rules, tests }, index) => {
    const path = join(directory, `${index}.yml`)
    writeFileSync(path, stringify({ groups: [{ name: 'broken', rules }] }))
    writeFileSync(join(directory, `${index}-test.yml`), tests(path))
    return join(directory, `${index}-test.yml`)
  })
  const report = join(directory, 'report.xml')
  const said = await run(['test', 'rules', `--junit=${report}`, ...files])
  const unreadable = /^.*(parse error|could not parse|no such file).*$/m.exec(said)
  if (unreadable) throw new Error(unreadable[0])
  const answers = [
    ...readFileSync(report, 'utf8').matchAll(/<testsuite [^>]*failures="(\d+)" errors="(\d+)"/g),
  ]
  if (answers.length !== files.length)
    throw new Error(`${answers.length} answers of promtool to ${files.length} tests`)
  return trials
    .filter((_, index) => answers[index]?.slice(1).every(count => count === '0'))
    .map(({ name }) => name)
}

/** What it says of tests that fail. */
function run(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(values.promtool, words, { maxBuffer: 2 ** 28 }, (failure, _, stderr) => {
      if (failure && typeof failure.code !== 'number')
        reject(new Error(`cannot run ${values.promtool}: ${failure.code}`))
      else resolve(stderr)
    })
  })
}

const sets = definitions.flatMap(({ exporter }) =>
  exporter?.rules ? [{ key: exporter.key, file: exporter.rules.file }] : [],
)
const unknown = positionals.filter(key => !sets.some(set => set.key === key))
if (unknown.length > 0) {
  console.error(
    `no rules of ${unknown.join(', ')}; there are those of ${sets.map(({ key }) => key).join(', ')}`,
  )
  process.exit(2)
}
const trials = sets
  .filter(({ key }) => positionals.length === 0 || positionals.includes(key))
  .flatMap(({ key, file }) => trialsOf(key, file))
  .filter(({ name }) => !same.test(name))
const directory = mkdtempSync(join(tmpdir(), 'promha-mutants-'))
const survivors: string[] = []
try {
  for (let at = 0; at < trials.length; at += atOnce)
    survivors.push(...(await survivorsOf(trials.slice(at, at + atOnce), directory)))
} finally {
  rmSync(directory, { recursive: true })
}
for (const name of survivors) console.log(`not noticed: ${name}`)
console.log(`${trials.length - survivors.length} of ${trials.length} mutants are noticed`)
process.exitCode = survivors.length > 0 || trials.length === 0 ? 1 : 0
