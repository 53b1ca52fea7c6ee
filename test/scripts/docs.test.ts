/** What `npm run docs` writes is what the code says now, and the schema agrees with what promha reads. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { describedKeys } from '../../scripts/docs/json-schema.ts'
import { generatedPages } from '../../scripts/docs/pages.ts'
import { root } from '../architecture/sources.ts'
import { leastOfAll } from '../roles/least.ts'

const pages = generatedPages()
const schema = JSON.parse(pages.get('schema/inventory.schema.json') ?? '')
const isValid = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(schema)

describe('the generated pages', () => {
  for (const [path, content] of pages)
    it(`are what \`npm run docs\` writes now: ${path}`, () => {
      assert.equal(readFileSync(join(root, path), 'utf8'), content)
    })

  it('have words for every key', () => {
    assert.deepEqual(
      describedKeys()
        .filter(({ said }) => said === '')
        .map(({ path }) => path),
      [],
    )
  })
})

describe('the JSON Schema', () => {
  for (const name of ['example', 'lab', 'long-term', 'two-regions', 'vagrant'])
    it(`takes inventories/${name}.yml`, () => {
      const inventory = parse(readFileSync(join(root, `inventories/${name}.yml`), 'utf8'))
      assert.ok(isValid(inventory), JSON.stringify(isValid.errors?.slice(0, 3)))
    })

  const site = (cell: object, rest: object = {}) => ({
    ...{ promha: 1, hosts: { 'mon-a': { address: '192.0.2.11' } }, cells: { eu: cell } },
    ...rest,
  })

  it('takes a cell with every component', () => {
    assert.ok(isValid(site(leastOfAll())), JSON.stringify(isValid.errors?.slice(0, 3)))
  })

  const wrong: Readonly<Record<string, object>> = {
    'a key that promha does not know': site({ prometeus: {} }),
    'a list in place of a map': site({ prometheus: { replicas: ['mon-a'] } }),
    'a text in place of a list': site({ alertmanager: { hosts: 'mon-a' } }),
    'a number in place of a text': site({}, { ssh: { user: 12 } }),
    'an unknown word of a component': site({ exporters: { node: { hots: ['all'] } } }),
    'no hosts': { promha: 1, cells: {} },
  }
  for (const [what, inventory] of Object.entries(wrong))
    it(`refuses ${what}`, () => assert.equal(isValid(inventory), false))
})
