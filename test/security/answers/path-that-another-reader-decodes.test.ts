/** Upstream's tools decode paths that promha took as they stand, so they never read an author's list of paths. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { useRuleTests } from '../../engine/support/rule-tests.ts'

const encoded = 'L2V0Yy9zaGFkb3c='

describe('the paths of a rule test', () => {
  const site = useRuleTests()

  /** The problems of `t.yml`, judged by these lines of shell, whose arguments are the files that promtool reads. */
  function told(tests: Readonly<Record<string, string>>, tool: string) {
    const files = Object.entries(tests).map(([name, text]) => [`tests/${name}`, text] as const)
    return site.run(
      `#!/bin/sh\nshift 2\n${tool}\nexit 1\n`,
      {
        ...Object.fromEntries(files),
        [`tests/${encoded}`]: 'groups: []\n',
        'tests/r[1].yml': 'groups: []\n',
      },
      ({ path }) => path.endsWith('t.yml'),
    )
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
    const written = join(site.directory, 'given')
    const text = `a: 1\nrule_files: ["\\x4c2V0Yy9zaGFkb3c=", r*.yml, 't.yml']\ntests: []\n`
    await told({ 't.yml': text }, `cat "$@" >${written}`)
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
