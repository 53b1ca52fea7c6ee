/** Selectors of federation, judged by a promtool that stands in for upstream's. */

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildInstances } from '../../roles/instances.ts'
import { flagCheck } from '../../roles/text/flags.ts'
import { NoServerError } from '../../src/artifact/http/problem.ts'
import { type Artifacts, UnfetchedError } from '../../src/artifact/model.ts'
import { checkLocally } from '../../src/check/local-check.ts'
import { createTools } from '../../src/check/tool/run.ts'
import type { Instance } from '../../src/resource/model.ts'
import { buildTopology } from '../../src/topology/build.ts'
import { planOf } from '../engine/plans.ts'
import { prometheus, read } from '../inventory/harness.ts'
import { error } from '../support/problems.ts'

/** Refuses what has a look-ahead, in upstream's own words; of configs it says nothing. */
const promtool = `#!/bin/sh
shift
[ "$1" = rules ] || exit 0
shift
bad=0
for file in "$@"; do
  echo "Checking $file"
  grep -qF '(?!' "$file" || continue
  printf '  FAILED:\\n%s: 1:63: group "federation", rule 1, "selected": could not parse expression: 1:2: parse error: error parsing regexp: invalid or unsupported Perl syntax: \`(?!\`\\n' "$file" >&2
  bad=1
done
exit $bad
`

const text = `promha: 1
hosts:
  a: { address: 198.18.0.11 }
  b: { address: 198.18.0.12 }
cells:
  eu:
    hosts: [a]
    prometheus: { replicas: { a: a }, alertmanagers: [] }
    federation:
      from: [us]
      match:
        - up
        - '{job=~"(?!x)y"}'
        - '{job=~"z"}'
  us:
    hosts: [b]
    prometheus: { replicas: { b: b }, alertmanagers: [] }
`

