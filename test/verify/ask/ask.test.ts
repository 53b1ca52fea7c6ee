import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Duplex, PassThrough, Writable } from 'node:stream'
import { parseResponse } from '../../../src/shell/host/ask.ts'
import { preamble } from '../../../src/shell/syntax/frame.ts'
import {
  type CommandRequest,
  type Connection,
  ForwardError,
  type RunResult,
} from '../../../src/ssh/connection.ts'
import { createAsk } from '../../../src/verify/ask/ask.ts'
import { createHttp } from '../../../src/verify/ask/http.ts'
import { AskError } from '../../../src/verify/model.ts'

interface Fake extends Connection {
  readonly channels: Socket[]
  readonly scripts: string[]
}

/** Forwards to this machine; runs scripts here with only these tools in reach. */
function connection(tools?: readonly string[]): Fake {
  const channels: Socket[] = []
  const scripts: string[] = []
  return {
    host: 'mon-a',
    commands: 0,
    channels,
    scripts,
    close() {},
    closed: new Promise(() => {}),
    async run(request) {
      scripts.push(request.script)
      return runHere(request, tools ?? [])
    },
    forward: (address, port) =>
      new Promise((resolve, reject) => {
        if (tools) return reject(new ForwardError('forbidden', 'administratively prohibited'))
        const socket = connect(port, address, () => {
          channels.push(socket)
          resolve(bare(socket))
        })
        socket.once('error', cause => reject(new ForwardError('refused', cause.message)))
      }),
  }
}

/** A stream without a socket's own methods, as an SSH channel is. */
function bare(socket: Socket): Duplex {
  return Duplex.from({ readable: socket, writable: socket })
}

function runHere(request: CommandRequest, tools: readonly string[]): Promise<RunResult> {
  const bin = mkdtempSync(join(tmpdir(), 'promha-ask-'))
  for (const tool of [...tools, 'timeout', 'cat']) symlinkSync(program(tool) ?? '', join(bin, tool))
  return new Promise(resolve => {
    const child = spawn('/bin/sh', ['-c', request.script.replace(preamble, '')], {
      env: { PATH: bin, http_proxy: 'http://127.0.0.1:1' },
    })
    let stderr = ''
    const stdout: Buffer[] = []
    child.stdout.on('data', chunk => stdout.push(chunk))
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.on('close', code => {
      rmSync(bin, { recursive: true })
      resolve({ code, stdout: Buffer.concat(stdout), stderr })
    })
  })
}

function program(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(existsSync)
}

