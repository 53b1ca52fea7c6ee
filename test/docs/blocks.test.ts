/** What a page tells people to type and to write is something that promha takes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Command } from 'commander'
import { parseAllDocuments } from 'yaml'
import { inventoryJsonSchema } from '../../scripts/docs/json-schema.ts'
import { assemble } from '../../src/cli/assemble.ts'
import { root } from '../architecture/sources.ts'
import { docsPages } from './pages.ts'

const pages = ['README.md', ...docsPages]

interface Block {
  readonly language: string
  readonly text: string
}

/** Fenced blocks, those within a list without their margin; and those that are only indented, which have no language. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(root, page), 'utf8')
  const fence = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm
  const fenced = [...text.matchAll(fence)].map(([, margin = '', language = '', body = '']) => {
    return { language, text: body.replaceAll(new RegExp(`^${margin}`, 'gm'), '') }
  })
  const rest = text.replace(fence, '')
  const indented = [...rest.matchAll(/(?:^ {4}.*\n)+/gm)].map(([body]) => ({
    language: '',
    text: body.replaceAll(/^ {4}/gm, ''),
  }))
  return [...fenced, ...indented]
}

/** Calls of promha, with what a shell would do with their words. */
function callsIn({ language, text }: Block): readonly (readonly string[])[] {
  if (!['', 'sh'].includes(language)) return []
  return text.split('\n').flatMap(line => {
    const [, words] = /^(?:[A-Z_]+=\S+ )?(?:npx )?promha (.*)$/.exec(line.replace(/\s+#.*$/, '')) ?? []
    if (words === undefined || /[[|<>]/.test(words.replaceAll(/"[^"]*"|'[^']*'/g, ''))) return []
    return [(words.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(word => word.replaceAll(/^["']|["']$/g, ''))]
  })
}

const program = await assemble(() => true, '0')
let ran = 0
function watch(command: Command): void {
  command.action(() => {
    ran += 1
  })
  for (const below of command.commands) watch(below)
}
for (const command of program.commands) watch(command)

const { required: _, ...schema } = inventoryJsonSchema()
const ajv = new Ajv2020({ strict: false })
ajv.addSchema(schema, 'inventory')
const isInventory = ajv.compile(schema)
const [cell] = [ajv.compile({ $ref: 'inventory#/properties/defaults' })]
const properties = schema.properties as Readonly<Record<string, object>>
const cellKeys = new Set(keysOf(properties.defaults))

function keysOf(node: object | undefined): readonly string[] {
  const { properties: own = {}, anyOf = [] } = (node ?? {}) as {
    properties?: object
    anyOf?: readonly object[]
  }
  return [...Object.keys(own), ...anyOf.flatMap(keysOf)]
}

/** What is wrong with it as an inventory or a part of one; undefined if it is neither. */
function faultsOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const keys = Object.keys(value)
  // A rule file also has groups, and a workflow jobs.
  const isOther = 'apiVersion' in value || 'on' in value || ('groups' in value && Array.isArray(value.groups))
  if (keys.length === 0 || isOther) return undefined
  if (keys.every(key => key in properties))
    return isInventory(value) ? '' : JSON.stringify(isInventory.errors?.slice(0, 2))
  if (keys.every(key => cellKeys.has(key))) return cell(value) ? '' : JSON.stringify(cell.errors?.slice(0, 2))
  return undefined
}

describe('the blocks of a page', () => {
  let calls = 0
  let inventories = 0

  for (const page of pages) {
    const blocks = blocksOf(page)
    const typed = blocks.flatMap(callsIn)
    if (typed.length > 0)
      it(`have calls that promha takes: ${page}`, async () => {
        for (const words of typed) {
          ran = 0
          process.env.PROMHA_INVENTORY = 'package.json'
          try {
            await program.parseAsync(words, { from: 'user' })
          } catch (fault) {
            assert.fail(`promha ${words.join(' ')}: ${fault instanceof Error ? fault.message : fault}`)
          } finally {
            delete process.env.PROMHA_INVENTORY
          }
          assert.equal(ran, 1, `promha ${words.join(' ')} runs nothing`)
          calls += 1
        }
      })
    const written = blocks.filter(({ language }) => ['yaml', 'yml'].includes(language))
    if (written.length > 0)
      it(`have YAML that can be read, and parts of inventories that promha knows: ${page}`, () => {
        for (const { text } of written)
          for (const document of parseAllDocuments(text)) {
            assert.deepEqual(
              document.errors.map(({ message }) => message),
              [],
              text,
            )
            const faults = faultsOf(document.toJS())
            if (faults === undefined) continue
            assert.equal(faults, '', text)
            inventories += 1
          }
      })
  }

  it('were found', () => {
    assert.ok(calls > 40, String(calls))
    assert.ok(inventories > 20, String(inventories))
  })
})