describe('what is checked on this machine', () => {
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-promtool-'))
    writeFileSync(join(directory, 'promtool'), promtool)
    chmodSync(join(directory, 'promtool'), 0o755)
  })
  after(() => rmSync(directory, { recursive: true }))

  const path = '/usr/local/bin/promtool'
  const check = { program: path, args: ['check', 'config', 'prometheus.yml'], root: '/etc/prometheus' }
  const instances = (['eu', 'us'] as const).flatMap(cell =>
    ['a', 'b'].map(
      (host): Instance => ({ ...planOf(host, 'prometheus', { cell }).instance, checks: [check] }),
    ),
  )
  const release = async () => ({
    ...{ component: 'prometheus', version: '3.0.0', arch: 'amd64' },
    files: [{ path, sha256: '0', size: 0 }],
  })
  const program = () => join(directory, 'promtool')
  const artifacts = (local: Artifacts['local']) => ({ release, local }) as unknown as Artifacts

  it('are selectors of federation, each told once and at its place', async () => {
    const { inventory } = await read(text)
    const { problems } = await checkLocally(
      instances,
      artifacts(async () => program()),
      inventory ?? assert.fail(),
    )
    assert.deepEqual(
      problems.map(({ severity, summary, source }) => [severity, summary, source?.line, source?.column]),
      [['error', 'promtool refuses a selector under "match" of federation of cell "eu"', 13, 11]],
    )
    assert.match(problems[0]?.source?.file ?? '', /inventory\.yml$/)
    assert.match(problems[0]?.detail ?? '', /^1:2: parse error: error parsing regexp: .*`\(\?!`$/)
    assert.ok(problems[0]?.remedy)
  })

  it('only warns of what a placeholder is the cause of', async () => {
    const { inventory = assert.fail() } = await read(text)
    const severities = async (program: string) => {
      const tool = artifacts(async () => join(directory, program))
      const { problems } = await checkLocally(instances, tool, { ...inventory, placeholders: true })
      return [...new Set(problems.map(({ severity }) => severity))]
    }
    const refuses = (message: string) => `#!/bin/sh\ncat <<'END' >&2\n${message}\nEND\nexit 1\n`
    writeFileSync(join(directory, 'word'), refuses('FAILED: "placeholder-1" is not a valid duration'), {
      mode: 0o755,
    })
    writeFileSync(join(directory, 'cut'), refuses('line 4: cannot unmarshal !!str `placeho...` into int'), {
      mode: 0o755,
    })
    assert.deepEqual(await severities('word'), ['warning'])
    assert.deepEqual(await severities('cut'), ['warning'])
    assert.deepEqual(await severities('promtool'), ['error'])
  })

  it('are flags, shipped files of targets and, if asked for, rule tests', async () => {
    writeFileSync(
      join(directory, 'all'),
      `#!/bin/sh
case "$*" in
  *--flag=wrong*) echo 'all: error: no such value, try --help' >&2; exit 1;;
  *--syntax-only*) exit 0;;
  'test rules'*) echo '  FAILED:' >&2; echo 'cannot read it' >&2; exit 1;;
  'check config'*) echo '  FAILED: no targets' >&2; exit 1;;
esac
`,
      { mode: 0o755 },
    )
    const files = { 'a.json': '[]', 't.yml': 'tests: []\n' }
    const rest =
      'alertmanagers: [], flags: { flag: wrong }, files: { sd/a.json: a.json }, rule_tests: [t.yml], scrape_configs: [{ job_name: x, file_sd_configs: [{ files: [sd/a.json] }] }]'
    const { inventory = assert.fail() } = await read(text.replace('alertmanagers: []', rest), files)
    const { flags = assert.fail() } = inventory.cells[0]?.prometheus ?? {}
    const judged = flagCheck(['/usr/local/bin/prometheus', '--flag=wrong'], '/etc/prometheus', flags, {
      instead: [],
      accepted: ['taken'],
    })
    const [one = assert.fail()] = instances
    const both = {
      release: async () => ({
        ...(await release()),
        files: ['prometheus', 'promtool'].map(name => ({
          path: `/usr/local/bin/${name}`,
          sha256: '0',
          size: 0,
        })),
      }),
      local: async () => join(directory, 'all'),
    } as unknown as Artifacts
    const told = async (ruleTests: boolean) => {
      const all = [{ ...one, checks: [judged, check] }]
      const { problems } = await checkLocally(all, both, inventory, { ruleTests })
      return problems.map(
        ({ summary, source }) => `${summary.split(' "')[0]} ${source?.file.split('/').at(-1)}`,
      )
    }
    const always = ['prometheus refuses the flag inventory.yml', 'promtool refuses the targets in a.json']
    assert.deepEqual((await told(false)).sort(), always)
    assert.deepEqual((await told(true)).sort(), [
      ...always.slice(0, 1),
      'promtool cannot run a rule test t.yml',
      ...always.slice(1),
    ])
  })

  it('are configs of programs that end by a failure if they take them', async () => {
    writeFileSync(
      join(directory, 'ends'),
      `#!/bin/sh
for last; do :; done
grep -q cmdlin: "$last" && echo "error reading config file \\"$last\\": no matchers provided" || echo 'Reading metrics from /proc/none'
exit 1
`,
      { mode: 0o755 },
    )
    const told = async (key: string) => {
      const config = `{ process_names: [{ name: x, ${key}: [y] }] }`
      const { inventory = assert.fail() } = await read(
        text.replace('    hosts: [b]', `    hosts: [b]\n    exporters: { process: { config: ${config} } }`),
      )
      const processes = buildInstances(inventory, buildTopology(inventory), () => '1.0.0').filter(
        ({ component }) => component === 'process_exporter',
      )
      const ends = {
        release: async () => ({
          ...{ component: 'process_exporter', version: '0', arch: 'amd64' },
          files: [{ path: '/usr/local/bin/process_exporter', sha256: '0', size: 0 }],
        }),
        local: async () => join(directory, 'ends'),
      } as unknown as Artifacts
      const { problems, unchecked } = await checkLocally(processes, ends, inventory)
      assert.deepEqual(unchecked, [])
      return problems.map(({ summary, source }) => `${summary} ${source?.line}`)
    }
    assert.deepEqual(await told('cmdline'), [])
    assert.deepEqual(await told('cmdlin'), [
      'process_exporter refuses the config of process_exporter in cell us 17',
    ])
  })

  it('are files of scrape_config_files, one by one, at the line of the file', async () => {
    writeFileSync(
      join(directory, 'jobs'),
      `#!/bin/sh
for last; do :; done
case "$last" in
  scrape_configs/a.yml) printf '  FAILED: parsing YAML file %s: yaml: unmarshal errors:\\n  line 3: field metric_path not found in type config.ScrapeConfig\\n' "$last"; exit 1;;
  scrape_configs/b.yml) echo '  FAILED: scrape timeout greater than scrape interval for scrape config'; exit 1;;
  scrape_configs/promha-*)
    grep -q 'scrape_interval: 3m' "$last" || exit 3
    grep -q 'scrape_timeout: 4m' "$last" || exit 0
    printf '  FAILED: parsing YAML file %s: scrape timeout greater than scrape interval for scrape config with job name "z"\\n' "$last"; exit 1;;
esac
`,
      { mode: 0o755 },
    )
    const files = {
      'jobs/a.yml': 'scrape_configs:\n  - job_name: x\n    metric_path: /m\n',
      // Whether these are right depends on the global interval, which the files alone do not have.
      'jobs/b.yml': 'scrape_configs: [{ job_name: y, scrape_timeout: 2m }]\n',
      'jobs/c.yml': '# mine\nscrape_configs:\n  - job_name: z\n    scrape_timeout: 4m\n',
    }
    const text = prometheus('scrape_config_files: [jobs/*.yml]', 'global: { scrape_interval: 3m }')
    const { inventory = assert.fail() } = await read(text, files)
    const one = buildInstances(inventory, buildTopology(inventory), () => '3.5.0').filter(
      ({ component }) => component === 'prometheus',
    )
    const tool = artifacts(async () => join(directory, 'jobs'))
    const { problems } = await checkLocally(
      one.map(instance => ({ ...instance, checks: [check] })),
      tool,
      inventory,
    )
    assert.deepEqual(
      problems.map(({ detail, source }) => [
        detail,
        source?.file.split('/').at(-1),
        source?.line,
        source?.column,
      ]),
      [
        ['field metric_path not found in type config.ScrapeConfig', 'a.yml', 3, 5],
        [
          'scrape timeout greater than scrape interval for scrape config with job name "z"',
          ...['c.yml', 4, 5],
        ],
      ],
    )
  })

  it('are not judged without a tool, which is told', async () => {
    const { inventory = assert.fail() } = await read(text)
    const gone = artifacts(async () => {
      throw new UnfetchedError([error('the mirror is down', { remedy: 'Wait for it.' })])
    })
    const other = {
      ...planOf('b', 'prometheus', { cell: 'apps' }).instance,
      component: 'node_exporter' as const,
      checks: [check],
    }
    const { problems, unchecked } = await checkLocally([...instances, other], gone, inventory)
    assert.deepEqual(problems, [])
    // Two cells and two components, one cause: it is told once.
    assert.deepEqual(unchecked, [
      {
        code: 'check.unfetched',
        severity: 'warning',
        summary: 'promtool could not be fetched, so promha did not check node_exporter and prometheus here',
        detail:
          'the mirror is down\nNot checked: node_exporter in cell apps, prometheus in cell eu, prometheus in cell us',
        remedy: 'Wait for it.',
      },
    ])
  })

  it('are told of although promtool does not come to the end of the selectors', async () => {
    writeFileSync(
      join(directory, 'greedy'),
      `#!/bin/sh
shift
[ "$1" = rules ] || { echo '  FAILED: parsing YAML file prometheus.yml: no' ; exit 1; }
echo 'fatal error: runtime: out of memory' >&2
exit 2
`,
      { mode: 0o755 },
    )
    const { inventory = assert.fail() } = await read(text)
    const { problems, unchecked } = await checkLocally(
      instances.slice(0, 1),
      artifacts(async () => join(directory, 'greedy')),
      inventory,
    )
    assert.equal(problems.length, 1)
    assert.match(
      unchecked.map(({ summary }) => summary).join('\n'),
      /^the config of prometheus in cell eu was not checked by promtool here: it needs more than \d+ MiB of memory$/,
    )
  })

  it('have some time together, and what is late is told of once', async () => {
    writeFileSync(join(directory, 'slow'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
    const { inventory = assert.fail() } = await read(text)
    const { problems, unchecked } = await checkLocally(
      instances,
      artifacts(async () => join(directory, 'slow')),
      inventory,
      { ruleTests: true, tools: createTools({ time: 500 }) },
    )
    assert.deepEqual(problems, [])
    assert.deepEqual(unchecked, [
      {
        code: 'check.checks-unfinished',
        severity: 'warning',
        summary: 'not all checks could be made on this machine within 5m',
        detail: 'Not finished: promtool in cell eu, promtool in cell us.',
        remedy:
          '`promha apply` checks the rest on the host before it is used. Run `promtool test rules` on the rule tests yourself.',
      },
    ])
  })

  it('are not judged if the source does not answer, and apply is said to need it', async () => {
    const { inventory = assert.fail() } = await read(text)
    const gone = artifacts(async () => {
      throw new NoServerError([error('down')])
    })
    const { unchecked } = await checkLocally(instances, gone, inventory)
    assert.deepEqual(
      unchecked.map(({ remedy }) => remedy),
      ['Make sure that this machine reaches upstream: `promha apply` needs it too for what the cache lacks.'],
    )
  })
})
