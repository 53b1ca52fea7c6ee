import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { refusedTemplates } from '../../../src/check/subject/templates.ts'
import { createTools } from '../../../src/check/tool/run.ts'

/** Refuses a config that names a template with "bad" in it. */
const amtool = `#!/bin/sh
for file in templates/*; do
  grep -q "$file" "$2" && grep -q bad "$file" && echo "template: $file" && exit 1
done
exit 0
`

describe('templates beside a config with a placeholder', () => {
  const directory = mkdtempSync(join(tmpdir(), 'promha-templates-'))
  after(() => rmSync(directory, { recursive: true }))

  it('are judged without the config', async () => {
    writeFileSync(join(directory, 'amtool'), amtool, { mode: 0o755 })
    mkdirSync(join(directory, 'templates'))
    writeFileSync(join(directory, 'templates/a.tmpl'), 'good')
    writeFileSync(join(directory, 'templates/b.tmpl'), 'bad')
    const run = createTools().at(join(directory, 'amtool'))
    const judge = async (...names: readonly string[]) => {
      const found = await refusedTemplates(names, run, directory)
      rmSync(join(directory, 'promha-templates.yml'), { force: true })
      return found
    }
    assert.equal(await judge('alertmanager.yml'), undefined)
    assert.equal(await judge('alertmanager.yml', 'templates/a.tmpl'), undefined)
    assert.deepEqual(await judge('templates/a.tmpl', 'templates/b.tmpl'), ['template: templates/b.tmpl'])
  })
})
