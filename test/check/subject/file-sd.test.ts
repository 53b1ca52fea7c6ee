import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkFileSd } from '../../../src/check/subject/file-sd.ts'
import { targetFaults } from '../../../src/check/subject/file-sd-place.ts'
import { createTools } from '../../../src/check/tool/run.ts'
import { prometheus, read, unmark } from '../../inventory/harness.ts'

/** Refuses each file that its config names and that holds "bad" if nothing is relabelled, in upstream's words. */
const promtool = `#!/bin/sh
echo "Checking $3"
for file in [0-9].*; do
  grep -q "$file" "$3" && grep -q bad "$file" && ! grep -q __param_target "$3" || continue
  printf '  FAILED: instance 0 in group : "bad host" is not a valid hostname\\n\\n'
  exit 1
done
grep -q lables 0.* && printf '  FAILED: checking SD file "0.yml": yaml: unmarshal errors:\\n  line 2: field lables not found in type struct\\n' && exit 1
grep -q 0.json "$3" && printf '  FAILED: checking SD file "0.json": invalid character\\n\\n' && exit 1
echo ' SUCCESS: all is well'
`

describe('shipped files of targets', () => {
  let directory = ''
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-sd-'))
    writeFileSync(join(directory, 'promtool'), promtool, { mode: 0o755 })
  })
  after(() => rmSync(directory, { recursive: true }))

  async function told(paths: string, files: Readonly<Record<string, string>>) {
    const map = Object.keys(files).map(name => `sd/${name}: ${name}`)
    return toldOf(
      prometheus(
        `files: { ${map.join(', ')} }`,
        `scrape_configs: [{ job_name: x, file_sd_configs: [{ files: [${paths}] }] }]`,
      ),
      files,
    )
  }

  async function toldOf(text: string, files: Readonly<Record<string, string>>) {
    const { inventory = assert.fail() } = await read(text, files)
    const found = await checkFileSd(
      inventory.cells[0]?.prometheus ?? assert.fail(),
      createTools().at(join(directory, 'promtool')),
    )
    return found.map(({ detail, source }) => [
      detail,
      source?.file.replace(/.*\//, ''),
      source?.line,
      source?.column,
      source?.text,
    ])
  }

  it('are judged before, whichever path the config names them by', async () => {
    const files = { 'a.yml': '- targets:\n    - bad host\n', 'b.yml': '- targets: [ok]\n', 'c.yml': 'bad' }
    const expected = [['instance 0 in group : "bad host" is not a valid hostname', 'a.yml', 2, 7, undefined]]
    assert.deepEqual(await told('/etc/prometheus/sd/a.yml, sd/b.yml', files), expected)
    assert.deepEqual(await told('"./sd/[ab].yml"', files), expected)
    assert.deepEqual(await told('/srv/sd/c.yml', files), [])
  })

  it('are judged if a job in a file names them, by paths beside that file', async () => {
    const job = (path: string) =>
      `scrape_configs: [{ job_name: x, file_sd_configs: [{ files: ["${path}"] }] }]\n`
    const expected = [['instance 0 in group : "bad host" is not a valid hostname', 'a.yml', 2, 7, undefined]]
    const targets = '- targets:\n    - bad host\n'
    const text = prometheus('scrape_config_files: [jobs/*.yml]')
    assert.deepEqual(
      await toldOf(text, { 'jobs/j.yml': job('sd/a.yml'), 'jobs/sd/a.yml': targets }),
      expected,
    )
    const shipped = prometheus('scrape_config_files: [jobs/*.yml]', 'files: { sd/a.yml: a.yml }')
    for (const path of ['../sd/*.yml', '/etc/prometheus/sd/a.yml'])
      assert.deepEqual(await toldOf(shipped, { 'jobs/j.yml': job(path), 'a.yml': targets }), expected, path)
  })

  it('are judged after the relabelling of the job that takes them', async () => {
    const jobs = (relabel: string) => [
      'files: { sd/a.yml: a.yml }',
      `scrape_configs: [{ job_name: x, file_sd_configs: [{ files: [sd/a.yml] }]${relabel} }]`,
    ]
    const relabel = ', relabel_configs: [{ source_labels: [__address__], target_label: __param_target }]'
    const files = { 'a.yml': '- targets: [bad]\n' }
    assert.deepEqual(await toldOf(prometheus(...jobs(relabel)), files), [])
    assert.equal((await toldOf(prometheus(...jobs('')), files)).length, 1)
  })

  it('are told at the key that is wrong', async () => {
    const files = { 'a.yml': '- targets: [ok]\n  lables: { a: b }\n' }
    const [found] = await told('sd/a.yml', files)
    assert.deepEqual(found?.slice(2, 4), [2, 3])
  })

  it('that are no JSON are told at the place of the fault', async () => {
    assert.deepEqual(await told('sd/a.json', { 'a.json': '[{"targets":\n ["a"]]' }), [
      ['invalid character', 'a.json', 1, 2, undefined],
    ])
  })

  const struct = 'struct { Targets []string "yaml:\\"targets\\""; Labels model.LabelSet "yaml:\\"labels\\"" }'
  const faults: readonly (readonly [name: string, text: string, said: string, remedy?: string])[] = [
    [
      'a.yml',
      '- targets: [a:1]\n  §label: { x: y }\n',
      `yaml: unmarshal errors:\n  line 2: field label not found in type ${struct}`,
      '"labels"',
    ],
    [
      'a.yml',
      '- { targets: [a:1], §label: { x: y } }\n---\nno: [ YAML\n',
      `yaml: unmarshal errors:\n  line 1: field label not found in type ${struct}`,
      '"labels"',
    ],
    // A line end of YAML 1.1, which only go-yaml takes for one.
    [
      'a.yml',
      '- targets: [a:1]\n  §label: { x: y }\u0085  labels: { a: b }\n',
      `yaml: unmarshal errors:\n  line 2: field label not found in type ${struct}`,
      '"labels"',
    ],
    [
      'a.yml',
      '- targets: [a:1]\n  §label: { x: y }\n  §labels: up\n',
      `yaml: unmarshal errors:\n  line 2: field label not found in type ${struct}\n  line 3: cannot unmarshal !!str \`up\` into model.LabelSet`,
      '"labels"',
    ],
    [
      'a.yml',
      '- targets: [a:1]\n  labels:\n    §x: [1]\n',
      'yaml: unmarshal errors:\n  line 3: cannot unmarshal !!seq into model.LabelValue',
    ],
    [
      'a.yml',
      '§targets: [a:1]\n',
      'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!map into []*targetgroup.Group',
    ],
    [
      'a.json',
      '[{ "labels": { "label": "x" } },\n { §"label": {} }]',
      'json: unknown field "label"',
      '"labels"',
    ],
    [
      'a.json',
      '[{ "targets": ["a:1"], "labels": { "a": "1", "b": §2 } }]',
      'json: cannot unmarshal number into Go struct field .b of type model.LabelValue',
    ],
    [
      'a.json',
      '[{ "targets": §"a:1" }]',
      'json: cannot unmarshal string into Go struct field .targets of type []string',
    ],
    ['a.json', '[{ "targets": §["a:1" }]', "invalid character '}' after array element"],
  ]
  for (const [name, marked, said, remedy] of faults)
    it(`are told at the place of the mistake: ${marked.replaceAll(/\s+/g, ' ')}`, () => {
      const { text, places } = unmark(marked)
      const told = targetFaults(name, text, said)
      assert.deepEqual(
        told.map(({ line, column }) => ({ line, column })),
        places,
      )
      assert.equal(told[0]?.remedy, remedy && `Did you mean ${remedy}?`)
      assert.doesNotMatch(told[0]?.said ?? '', /struct \{/)
    })
})
