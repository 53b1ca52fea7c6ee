import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkFileSd } from '../../src/engine/file-sd.ts'
import { toolAt } from '../../src/engine/tool.ts'
import { prometheus, read } from '../inventory/harness.ts'

/** Refuses each file that its config names and that holds "bad", in upstream's words. */
const promtool = `#!/bin/sh
echo "Checking $3"
for file in [0-9].*; do
  grep -q "\\"$file\\"" "$3" && grep -q bad "$file" || continue
  printf '  FAILED: instance 0 in group : "bad host" is not a valid hostname\\n\\n'
  exit 1
done
grep -q '"0.json"' "$3" && printf '  FAILED: checking SD file "0.json": invalid character\\n\\n' && exit 1
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
    const { inventory = assert.fail() } = await read(
      prometheus(
        `files: { ${map.join(', ')} }`,
        `scrape_configs: [{ job_name: x, file_sd_configs: [{ files: [${paths}] }] }]`,
      ),
      files,
    )
    const found = await checkFileSd(
      inventory.cells[0]?.prometheus ?? assert.fail(),
      toolAt(join(directory, 'promtool')),
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

  it('that are no JSON are told at the place of the fault', async () => {
    assert.deepEqual(await told('sd/a.json', { 'a.json': '[{"targets":\n ["a"]]' }), [
      ['invalid character', 'a.json', 2, 7, undefined],
    ])
  })
})
