/** An archive of whoever an inventory names: what it unpacks to is one program, and soon, or nothing. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { program } from '../../../roles/release.ts'
import { extract } from '../../../src/artifact/archive/extract.ts'
import { readTar } from '../../../src/artifact/archive/tar.ts'
import { scratch } from '../../artifact/support.ts'

function tarOf(files: readonly (readonly [string, string])[]): Promise<Buffer> {
  const tar = pack()
  for (const [name, content] of files) tar.entry({ name }, content)
  tar.finalize()
  return buffer(tar)
}

/** `x` and `g`: attributes of the next entry and of all; `L` and `K`: a long name and a long target. */
function longHeader(type: 'x' | 'g' | 'L' | 'K', content: string): Buffer {
  const head = Buffer.alloc(512)
  head.write('long', 0)
  head.write(`${content.length.toString(8).padStart(11, '0')} `, 124)
  head.write(`        ${type}`, 148)
  head.write('ustar\x0000', 257)
  const sum = head.reduce((all, byte) => all + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([head, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, '\0'))])
}

describe('an archive that is none of a release', () => {
  const directory = scratch()
  const temporary = join(directory, '.promha-tmp')
  mkdirSync(temporary)
  const archive = join(directory, 'a.tar.gz')
  const taken = async (files: readonly (readonly [string, string])[], signal?: AbortSignal) => {
    writeFileSync(archive, gzipSync(await tarOf(files)))
    return extract({ directory }, { path: archive, format: 'tar.gz' }, [program('*/mine', 'mine')], signal)
  }
  afterEach(() => assert.deepEqual(readdirSync(temporary), []))

  it('has a program once, however its entries are called', async () => {
    for (const twice of [
      ['mine', 'mine'],
      ['mine', 'a/mine'],
      ['a/mine', 'b/mine'],
    ])
      await assert.rejects(taken(twice.map(name => [name, name])), /more than one file in it is \*\/mine/)
  })

  it('has a program below itself', async () => {
    for (const name of ['../mine', './../mine', 'a/b/mine', '/mine'])
      assert.deepEqual(await taken([[name, 'x']]), [], name)
  })

  it('has a program with something in it', async () => {
    await assert.rejects(taken([['a/mine', '']]), /\*\/mine in it is empty/)
  })

  it('has no entries without end', async () => {
    const tar = await tarOf(Array.from({ length: 20 }, (_, index) => [`a/${index}`, '']))
    const read = (entries: number) =>
      readTar(
        Readable.from([tar]),
        () => false,
        async () => {},
        { entries },
      )
    await assert.rejects(read(19), /more than 19 entries/)
    await read(20)
  })

  describe('with long headers', () => {
    const namesOf = async (headers: readonly Buffer[]) => {
      const names: string[] = []
      await readTar(
        Readable.from([...headers, await tarOf([['a', '']])]),
        name => names.push(name) > 0,
        async (_name, content) => void content.resume(),
      )
      return names
    }
    const most = 64 * 1024
    const padding = (bytes: number) => `${bytes} comment=${'x'.repeat(bytes - 15)}\n`

    for (const type of ['x', 'g', 'L', 'K'] as const)
      it(`has none that is too long: ${type}`, async () => {
        const long = (bytes: number) => [longHeader(type, padding(bytes).padEnd(bytes, 'x'))]
        await assert.rejects(namesOf(long(most + 1)), /a header in the archive has more than 65536 bytes/)
        assert.equal((await namesOf(long(most))).length, 1)
      })

    it('has no headers without end', async () => {
      const headers = Array<Buffer>(1_025).fill(longHeader('L', 'x'.repeat(most)))
      await assert.rejects(namesOf(headers), /the headers in the archive have more than 67108864 bytes/)
    })

    it('has what counts for all entries once, which is not copied for each', async () => {
      const all = longHeader('g', '12 path=all\n')
      await assert.rejects(namesOf([all, all]), /more than one global header/)
      assert.deepEqual(await namesOf([all, longHeader('x', padding(20))]), ['a'])
      assert.deepEqual(await namesOf([all, longHeader('x', '12 path=one\n')]), ['one'])
    })

    it('has none in a release either', async () => {
      const gzip = gzipSync(longHeader('L', 'x'.repeat(most + 1)))
      writeFileSync(archive, gzip)
      const read = extract({ directory }, { path: archive, format: 'tar.gz' }, [program('*/mine', 'mine')])
      await assert.rejects(read, /a header in the archive/)
    })
  })

  it('is left at once if the run is to end', async () => {
    await assert.rejects(taken([['a/mine', 'x']], AbortSignal.abort()), { name: 'AbortError' })
  })
})
