/** An inventory with rule tests in a directory of its own, and a promtool that the test writes. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { RuleTest } from '../../../roles/prometheus/settings/schema.ts'
import { runRuleTests } from '../../../src/check/subject/rule-tests.ts'
import { createTools } from '../../../src/check/tool/run.ts'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { readInventory } from '../../../src/site/read.ts'
import { prometheus } from '../../inventory/harness.ts'

export interface RuleTestSite {
  /** Absolute; another one for each test. */
  readonly directory: string
  /** Writes an executable file below the directory and returns its absolute path. */
  write(name: string, content: string): string
  /**
   * Problems of the rule tests below `site/tests`.
   * @param promtool a shell script
   * @param files by their names below `site`
   * @param isRun which of the tests are run; all if absent
   */
  run(
    promtool: string,
    files: Readonly<Record<string, string>>,
    isRun?: (test: RuleTest) => boolean,
  ): Promise<readonly Problem[]>
}

/** Makes the directory before each test and removes it afterwards. */
export function useRuleTests(): RuleTestSite {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-rules-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))
  const write = (name: string, content: string) => {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    chmodSync(path, 0o755)
    return path
  }
  return {
    get directory() {
      return directory
    },
    write,
    async run(promtool, files, isRun = () => true) {
      const tool = write('promtool', promtool)
      for (const [name, content] of Object.entries(files)) write(`site/${name}`, content)
      const { inventory } = await readInventory(
        write('site/inventory.yml', prometheus('rule_tests: [tests/*.yml]')),
      )
      const tests = inventory.cells[0]?.prometheus?.ruleTests ?? assert.fail()
      return (await runRuleTests(tests.filter(isRun), createTools().at(tool), inventory)).problems
    },
  }
}
