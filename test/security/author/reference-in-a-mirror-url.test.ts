// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
/** A secret must not leave in a mirror's URL; as the name and password before its `@` it may, but not by `validate`. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openArtifacts } from '../../../src/artifact/open.ts'
import { readInventory } from '../../../src/site/read.ts'
import { promha } from '../../cli/promha.ts'
import { prometheus, read } from '../../inventory/harness.ts'

const from = (url: string) => `${prometheus()}artifacts: { from: "${url}" }\n`

describe("a reference in a mirror's URL", () => {
  before(() => {
    process.env.PROMHA_TEST_SECRET = 'p/w@evil.example.net#:%'
  })
  after(() => {
    delete process.env.PROMHA_TEST_SECRET
  })

  const refused = [
    '${env:PROMHA_TEST_SECRET}',
    'https://${env:PROMHA_TEST_SECRET}',
    'https://${env:PROMHA_TEST_SECRET}.example.net/',
    'https://mirror.example.net/${env:PROMHA_TEST_SECRET}',
    'https://mirror.example.net/?${env:PROMHA_TEST_SECRET}',
    'https://mirror.example.net/${env:PROMHA_TEST_SECRET}@x',
    'https://u:p@${env:PROMHA_TEST_SECRET}/',
    'https://${env:PROMHA_TEST_SECRET}@x@mirror.example.net/',
    '${env:PROMHA_TEST_SECRET}://u@mirror.example.net/',
    '/srv/${env:PROMHA_TEST_SECRET}@x',
  ]
  for (const url of refused) {
    it(`is refused in ${url}`, async () => {
      const { problems } = await read(from(url))
      assert.deepEqual(
        problems.map(({ summary, source }) => [summary, source?.line]),
        [['artifacts.from cannot contain the reference "${env:PROMHA_TEST_SECRET}"', 10]],
      )
      assert.match(problems[0]?.remedy ?? '', /\$\{env:USER\}:\$\{env:PASSWORD\}@HOST/)
    })
  }

  it('stands before the "@", and cannot become a part of the host', async () => {
    const url = 'https://me:${env:PROMHA_TEST_SECRET}@mirror.example.net/programs'
    const { inventory } = await read(from(url))
    const { host, username, password } = new URL(inventory?.artifacts.from ?? '')
    assert.equal(host, 'mirror.example.net')
    assert.equal(username, 'me')
    assert.equal(decodeURIComponent(password), 'p/w@evil.example.net#:%')
    assert.ok(inventory?.secrets.includes('p%2Fw%40evil.example.net%23:%25'))
  })

  describe('while it is only validated', function () {
    this.timeout(30_000)
    let server: Server
    let directory = ''
    let asked = 0
    before(done => {
      directory = mkdtempSync(join(tmpdir(), 'promha-mirror-'))
      server = createServer((_, response) => {
        asked += 1
        response.writeHead(404).end()
      }).listen(0, '127.0.0.1', done)
    })
    after(() => {
      server.close()
      rmSync(directory, { recursive: true })
    })
    beforeEach(() => {
      asked = 0
    })
    const inventoryOf = (user: string) => {
      const url = `http://${user}@127.0.0.1:${(server.address() as AddressInfo).port}`
      return from(url).replace('artifacts: {', `artifacts: { cache: ${join(directory, 'cache')},`)
    }
    const validated = (user: string) => {
      const file = join(directory, 'inventory.yml')
      writeFileSync(file, inventoryOf(user))
      return promha('validate', file)
    }

    it('is not sent: validate does not ask the mirror', async () => {
      const { code, out, err } = await validated('me:${env:PROMHA_TEST_SECRET}')
      assert.equal(asked, 0)
      assert.equal(code, 0, out + err)
      assert.doesNotMatch(out + err, /evil/)
    })

    it('leaves lock file and cache, and says why there is no more', async () => {
      for (const [user, expected] of [
        ['me:${env:PROMHA_TEST_SECRET}', /was not asked, because its URL holds a reference/],
        ['me:password', /was not found/],
      ] as const) {
        writeFileSync(join(directory, 'inventory.yml'), inventoryOf(user))
        const { inventory } = await readInventory(join(directory, 'inventory.yml'), { secrets: false })
        const artifacts = await openArtifacts(inventory, { emit: () => {} })
        await assert.rejects(artifacts.release('prometheus', 'amd64'), expected)
        assert.equal(asked > 0, user === 'me:password')
      }
    })
  })
})