describe('ask', () => {
  let server: Server
  let port: number
  let handle: (path: string, response: ServerResponse) => void
  const sockets: Socket[] = []

  beforeEach(done => {
    handle = (path, response) => response.end(`seen ${path}`)
    server = createServer((request, response) => handle(request.url ?? '', response))
    server.on('connection', socket => sockets.push(socket))
    server.listen(0, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port
      done()
    })
  })
  afterEach(done => {
    for (const socket of sockets.splice(0)) socket.destroy()
    server.close(() => done())
  })

  async function failure(work: Promise<unknown>): Promise<AskError> {
    const cause = await work.then(
      () => assert.fail('it answered'),
      found => found,
    )
    assert.ok(cause instanceof AskError, String(cause))
    return cause
  }

  it('prefers JSON to a page for people, however it asks', async () => {
    handle = (_, response) => response.end(response.req.headers.accept)
    for (const tools of [undefined, ['curl'], ['wget'], ['bash']]) {
      const { ask, close } = createAsk(() => connection(tools))
      assert.equal((await ask('mon-a', '127.0.0.1', port, '/ring')).body, 'application/json, */*', `${tools}`)
      close()
    }
  })

  it('sends headers and a body along, however it asks', async () => {
    const body = `{"it's":"$(id)"}`
    handle = (path, response) => {
      const parts: string[] = []
      response.req.on('data', chunk => parts.push(String(chunk)))
      response.req.on('end', () => {
        const { method, headers } = response.req
        response.end([method, path, headers['m3-any'], headers['content-type'], parts.join('')].join(' '))
      })
    }
    for (const tools of [undefined, ['curl'], ['wget'], ['bash']]) {
      const { ask, close } = createAsk(() => connection(tools))
      const headers = { 'M3-Any': `a'b $(id)` }
      const sent = [{ headers, body }, { headers }].map(one => ask('mon-a', '127.0.0.1', port, '/x', one))
      assert.deepEqual(
        (await Promise.all(sent)).map(answer => answer.body),
        [`POST /x a'b $(id) application/json ${body}`, `GET /x a'b $(id)  `],
        `${tools}`,
      )
      await assert.rejects(ask('mon-a', '127.0.0.1', port, '/', { headers: { any: 'a\r\nb: c' } }))
      close()
    }
  })

  describe('over a forwarded channel', () => {
    it('asks everything of a port through one channel, one after the other', async () => {
      const fake = connection()
      const { ask, close } = createAsk(() => fake)
      let open = 0
      handle = (path, response) => {
        open += 1
        assert.equal(open, 1)
        setImmediate(() => {
          open -= 1
          response.end(path.repeat(3))
        })
      }
      const paths = ['/a', '/b', '/c?d=%22', '/e']
      const answers = await Promise.all(paths.map(path => ask('mon-a', '127.0.0.1', port, path)))
      assert.deepEqual(
        answers,
        paths.map(path => ({ status: 200, body: path.repeat(3) })),
      )
      assert.equal(fake.channels.length, 1)
      await ask('mon-a', '127.0.0.1', port, '/again')
      assert.equal(fake.channels.length, 1)
      close()
    })

    it('hands on other statuses', async () => {
      const { ask, close } = createAsk(() => connection())
      handle = (_, response) => response.writeHead(503).end('not ready')
      assert.deepEqual(await ask('mon-a', '127.0.0.1', port, '/'), { status: 503, body: 'not ready' })
      close()
    })

    it('opens a new channel where the kept one was closed meanwhile', async () => {
      const fake = connection()
      const { ask, close } = createAsk(() => fake)
      await ask('mon-a', '127.0.0.1', port, '/1')
      // The far side closes it only once the next request has been sent on it.
      let first = true
      handle = (path, response) => {
        if (first) response.socket?.destroy()
        else response.end(path)
        first = false
      }
      assert.equal((await ask('mon-a', '127.0.0.1', port, '/2')).body, '/2')
      assert.equal(fake.channels.length, 2)
      for (const socket of sockets) socket.destroy()
      assert.equal((await ask('mon-a', '127.0.0.1', port, '/3')).body, '/3')
      close()
    })

    it('notices that an idle channel has ended though only its reading half did', async () => {
      const ends: PassThrough[] = []
      // As ssh2's channels do: writing goes nowhere any more, and says nothing.
      const open = async () => {
        const answers = new PassThrough()
        ends.push(answers)
        const questions = new Writable({
          write(_chunk, _encoding, done) {
            if (!answers.writableEnded) answers.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx')
            done()
          },
        })
        return Duplex.from({ readable: answers, writable: questions })
      }
      const http = createHttp('127.0.0.1:9090', open, 2_000)
      assert.equal((await http.get('/1')).body, 'x')
      ends[0]?.end()
      await new Promise(setImmediate)
      assert.equal((await http.get('/2')).body, 'x')
      assert.equal(ends.length, 2)
      http.close()
    })

    it('says so where nothing listens', async () => {
      const { ask, close } = createAsk(() => connection())
      const cause = await failure(ask('mon-a', '127.0.0.1', 1, '/'))
      assert.equal(cause.reason, 'refused')
      assert.equal(cause.message, 'nothing listens on 127.0.0.1:1')
      close()
    })

    it('gives up in time, and answers others afterwards', async () => {
      const http = createHttp('127.0.0.1:1', async () => bare(connect(port, '127.0.0.1')), 100)
      handle = (path, response) => {
        if (path !== '/never') response.end('here')
      }
      const cause = await failure(http.get('/never'))
      assert.match(cause.message, /no answer within 0.1 s/)
      assert.equal((await http.get('/')).body, 'here')
      http.close()
    })

    it('does not count the time in the queue, but waits for a program that hangs only once', async () => {
      const http = createHttp('127.0.0.1:1', async () => bare(connect(port, '127.0.0.1')), 2_000)
      handle = (path, response) => {
        if (path !== '/never') setTimeout(() => response.end(path), 500)
      }
      const paths = ['/1', '/2', '/3', '/4', '/5']
      const answers = await Promise.all(paths.map(path => http.get(path)))
      assert.deepEqual(
        answers.map(({ body }) => body),
        paths,
      )
      const began = performance.now()
      await Promise.all(['/never', '/never', '/never'].map(path => failure(http.get(path))))
      assert.ok(performance.now() - began < 4_000)
      assert.equal((await http.get('/')).body, '/')
      http.close()
    })

    it('gives up in time where the channel never opens', async () => {
      const http = createHttp('127.0.0.1:1', () => new Promise(() => {}), 50)
      const [one, two] = await Promise.all([failure(http.get('/')), failure(http.get('/'))])
      assert.equal(one.reason, 'failed')
      assert.equal(two.reason, 'failed')
      http.close()
    })

    it('reads no more than the limit', async () => {
      const http = createHttp('here:1', async () => bare(connect(port, '127.0.0.1')), 5000, 1000)
      handle = (_, response) => response.end('x'.repeat(100_000))
      assert.match((await failure(http.get('/'))).message, /more than 1000 bytes/)
      http.close()
    })

    it('cannot ask a host without a connection', async () => {
      const { ask } = createAsk(() => undefined)
      assert.equal((await failure(ask('mon-z', '127.0.0.1', port, '/'))).reason, 'impossible')
    })
  })

  describe('by a command, where forwarding is forbidden', () => {
    for (const tool of ['curl', 'wget', 'bash']) {
      it(`asks by ${tool}`, async () => {
        assert.ok(program(tool), `${tool} is needed for this test`)
        const fake = connection([tool])
        const { ask } = createAsk(() => fake)
        const body = `{"text":"it's two\\nlines"}\nof\r\n\r\ntext`
        handle = (path, response) =>
          path === '/no' ? response.writeHead(503).end('not\nready') : response.end(body + path)
        const path = `/api?q=${encodeURIComponent(`{a="b'$(id)"}[5m]`)}`
        const [one, two] = await Promise.all([
          ask('mon-a', '127.0.0.1', port, path),
          ask('mon-a', '127.0.0.1', port, '/no'),
        ])
        assert.deepEqual(one, { status: 200, body: body + path })
        assert.deepEqual(two, { status: 503, body: 'not\nready' })
        const cause = await failure(ask('mon-a', '127.0.0.1', 1, '/'))
        assert.equal(cause.reason, 'refused', cause.message)
      })
    }

    it('asks a host no more that has no tool, and says why', async () => {
      const fake = connection([])
      const { ask } = createAsk(() => fake)
      for (const path of ['/a', '/b']) {
        const cause = await failure(ask('mon-a', '127.0.0.1', port, path))
        assert.equal(cause.reason, 'impossible')
        assert.match(cause.message, /neither curl nor wget nor bash/)
      }
      assert.equal(fake.scripts.length, 1)
    })
  })
})

describe('parseResponse', () => {
  it('takes the head off', () => {
    assert.deepEqual(parseResponse('HTTP/1.0 200 OK\r\nA: b\r\n\r\nbody\r\n\r\n'), {
      status: 200,
      body: 'body\r\n\r\n',
    })
    assert.deepEqual(parseResponse('HTTP/1.1 204 No Content\r\n\r\n'), { status: 204, body: '' })
  })
  it('takes nothing else for a response', () => {
    assert.equal(parseResponse('SSH-2.0-OpenSSH\r\n\r\n'), undefined)
    assert.equal(parseResponse(''), undefined)
  })
})
