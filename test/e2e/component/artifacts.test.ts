/** Debian's real archive through this machine's own mirror: signature, hashes, unpacking, and a program that runs. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openArtifacts } from '../../../src/artifact/open.ts'
import type { Component, Inventory } from '../../../src/inventory/model.ts'

describe("artifacts from the machine's own Debian mirror", function () {
  this.timeout(300_000)
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-artifacts-'))
  })
  after(() => rm(directory, { recursive: true, force: true }))

  const tools: readonly (readonly [Component, string])[] = [
    ['prometheus', 'promtool'],
    ['alertmanager', 'amtool'],
    ['node_exporter', 'node_exporter'],
    ['pushgateway', 'pushgateway'],
    ['blackbox_exporter', 'blackbox_exporter'],
  ]

  it('fetches the five components of forky, and they run', async () => {
    const cell = {
      name: 'one',
      hosts: [],
      allowSharedHost: false,
      prometheus: {},
      alertmanager: {},
      exporters: { node_exporter: {} },
      pushgateway: {},
      blackbox: {},
    }
    const inventory = {
      file: 'inventory.yml',
      directory,
      artifacts: { from: 'debian', kind: 'debian', suite: 'forky', cache: join(directory, 'cache') },
      versions: {},
      hosts: [],
      groups: {},
      cells: [cell],
      secrets: [],
    } as unknown as Inventory
    const lists = {
      accepted: { path: join(directory, 'trusted') },
      fetched: { path: join(directory, 'fetched') },
    }
    const artifacts = await openArtifacts(inventory, { emit: () => {}, lists })
    for (const [component, tool] of tools) {
      const release = await artifacts.release(component, 'amd64')
      for (const file of release.files) assert.ok((await artifacts.compressed(release, file)).size > 0)
      const file = release.files.find(one => one.path.endsWith(`/${tool}`)) ?? assert.fail()
      const program = await artifacts.local(release, file)
      const said = execFileSync(program, ['--version'], { encoding: 'utf8' })
      assert.ok(said.startsWith(`${tool}, version ${release.version}`), said)
    }
    await artifacts.save()
  })
})
