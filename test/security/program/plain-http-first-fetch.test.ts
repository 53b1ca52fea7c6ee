/** What comes over plain http for the first time can be altered on the way without anybody noticing. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getText } from '../../../src/artifact/http/http.ts'
import { problemText, testServer } from '../../artifact/support.ts'
import { eachCase, makeCase, putReleases } from '../support/programs.ts'

describe('a first fetch over plain http', function () {
  this.timeout(60_000)
  const server = testServer()
  const current = eachCase()
  beforeEach(() => {
    for (const [path, content] of current().releases) server.files.set(`/${path}`, content)
    current().write(`{ from: ${server.url} }`)
  })
  const warnings = async (...args: readonly string[]) => {
    const { out } = await current().promha([...args, '--json'])
    const { warnings: told = [] } = JSON.parse(out) as { warnings?: { summary: string; line?: number }[] }
    return told.filter(({ summary }) => summary.includes('plain http'))
  }

  it('is warned of once, with the host and the line, until the lock file has it', async () => {
    const { inventory } = current()
    const told = await warnings('validate', inventory)
    assert.deepEqual(
      told.map(({ summary, line }) => [summary, line]),
      [[`programs are fetched from ${new URL(server.url).host} over plain http for the first time`, 2]],
    )
    assert.deepEqual(await warnings('validate', inventory), [])
    assert.equal((await warnings('artifacts', 'fetch', inventory, '--update')).length, 0, 'nothing is new')
  })

  it('is warned of by artifacts fetch, and again if the lock file’s hashes are replaced', async () => {
    const { inventory, home, write } = current()
    assert.equal((await warnings('artifacts', 'fetch', inventory)).length, 1)
    for (const [path, content] of (await makeCase('newer')).releases) server.files.set(`/${path}`, content)
    write(`{ from: ${server.url}, cache: ${home}/other }`)
    assert.equal((await warnings('artifacts', 'fetch', inventory, '--update')).length, 1)
  })

  it('is nothing to warn of if programs come from a directory', async () => {
    putReleases(current(), 'programs')
    current().write('{ from: ./programs }')
    assert.deepEqual(await warnings('validate', current().inventory), [])
  })

  describe('by a redirect', () => {
    let directory = ''
    let secure: ReturnType<typeof createServer>
    let base = ''
    let location = ''
    const headers: (string | undefined)[] = []
    before(async () => {
      directory = mkdtempSync(join(tmpdir(), 'promha-tls-'))
      const [key, cert] = [join(directory, 'key'), join(directory, 'cert')]
      const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...['-keyout', key, '-out', cert], ...subject],
        { stdio: 'ignore' },
      )
      secure = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
        headers.push(request.headers.authorization)
        if (request.url === '/here') response.end('here')
        else response.writeHead(302, { location }).end()
      })
      await new Promise<void>(done => secure.listen(0, '127.0.0.1', done))
      base = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`
      // The certificate is this test's own.
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    })
    after(async () => {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      await new Promise(done => {
        secure.close(done)
        secure.closeAllConnections()
      })
      rmSync(directory, { recursive: true })
    })
    beforeEach(() => {
      headers.length = 0
      server.files.set('/there', Buffer.from('there'))
    })

    it('is refused: https does not lead to http', async () => {
      location = `${server.url}/there`
      const said = await problemText(getText(`${base}/away`, 100))
      assert.match(said, /^https:\S+\/away redirects to http:\S+\/there, which is not https/)
      assert.deepEqual(server.requests, [])
    })

    it('leads to https, with credentials for its own origin only', async () => {
      location = `${base}/here`
      assert.equal(await getText(`${base.replace('//', '//me:hush@')}/away`, 100), 'here')
      assert.ok(headers.every(header => header?.startsWith('Basic ')))
      server.handler = (_, response) => {
        response.writeHead(302, { location: `${base}/here` }).end()
        return true
      }
      headers.length = 0
      assert.equal(await getText(`${server.url.replace('//', '//me:hush@')}/x`, 100), 'here')
      assert.deepEqual(headers, [undefined])
    })

    it('ends: a circle, another scheme, and what is no URL are refused', async () => {
      location = '/away'
      assert.match(await problemText(getText(`${base}/away`, 100)), /more than 10 redirects/)
      location = 'file:///etc/passwd'
      assert.match(await problemText(getText(`${base}/away`, 100)), /which is not https/)
      location = 'http://['
      assert.match(
        await problemText(getText(`${base}/away`, 100)),
        /redirects to something that is not a URL/,
      )
    })
  })
})
