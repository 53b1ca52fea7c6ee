/** Rule tests, run by a promtool that stands in for upstream's and says what upstream's would say. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seriesFault } from '../../../src/check/subject/rule-tests.ts'
import { createTools } from '../../../src/check/tool/run.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { useRuleTests } from '../../engine/support/rule-tests.ts'
import { prometheus, read } from '../../inventory/harness.ts'

const failing = `rule_files: [../rules/a.yml]
tests:
  - name: one
    alert_rule_test:
      - eval_time: 60s
        alertname: A
      - { eval_time: 3m, alertname: A }
    promql_expr_test:
      - { expr: 'sum("x")', eval_time: 1m }
`
const said = `Unit Testing:  tests/a.yml
  FAILED:
    name: one,
    alertname: A, time: 3m, 
        exp:[], got:[x]
    expr: "sum(\\"x\\")", time: 1m,
        exp: {} 3E+00
        got: nil
`

describe('rule tests', () => {
  const site = useRuleTests()

  /** Fails if the rule file is not beside the copy of the test, else says this and gives that exit code. */
  async function told(files: Readonly<Record<string, string>>, answer: string, code = 1) {
    const { directory } = site
    site.write('said', answer)
    const promtool = `#!/bin/sh
shift 2
for test in "$@"; do
  case $test in *ok.yml) [ $# -gt 1 ] || exit 0;; esac
  [ -e "$(dirname "$test")/$(sed -n 's/^  - \\(.*\\.yml\\)$/\\1/p' "$test")" ] || { echo 'no rule file'; exit 3; }
  case $PWD in ${directory}/*) echo 'not a copy'; exit 3;; esac
done
cat ${directory}/said; exit ${code}
`
    const problems = await site.run(promtool, files)
    return problems.map(({ summary, source, detail }) => ({
      summary,
      detail,
      at: `${source?.file.replace(`${directory}/site/`, '')}:${source?.line}:${source?.column}`,
    }))
  }

  it('fail at the expectation that is not met', async () => {
    const files = {
      'tests/a.yml': failing,
      'tests/ok.yml': 'rule_files: [../rules/a.yml]\n',
      'rules/a.yml': '',
    }
    assert.deepEqual(await told(files, said), [
      {
        summary: 'a rule test fails: alert A at 3m',
        at: 'tests/a.yml:7:37',
        detail: '        exp:[], got:[x]',
      },
      {
        summary: 'a rule test fails: sum("x") at 1m',
        at: 'tests/a.yml:9:17',
        detail: '        exp: {} 3E+00\n        got: nil',
      },
    ])
  })

  it('name the rule file or the line of the test that promtool cannot read', async () => {
    const files = { 'tests/a.yml': failing, 'rules/a.yml': '' }
    const rule = `  FAILED:\n${join(site.directory, 'site')}/rules/a.yml: 5:15: group "g": could not parse\n`
    assert.deepEqual(
      (await told(files, rule)).map(({ at }) => at),
      ['rules/a.yml:5:15'],
    )
    assert.deepEqual(
      (await told(files, '  FAILED:\nyaml: unmarshal errors:\n  line 3: field x not found\n')).map(
        ({ at }) => at,
      ),
      ['tests/a.yml:2:1'],
    )
  })

  it('pass without a word, and are not run if a rule file is missing or named absolutely', async () => {
    assert.deepEqual(await told({ 'tests/a.yml': failing, 'rules/a.yml': '' }, '', 0), [])
    const wrong = { 'tests/a.yml': 'rule_files: [../rules/b*.yml, /etc/shadow]\n', 'rules/a.yml': '' }
    assert.deepEqual(
      (await told(wrong, 'x')).map(({ summary, at }) => [summary, at]),
      [
        ['"/etc/shadow": expected a path relative to the test file, saw an absolute one', 'tests/a.yml:1:31'],
        ['"../rules/b*.yml" matches no file', 'tests/a.yml:1:14'],
      ],
    )
  })

  it("show nothing of what lies outside the inventory's directory", async () => {
    site.write('rules/a.yml', 'secret')
    const files = { 'tests/a.yml': 'rule_files: [../../rules/a.yml]\n', 'rules/a.yml': '' }
    const [problem, ...rest] = await told(files, '  FAILED:\ncannot unmarshal !!str `secret`\n')
    assert.deepEqual(rest, [])
    assert.doesNotMatch(JSON.stringify(problem), /secret/)
    assert.match(problem?.detail ?? '', /outside the inventory's directory/)
  })

  it('are files that exist, and reach no host', async () => {
    const { problems } = await read(prometheus('rule_tests: [tests/*.yml]'))
    assert.match(problems[0]?.summary ?? '', /"tests\/\*\.yml" matches no file/)
  })
})

describe('input series of a rule test', () => {
  it('that promtool cannot read are found by asking one by one', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'promha-series-'))
    writeFileSync(join(directory, 'promtool'), '#!/bin/sh\n! grep -q broken "$3"\n', { mode: 0o755 })
    const text =
      'tests:\n  - input_series:\n      - series: good\n      - { values: "0 1", series: broken }\n'
    const { value } = parseYaml(source('a.yml', text))
    const run = createTools().at(join(directory, 'promtool'))
    const found = await seriesFault(value as Record<string, unknown>, run, join(directory, 'series'))
    assert.deepEqual([found?.line, found?.column], [4, 34])
    rmSync(directory, { recursive: true })
  })
})
