import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../architecture/sources.ts'
import { promha } from '../promha.ts'

const inventory = 'inventories/two-regions.yml'

describe('promha graph', function () {
  this.timeout(30_000)
  const folder = mkdtempSync(join(tmpdir(), 'promha-graph-'))
  after(() => rmSync(folder, { recursive: true }))

  it('prints the picture that the README shows', async () => {
    const { code, out } = await promha('graph', inventory)
    assert.equal(code, 0)
    assert.equal(
      out,
      readFileSync(join(root, 'docs/topology.svg'), 'utf8'),
      'run `promha graph` for docs/topology.svg',
    )
  })

  it("takes the form from the file's ending, unless it is told", async () => {
    for (const [file, more, begins] of [
      ['a.dot', [], 'digraph promha {'],
      ['a.mmd', [], 'flowchart TB'],
      ['a.svg', [], '<svg '],
      ['a.txt', ['--format', 'dot'], 'digraph promha {'],
    ] as const) {
      const path = join(folder, file)
      const { code, out } = await promha('graph', inventory, '-o', path, ...more)
      assert.deepEqual([code, out], [0, ''])
      assert.ok(readFileSync(path, 'utf8').startsWith(begins), file)
    }
  })

  it('says why a file cannot be written', async () => {
    const { code, err } = await promha('graph', inventory, '-o', join(folder, 'none/a.svg'))
    assert.equal(code, 1)
    assert.match(err, /none\/a\.svg: the picture cannot be written/)
  })
})

describe('the README', () => {
  it('is at most 100 lines', () => {
    assert.ok(readFileSync(join(root, 'README.md'), 'utf8').trimEnd().split('\n').length <= 100)
  })
})
