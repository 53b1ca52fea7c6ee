/** amtool opens and quotes every file that `templates` names, so here it is told only of files of the bundle. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildInstances } from '../../../roles/instances.ts'
import type { Artifacts } from '../../../src/artifact/model.ts'
import { checkLocally } from '../../../src/check/local-check.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { head, read } from '../../inventory/harness.ts'

const path = '/usr/local/bin/amtool'

describe('a template outside of the bundle', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'promha-templates-'))
    writeFileSync(join(directory, 'amtool'), `#!/bin/sh\ncp alertmanager.yml ${directory}/given\n`)
    chmodSync(join(directory, 'amtool'), 0o755)
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  /** What the config that amtool reads names, and the one for the host. */
  async function named(templates: string) {
    const text = `${head}cells:
  eu:
    alertmanager:
      hosts: [mon-a, mon-b]
      templates: [t/*.tmpl]
      config: { templates: ${templates}, route: { receiver: a }, receivers: [{ name: a }] }
`
    const files = { 't/a.tmpl': '{{ define "a" }}{{ end }}', 't/b[1].tmpl': '{{ define "b" }}{{ end }}' }
    const { inventory, problems } = await read(text, files)
    if (!inventory) assert.fail(JSON.stringify(problems))
    assert.ok(
      problems.every(({ severity }) => severity === 'warning'),
      JSON.stringify(problems),
    )
    const instances = buildInstances(inventory, buildTopology(inventory), () => '0.28.0')
      .filter(({ component }) => component === 'alertmanager')
      .map(one => ({ ...one, checks: one.checks.filter(({ program }) => program === path) }))
    const release = async () => ({
      ...{ component: 'alertmanager', version: '0.28.0', arch: 'amd64' },
      files: [{ path, sha256: '0', size: 0 }],
    })
    const artifacts = { release, local: async () => join(directory, 'amtool') } as unknown as Artifacts
    assert.deepEqual((await checkLocally(instances, artifacts, inventory)).problems, [])
    const file = instances[0]?.resources.find(
      one => one.kind === 'file' && one.path === '/etc/alertmanager/alertmanager.yml',
    )
    const host = file?.kind === 'file' ? String(file.content) : assert.fail()
    const given = readFileSync(join(directory, 'given'), 'utf8')
    const { value } = parseYaml(source('', given))
    return { given, paths: (value as { templates?: unknown }).templates, host }
  }

  it('is not named in the config that amtool reads on this machine', async () => {
    for (const templates of [
      '[/etc/shadow]',
      '[/dev/zero]',
      "['/home/*/.ssh/*', ../../x, '../../../../../etc/shadow', '{a,b}']",
      '[!!binary L2V0Yy9zaGFkb3c=]',
      '["\\x2fetc/shadow"]',
      '[./../../etc/shadow, templates/../../etc/shadow]',
    ]) {
      const { given, paths, host } = await named(templates)
      assert.deepEqual(paths, ['templates/a.tmpl', 'templates/b_1_.tmpl'], `${templates}\n${given}`)
      assert.match(host, /shadow|zero|L2V0/)
    }
  })

  it('does not keep out those of the bundle, by whatever path', async () => {
    const { paths } = await named('["/etc/alertmanager/templates/*.tmpl", "./templates/a.tmpl"]')
    assert.deepEqual(paths, ['templates/a.tmpl', 'templates/b_1_.tmpl'])
  })
})
