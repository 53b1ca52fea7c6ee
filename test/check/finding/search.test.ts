/** The search for what a tool refuses, with a tool that stands in for upstream's. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { searchRefused } from '../../../src/check/finding/search.ts'
import { pathByWords } from '../../../src/check/finding/words.ts'
import { source } from '../../../src/inventory/text/source-text.ts'
import { parseYaml } from '../../../src/inventory/yaml/yaml.ts'

/** The path that is found for a tool that refuses what `bad` says. */
async function found(value: unknown, said: string, bad: (value: never) => boolean): Promise<string> {
  const path = await searchRefused(value, said, async candidates =>
    candidates.map(candidate => {
      try {
        return bad(candidate as never)
      } catch {
        return false
      }
    }),
  )
  return path.join('.')
}

interface Config {
  readonly list: readonly { readonly a?: number; readonly b?: number; readonly name?: string }[]
}

describe('the part that a tool refuses', () => {
  it('is one value, wherever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.nat(60), async (before, after) => {
        const item = (a: number) => ({ name: 'x', a, b: 2 })
        const list = [...Array(before).fill(item(1)), item(-1), ...Array(after).fill(item(1))]
        const where = await found({ other: 1, list }, 'a is negative', (config: Config) =>
          config.list.some(({ a = 0 }) => a < 0),
        )
        assert.equal(where, `list.${before}.a`)
      }),
      { numRuns: 20 },
    )
  })

  it('is the item that lacks something', async () => {
    const lacks = ({ list }: Config) => list.some(({ name }) => name === undefined)
    assert.equal(await found({ list: [{ name: 'x' }, { a: 1 }] }, 'name is missing', lacks), 'list.1')
    assert.equal(
      await found({ list: [{ name: '', a: 1 }] }, 'name is empty', (config: Config) =>
        config.list.some(({ name }) => !name),
      ),
      'list.0.name',
    )
  })

  it('is, of several that do not go together, the one that is named', async () => {
    const both = ({ list }: Config) => list.some(({ a = 0, b = 9 }) => a > b)
    const value = { list: [{ name: 'x', b: 1, a: 2 }] }
    assert.equal(await found(value, 'a is greater than b', both), 'list.0.a')
    assert.equal(await found(value, 'this is wrong', both), 'list.0')
  })

  it('is the later of two that exclude each other', async () => {
    const both = (config: object) => 'token' in config && 'token_file' in config
    for (const [text, wanted] of [
      ['token: x\nother: 1\ntoken_file: y\n', 'token_file'],
      ['token_file: y\nother: 1\ntoken: x\n', 'token'],
    ] as const) {
      const { value } = parseYaml(source('f.yml', text))
      const said = 'at most one of token & token_file must be configured'
      assert.equal(await found(value, said, both as (value: never) => boolean), wanted)
    }
  })

  it('is the last of two that are the same', async () => {
    const twice = ({ list }: Config) => new Set(list.map(({ name }) => name)).size < list.length
    const value = { list: ['x', 'y', 'x', 'z'].map(name => ({ a: 1, name })) }
    assert.equal(await found(value, 'found multiple items of name "x"', twice), 'list.2.name')
  })

  it('is the whole if the tool says nothing of the parts', async () => {
    assert.equal(await found({ list: [{ a: 1 }] }, 'no', () => false), '')
  })

  it('is found by what the words quote', () => {
    const value = { route: { receiver: 'x', routes: [{ receiver: 'y' }] }, times: [{ start: '25:00' }] }
    for (const [said, path] of [
      ['undefined receiver "y" used in route', 'route.routes.0.receiver'],
      ["couldn't parse timestamp 25:00, invalid format", 'times.0.start'],
      ['found multiple "receiver"', 'route.routes.0.receiver'],
      ['nothing of that', undefined],
    ] as const)
      assert.equal(pathByWords(value, said)?.join('.'), path, said)
  })
})
