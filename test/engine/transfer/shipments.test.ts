/** What the plans need of the cache arrives on the hosts, a program or a whole tree. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { type ReleaseDefinition, wholeTree } from '../../../roles/release.ts'
import { hashesFor, releasesFor } from '../../../src/engine/transfer/releases.ts'
import { pushPrograms } from '../../../src/engine/transfer/shipments.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import type { Instance, TreeResource } from '../../../src/resource/model.ts'
import { probeScript } from '../../../src/shell/observe/probe.ts'
import { answerOf } from '../../../src/shell/syntax/script.ts'
import { inventoryOf, opened, scratch, sha256 } from '../../artifact/support.ts'
import { requireRoot } from '../../security/support/root.ts'
import { type MiniHost, miniHost } from '../../shell/support/host.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { contextOf, runOf } from '../runs.ts'

const archive = 'app-1.2.3.linux-amd64.tar.gz'

async function archiveIn(directory: string): Promise<void> {
  const tar = pack()
  tar.entry({ name: 'app-1.2.3/bin/app', mode: 0o755 }, '#!/bin/sh\necho one\n')
  tar.entry({ name: "app-1.2.3/public/it's .js", mode: 0o644 }, 'page')
  tar.entry({ name: 'app-1.2.3/current', type: 'symlink', linkname: 'bin/app' })
  tar.finalize()
  const content = gzipSync(await buffer(tar))
  writeFileSync(join(directory, archive), content)
  writeFileSync(join(directory, `${archive}.sha256`), sha256(content))
}

describe('a release that is a tree', function () {
  this.timeout(60_000)
  const directory = scratch()
  const hosts: MiniHost[] = []
  before(requireRoot)
  before(() => archiveIn(directory))
  after(() => hosts.forEach(host => void host.remove()))

  const path = '/usr/local/share/app'
  const made = async () => {
    const release: ReleaseDefinition = {
      ...{ own: true, version: '1.2.3' },
      upstream: { folder: 'x', archive, checksums: '$ARCHIVE.sha256', members: [wholeTree('app')] },
    }
    const definition = { key: 'app', of: 'app', manual: '', port: 9999, release }
    const cells = [{ name: 'one', hosts: [], exporters: { app_exporter: { job: 'app', definition } } }]
    const inventory = { ...inventoryOf(directory, { from: directory, kind: 'directory' }), cells }
    const artifacts = await opened(inventory as unknown as Inventory)
    const tree: TreeResource = {
      ...{ kind: 'tree', component: 'app_exporter', version: '1.2.3', path, strip: 1, effect: 'restart' },
    }
    return { artifacts, tree }
  }
  /** A host with a /usr/local/share of its own. */
  const host = (name: string) => {
    const mini = miniHost({ share: '/usr/local/share' })
    hosts.push(mini)
    const connection = fakeConnection(name, async ({ request, script }) => {
      const { stdin } = request
      const sent = stdin && !(stdin instanceof Uint8Array) ? await buffer(stdin) : stdin
      const { code, stdout, stderr } = mini.run(script, sent)
      return { code, stdout, stderr }
    })
    return { connection, mini, at: (below: string) => join(mini.root, 'share', below) }
  }
  const planned = (connection: unknown, tree: TreeResource, renews = true) => {
    const instance = { component: 'app_exporter', host: 'a', resources: [tree] } as unknown as Instance
    const plan = { instance, renewed: new Set(renews ? [`tree:${path}`] : []) } as unknown as InstancePlan
    const run = runOf('a', { connection, observed: { machine: 'x86_64' }, desired: [instance], plan: [plan] })
    return { plan, run }
  }

  it('is asked for as programs are, and arrives beside its place with the hash of the lock file', async () => {
    const { artifacts, tree } = await made()
    const { at, connection, mini } = host('a')
    const { plan, run } = planned(connection, tree)
    const releases = await releasesFor(artifacts, [run])
    const wanted = hashesFor(releases, 'amd64')(tree)
    const context = { ...contextOf([run], { prepared: { artifacts } }), releases }
    await pushPrograms(context, [plan])
    assert.deepEqual([...context.progress.problems], [])
    assert.equal(readFileSync(at(".promha-new.app/public/it's .js"), 'utf8'), 'page')
    assert.equal(statSync(at('.promha-new.app/bin/app')).mode & 0o777, 0o755)
    const none = { users: [], packages: [], directories: [], hashed: [], programs: [], units: [] }
    const fresh = '/usr/local/share/.promha-new.app'
    const asked = probeScript({ ...none, paths: [fresh], trees: [fresh], deep: true })
    assert.equal(answerOf(asked, 'n', mini.run(asked.render('n')).stdout)?.hashes.get(fresh), wanted)
  })

  it('is not sent where the host has it, or has it in its own store', async () => {
    const { artifacts, tree } = await made()
    const { at, connection } = host('a')
    for (const { plan, run } of [
      planned(connection, tree, false),
      planned(connection, { ...tree, stored: 'a'.repeat(64) }),
    ]) {
      const releases = await releasesFor(artifacts, [run])
      await pushPrograms({ ...contextOf([run], { prepared: { artifacts } }), releases }, [plan])
    }
    assert.ok(!existsSync(at('.promha-new.app')))
    assert.equal(connection.sent.length, 0)
  })

  it('is told as a tree if another one arrived, and the host is given up', async () => {
    const { artifacts, tree } = await made()
    const connection = fakeConnection('a', () => [`sha256\n${'0'.repeat(64)}`])
    const { plan, run } = planned(connection, tree)
    const releases = await releasesFor(artifacts, [run])
    const context = { ...contextOf([run], { prepared: { artifacts } }), releases }
    await pushPrograms(context, [plan])
    const problems = [...context.progress.problems.values()].flat()
    assert.match(JSON.stringify(problems), /SHA-256 there is 0000.*tree:\/usr\/local\/share\/app/)
  })
})
