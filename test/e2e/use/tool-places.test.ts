/** What upstream's own programs refuse is told at its place in the user's files, whatever they say of the place. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildInstances } from '../../../roles/instances.ts'
import type { Artifacts } from '../../../src/artifact/model.ts'
import { openArtifacts } from '../../../src/artifact/open.ts'
import { checkLocally } from '../../../src/check/local-check.ts'
import { createTools } from '../../../src/check/tool/run.ts'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { Component } from '../../../src/inventory/model.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { head, read, unmark } from '../../inventory/harness.ts'
import { mistakes, type Part } from '../support/upstream/mistakes.ts'

const components: Readonly<Partial<Record<Part, Component>>> = {
  alertmanager: 'alertmanager',
  template: 'alertmanager',
  modules: 'blackbox_exporter',
}

const files: Readonly<Partial<Record<Part, string>>> = { rules: 'rules/a.yml', template: 'x.tmpl' }

/** The inventory of a site with one mistake, in a file of its own or inline. */
function siteOf(
  part: Part,
  text: string,
  inline: boolean,
): { inventory: string; others: Record<string, string> } {
  const file = files[part] ?? 'part.yml'
  const indented = (by: number) => `\n${text.replaceAll(/^/gm, ' '.repeat(by))}`
  const value = (by: number) => (inline ? indented(by) : ` ${file}`)
  const config = part === 'alertmanager' ? value(8) : ' { route: { receiver: t }, receivers: [{ name: t }] }'
  const prometheus = ['scrape_configs', 'global', 'remote_write', 'alert_relabel_configs', 'alertmanagers']
  const inventory = `${head}cells:
  c:
    alertmanager:
      hosts: [mon-a, mon-b]
      config:${config}
${part === 'template' ? `      templates: [${file}]\n` : ''}    prometheus:
      replicas: { a: mon-a, b: mon-b }
${part === 'rules' ? '      rule_files: [rules/*.yml]\n' : ''}${prometheus.includes(part) ? `      ${part}:${value(8)}\n` : ''}${
  part === 'modules' ? `    blackbox:\n      hosts: [mon-a]\n      modules:${value(8)}\n` : ''
}`
  return { inventory, others: inline ? {} : { [file]: text } }
}

describe('what upstream refuses', function () {
  this.timeout(300_000)
  let directory = ''
  let artifacts: Artifacts
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-places-'))
    const { inventory = assert.fail() } = await read(siteOf('modules', 'm: { prober: icmp }', true).inventory)
    const settings = {
      from: 'debian',
      kind: 'debian',
      suite: 'forky',
      cache: join(directory, 'cache'),
    } as const
    const lists = {
      accepted: { path: join(directory, 'trusted') },
      fetched: { path: join(directory, 'fetched') },
    }
    artifacts = await openArtifacts(
      { ...inventory, directory, artifacts: settings },
      { emit: () => {}, lists },
    )
  })
  after(() => rm(directory, { recursive: true, force: true }))

  const judged = async (
    part: Part,
    text: string,
    others: Readonly<Record<string, string>>,
  ): Promise<readonly Problem[]> => {
    const { inventory, problems: own } = await read(text, others)
    if (!inventory) return own
    const component = components[part] ?? 'prometheus'
    const instances = buildInstances(inventory, buildTopology(inventory), one => artifacts.version(one))
    const { problems, unchecked } = await checkLocally(
      instances.filter(one => one.component === component),
      artifacts,
      inventory,
    )
    assert.deepEqual(unchecked, [])
    return problems
  }

  it('is nothing that takes more memory than a tool may have', async () => {
    const series = { series: 'up', values: '0+1x1000000000' }
    const tests = { tests: [{ interval: '1m', input_series: [series], promql_expr_test: [] }] }
    const { inventory: text } = siteOf('rules', '', false)
    const { inventory = assert.fail() } = await read(`${text}      rule_tests: [t.yml]\n`, {
      'rules/a.yml': 'groups: []\n',
      't.yml': JSON.stringify(tests),
    })
    const instances = buildInstances(inventory, buildTopology(inventory), one => artifacts.version(one))
    const { problems, unchecked } = await checkLocally(
      instances.filter(({ component }) => component === 'prometheus'),
      artifacts,
      inventory,
      { ruleTests: true, tools: createTools({ shares: { memory: 512 * 1024 ** 2, together: 1 } }) },
    )
    assert.deepEqual(problems, [])
    assert.match(
      unchecked.map(({ summary }) => summary).join('\n'),
      /^not all rule tests of cell c were run: it needs more than 512 MiB of memory$/,
    )
  })

  for (const [name, all] of Object.entries(mistakes)) {
    const part = name as Part
    const inlines =
      part === 'rules' || part === 'template' ? [false] : part === 'global' ? [true] : [false, true]
    for (const inline of inlines) {
      describe(`of ${part} ${inline ? 'inline' : 'in a file'}`, () => {
        // The places of a file and of the inventory are found in the same way: inline, some are enough.
        for (const marked of inline && part !== 'global' ? all.filter((_, index) => index % 4 === 0) : all) {
          it(marked.replaceAll(/\s+/g, ' ').slice(-90), async () => {
            const { inventory, others } = siteOf(part, marked, inline)
            const file = inline ? 'inventory.yml' : (Object.keys(others)[0] ?? '')
            const whole = unmark(inline ? inventory : (others[file] ?? ''))
            const problems = await judged(
              part,
              inline ? whole.text : inventory,
              inline ? {} : { [file]: whole.text },
            )
            const places = problems.map(({ source }) => [
              source?.file.replace(/^.*promha-inventory-[^/]*\//, ''),
              source?.line,
              source?.column,
            ])
            const wanted = whole.places.map(({ line, column }) => [file, line, column])
            assert.deepEqual(places, wanted, JSON.stringify(problems, undefined, 1))
            assert.doesNotMatch(JSON.stringify(problems), /as generated|promha-part/)
          })
        }
      })
    }
  }
})
