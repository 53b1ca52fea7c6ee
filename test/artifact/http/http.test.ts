/** Files come through the proxies that the environment names, and from servers that do what they like. */
import assert from 'node:assert/strict'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { get, getText } from '../../../src/artifact/http/http.ts'
import { problemText, testServer } from '../support.ts'

const variables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY']

describe('a proxy that the environment names', () => {
  const server = testServer()
  const before = variables.map(name => [name, process.env[name]] as const)
  let proxy: Server
  let asked: (string | undefined)[] = []

  beforeEach(async () => {
    for (const name of variables) delete process.env[name]
    asked = []
    server.files.set('/file', Buffer.from('content'))
    proxy = createServer((incoming, outgoing) => {
      const { 'proxy-authorization': password, 'user-agent': agent } = incoming.headers
      asked.push(`${incoming.method} ${incoming.url} by ${agent}`, password)
      request(incoming.url ?? '', answer => {
        outgoing.writeHead(answer.statusCode ?? 500)
        answer.pipe(outgoing)
      }).end()
    })
    proxy.on('connect', (incoming, socket) => {
      asked.push(`${incoming.method} ${incoming.url}`)
      const onwards = connect(Number(new URL(server.url).port), '127.0.0.1')
      for (const one of [socket, onwards]) one.on('error', () => {})
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(onwards).pipe(socket)
    })
    await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done))
  })
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    proxy.closeAllConnections()
    proxy.close()
  })

  const at = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const get = (url = `${server.url}/file`) => getText(url, 100)

  it('is asked for plain http, with its password', async () => {
    process.env.HTTP_PROXY = `http://user:pw@${at()}`
    assert.equal(await get(), 'content')
    assert.deepEqual(asked, [
      `GET ${server.url}/file by promha`,
      `Basic ${Buffer.from('user:pw').toString('base64')}`,
    ])
  })

  it('is asked for a tunnel by https, and sees no more than the host', async () => {
    process.env.https_proxy = `http://${at()}`
    // What answers is no TLS.
    await problemText(get('https://files.example.net/secret'))
    assert.equal(asked[0], 'CONNECT files.example.net:443')
    assert.deepEqual([...new Set(asked)], [asked[0]])
  })

  it('is not asked for what NO_PROXY names', async () => {
    process.env.HTTP_PROXY = `http://${at()}`
    process.env.NO_PROXY = 'example.net,127.0.0.1'
    assert.equal(await get(), 'content')
    assert.deepEqual(asked, [])
  })

  it('is named if nothing could be fetched, without its password', async () => {
    process.env.HTTP_PROXY = 'http://user:hush@127.0.0.1:1'
    process.env.https_proxy = 'http://127.0.0.1:2'
    const said = await problemText(get())
    assert.match(said, /could not be fetched: the connection was refused[\s\S]*proxy that HTTP_PROXY names/)
    assert.doesNotMatch(said, /hush/)
  })

  it('has to be a URL', async () => {
    process.env.HTTPS_PROXY = 'user:hush@proxy:x'
    const said = await problemText(get())
    assert.match(said, /proxy that the environment names cannot be used[\s\S]*Set HTTPS_PROXY to the URL/)
    assert.doesNotMatch(said, /hush/)
  })
}).timeout(30_000)

describe('a server that sends a byte now and then', () => {
  const server = testServer()

  it('is not waited for without end', async () => {
    let asked = 0
    server.handler = (_, response) => {
      asked++
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
      return true
    }
    const use = async ({ body }: { readonly body: AsyncIterable<Buffer> }) => {
      for await (const _ of body) {
        // Read as it comes.
      }
    }
    const said = await problemText(get(`${server.url}/slow`, { use, patience: 300 }))
    assert.match(said, /could not be fetched: too few bytes came within the time limit/)
    assert.equal(asked, 4)
  })
}).timeout(30_000)
