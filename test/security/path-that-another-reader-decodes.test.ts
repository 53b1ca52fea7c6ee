/** Upstream's tools decode paths that promha took as they stand, so they never read an author's list of paths. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runRuleTests } from '../../src/engine/rule-tests.ts'
import { createTools } from '../../src/engine/tool.ts'
import { readInventory } from '../../src/inventory/read.ts'
import { prometheus } from '../inventory/harness.ts'

const encoded = 'L2V0Yy9zaGFkb3c='

describe('the paths of a rule test', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-decoded-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const write = (name: string, content: string) => {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
    chmodSync(join(directory, name), 0o755)
    return join(directory, name)
  }

  /** The problems, and all test files that the tool was given. */
  async function told(tests: Readonly<Record<string, string>>, tool: string) {
    const promtool = write('promtool', `#!/bin/sh\nshift 2\n${tool}\nexit 1\n`)
    for (const [name, text] of Object.entries(tests)) write(`site/tests/${name}`, text)
    write(`site/tests/${encoded}`, 'groups: []\n')
    write('site/tests/r[1].yml', 'groups: []\n')
    const { inventory } = await readInventory(
      write('site/inventory.yml', prometheus('rule_tests: [tests/*.yml]')),
    )
    const given = inventory.cells[0]?.prometheus?.ruleTests ?? assert.fail()
    const { problems } = await runRuleTests(
      given.filter(({ path }) => path.endsWith('t.yml')),
      createTools().at(promtool),
      inventory,
    )
    return problems
  }

  it('may have no tag, however they are written', async () => {
    for (const text of [
      `rule_files: [!!binary ${encoded}]\n`,
      `rule_files:\n  - !!binary |\n    ${encoded}\n`,
      `rule_files: [!<tag:yaml.org,2002:binary> ${encoded}]\n`,
      `rule_files: !!seq [${encoded}]\n`,
      `x: &x !!binary ${encoded}\nrule_files: [*x]\n`,
      `x: &x { rule_files: [!!binary ${encoded}] }\n<<: *x\n`,
      `!!binary cnVsZV9maWxlcw==: [!!binary ${encoded}]\n`,
    ]) {
      const problems = await told({ 't.yml': text }, 'echo ran')
      assert.match(JSON.stringify(problems), /expected a path without a tag, saw !/, text)
      assert.doesNotMatch(JSON.stringify(problems), /ran/, text)
    }
  })

  it('are replaced by those of the copies in the file that promtool reads', async () => {
    const written = join(directory, 'given')
    const text = `a: 1\nrule_files: ["\\x4c2V0Yy9zaGFkb3c=", r*.yml, 't.yml']\ntests: []\n`
    await told({ 't.yml': text }, `cat "$@" >${written}`)
    const { readFileSync } = await import('node:fs')
    const given = readFileSync(written, 'utf8')
    const paths = [...given.matchAll(/^ {2}- (.*)$/gm)].map(([, path = '']) => path)
    assert.equal(paths.length, 3, given)
    for (const path of paths) assert.match(path, /^["']?\.\.\/\.\.\/files\//)
    assert.ok(
      paths.some(path => path.includes('r\\[1].yml') || path.includes('r\\\\[1].yml')),
      given,
    )
  })

  it('lead to nothing that is shown if promtool names another file all the same', async () => {
    const problems = await told(
      { 't.yml': 'rule_files: [r*.yml]\n' },
      "echo '  FAILED:'; echo '/etc/shadow: yaml: cannot unmarshal !!str `root:x`'",
    )
    assert.equal(problems.length, 1)
    assert.doesNotMatch(JSON.stringify(problems), /root:x/)
  })
})
