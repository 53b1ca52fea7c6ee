// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localArch } from '../../../src/artifact/model.ts'
import { makeRelease, scratch, testServer } from '../../artifact/support.ts'
import { promha } from '../promha.ts'

const hash = 'ab'.repeat(32)

describe('cli artifacts list', function () {
  this.timeout(30_000)
  let directory: string
  let inventory: string

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-list-'))
    inventory = join(directory, 'inventory.yml')
    const text = [
      'promha: 1',
      `artifacts: { cache: ${directory}/cache }`,
      'hosts: { mon-a: { address: 198.18.0.11 } }',
      'cells: { eu: { exporters: { node: {} } } }',
      '',
    ]
    await writeFile(inventory, text.join('\n'))
    const lock = [
      'promha_lock: 1',
      'artifacts:',
      '  - component: node_exporter',
      '    version: "1.12.1"',
      '    source: upstream',
      '    arch: amd64',
      `    archives: [ { name: node.tar.gz, sha256: ${hash} } ]`,
      `    files: [ { path: /usr/local/bin/node_exporter, sha256: ${hash}, size: 20000000 } ]`,
      'packages:',
      `  - { name: keepalived, version: "1:2.2.7-1+b2", source: debian/bookworm, arch: amd64, depends: "", provides: "", file: pool/k.deb, size: 540000, sha256: ${hash} }`,
      '',
    ]
    await writeFile(join(directory, 'inventory.lock.yml'), lock.join('\n'))
  })
  after(() => rm(directory, { recursive: true }))

  it('is a table, and a document that scripts read', async () => {
    const [text, json] = await Promise.all([
      promha('artifacts', 'list', inventory),
      promha('artifacts', 'list', inventory, '--json'),
    ])
    assert.equal(text.code, 0, text.err)
    assert.match(
      text.out,
      /^component +version .*\nnode_exporter +1\.12\.1 +upstream +amd64 +no +\S+ +20 MB +abab/,
    )
    assert.match(text.out, /\nkeepalived +1:2\.2\.7-1\+b2 +debian\/bookworm +amd64 +no +pool\/k\.deb/)
    assert.equal(json.code, 0)
    const { result, artifacts, errors } = JSON.parse(json.out)
    assert.deepEqual([result, artifacts.length, errors], ['ok', 2, undefined])
    assert.deepEqual([artifacts[0].component, artifacts[0].cached], ['node_exporter', false])
  })

  it('tells what is wrong with the inventory in the document too', async () => {
    const { code, out } = await promha('artifacts', 'list', `${inventory}.none`, '--json')
    assert.equal(code, 1)
    assert.match(JSON.parse(out).errors[0].summary, /does not exist/)
  })
})

describe('cli artifacts fetch', function () {
  this.timeout(60_000)
  const root = scratch()
  const server = testServer()
  let directory: string
  let inventory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(root, 'site-'))
    inventory = join(directory, 'inventory.yml')
    for (const name of ['node_exporter', 'mysqld_exporter'])
      server.publish(await makeRelease(name, '1.0.0', localArch()))
    process.env.PROMHA_TEST_MIRROR = 'hush'
    const text = [
      'promha: 1',
      `artifacts: { cache: ${directory}/cache, from: "${server.url.replace('//', '//me:${env:PROMHA_TEST_MIRROR}@')}" }`,
      'versions: { node_exporter: 1.0.0, mysqld_exporter: 1.0.0 }',
      'hosts: { mon-a: { address: 198.18.0.11 } }',
      'cells:',
      '  eu:',
      '    exporters:',
      '      node: {}',
      '      mysqld: { environment: { DATA_SOURCE_NAME: "${env:PROMHA_TEST_NONE}" } }',
      '',
    ]
    await writeFile(inventory, text.join('\n'))
  })
  afterEach(() => {
    delete process.env.PROMHA_TEST_MIRROR
  })
  const locked = async () =>
    [...(await readFile(join(directory, 'inventory.lock.yml'), 'utf8')).matchAll(/component: (\w+)/g)].map(
      ([, name]) => name,
    )

  it('needs the secrets of its mirror and no others', async () => {
    const { code, err } = await promha('artifacts', 'fetch', inventory)
    assert.equal(code, 0, err)
    assert.doesNotMatch(err, /PROMHA_TEST_NONE|hush/)
    assert.deepEqual((await locked()).sort(), ['mysqld_exporter', 'node_exporter'])
    delete process.env.PROMHA_TEST_MIRROR
    assert.match((await promha('artifacts', 'fetch', inventory)).err, /PROMHA_TEST_MIRROR/)
  })

  it('fetches the programs of the components that it is given', async () => {
    const { code, out, err } = await promha('artifacts', 'fetch', inventory, '--only', 'node_exporter')
    assert.equal(code, 0, err)
    assert.doesNotMatch(out, /mysqld/)
    assert.deepEqual(await locked(), ['node_exporter'])
    assert.match((await promha('artifacts', 'fetch', inventory, '--only', 'nod')).err, /not a component/)
  })
})
