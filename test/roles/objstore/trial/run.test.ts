import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { tryBucket } from '../../../../roles/objstore/trial/run.ts'
import { ForwardError } from '../../../../src/ssh/connection.ts'
import { fakeConnection } from '../../../support/fake-connection.ts'
import { readObjstore } from '../said.ts'
import { id, type S3Options, type S3Server, secret, startS3 } from './s3-server.ts'

interface Host {
  readonly forward?: () => Promise<Duplex>
  readonly reply?: readonly string[]
  readonly files?: ReadonlyMap<string, string>
  readonly timeout?: number
}

const keys = [`access_key: ${id}`, `secret_key: ${secret}`]

/** What a host finds, told as one host tells it. */
async function found(port: number, lines: readonly string[], host: Host = {}) {
  const text = ['type: S3', 'config:', ...lines.map(line => `  ${line}`), ''].join('\n')
  return foundOf(text, port, host)
}

async function foundOf(
  text: string,
  port: number,
  { forward, reply = [], files = new Map(), timeout }: Host,
) {
  const { objstore, problems } = readObjstore(text)
  assert.deepEqual(problems, [], text)
  assert.ok(objstore)
  const fake = fakeConnection('st-a', async () => reply)
  const forwarded: string[] = []
  const toServer = async (address: string, at: number) => {
    forwarded.push(`${address}:${at}`)
    const stream = connect(port, '127.0.0.1')
    stream.on('error', () => {})
    return stream
  }
  const connection = { ...fake, host: 'st-a', run: fake.run, forward: forward ?? toServer }
  const findings = await tryBucket(objstore, { connection, files }, timeout)
  const told = findings.map(one => one.problem('st-a'))
  return { told, findings, forwarded, summaries: told.map(one => one.summary), sent: fake.sent }
}

const local = (port: number) => ['bucket: b', `endpoint: 127.0.0.1:${port}`, 'insecure: true', ...keys]

async function withServer(options: S3Options, work: (server: S3Server) => Promise<void>): Promise<void> {
  const server = await startS3(options)
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

/** By what the server does, the one message. */
const faults: Readonly<Record<string, { options: S3Options; lines?: string[]; told: RegExp; left?: true }>> =
  {
    'no such bucket': { options: { buckets: ['other'] }, told: /there is no such bucket$/ },
    'a key that may put nothing': { options: { deny: ['PUT'] }, told: /the access key may not put$/ },
    'a key that may not list': { options: { deny: ['LIST'] }, told: /may not list$/ },
    'a key that may not get': { options: { deny: ['GET'] }, told: /may not get$/ },
    'a key that may not delete': { options: { deny: ['DELETE'] }, told: /may not delete$/, left: true },
    'a key that may nothing': {
      options: { deny: ['PUT', 'LIST', 'GET', 'DELETE'] },
      told: /may not put, list, delete$/,
    },
    'a list that is behind': { options: { fault: 'stale list' }, told: /the list lacks an object/ },
    'no overwriting': { options: { fault: 'stale get' }, told: /overwritten does not have its new content$/ },
    'clocks apart': { options: { fault: 'skew' }, told: /the clock of this machine differs/ },
    'a broken server': { options: { fault: 'broken' }, told: /the server answers HTTP 503 SlowDown$/ },
    'an object that stays': {
      options: { fault: 'no delete' },
      told: /cannot be deleted: HTTP 500/,
      left: true,
    },
    'another program': { options: { fault: 'no http' }, told: /does not answer in HTTP$/ },
    'an endless answer': { options: { fault: 'flood' }, told: /more than 64 KiB$/ },
    'an endless head': { options: { fault: 'long head' }, told: /does not answer in HTTP$/ },
    'the wrong region': {
      options: { region: 'eu-west-1' },
      lines: ['region: us-east-1'],
      told: /the bucket is in another region, eu-west-1$/,
    },
  }

describe('the trial of a bucket', () => {
  it('puts, overwrites, lists, gets and deletes, and leaves nothing', () =>
    withServer({}, async server => {
      const { told, forwarded } = await found(server.port, [...local(server.port), 'region: us-east-1'])
      assert.deepEqual(told, [])
      assert.deepEqual(server.asked, ['PUT', 'PUT', 'LIST', 'GET', 'DELETE'])
      assert.equal(server.objects.size, 0)
      assert.deepEqual(new Set(forwarded), new Set([`127.0.0.1:${server.port}`]))
    }))

  it('finds the region that the server wants, if none is said', () =>
    withServer({ region: 'eu-west-1' }, async server => {
      assert.deepEqual((await found(server.port, local(server.port))).told, [])
    }))

  it('stays below the prefix, and encrypts as it is told', () =>
    withServer({}, async server => {
      const puts: string[] = []
      server.objects.set = (key, value) => {
        puts.push(key)
        return Map.prototype.set.call(server.objects, key, value)
      }
      const config = [...local(server.port), 'sse_config: { type: SSE-S3 }'].map(line => `  ${line}`)
      const text = ['type: S3', 'prefix: a b/c', 'config:', ...config, ''].join('\n')
      const { told } = await foundOf(text, server.port, {})
      assert.deepEqual(told, [])
      assert.match(puts[0] ?? '', /^a b\/c\/promha-trial-[0-9a-f]{24}$/)
      assert.equal(server.heads[0]?.['x-amz-server-side-encryption'], 'AES256')
    }))

  for (const [what, { options, lines = [], told, left }] of Object.entries(faults))
    it(`tells of ${what}, once`, () =>
      withServer(options, async server => {
        const { summaries, told: problems } = await found(server.port, [...local(server.port), ...lines])
        assert.equal(summaries.length, 1, summaries.join('\n'))
        assert.match(summaries[0] ?? '', told)
        assert.match(summaries[0] ?? '', /^the bucket "b" of 127\.0\.0\.1:\d+ cannot be used from st-a: /)
        assert.equal(problems[0]?.severity, 'error')
        assert.equal(server.objects.size, left ? 1 : 0)
        assert.equal(/is left there/.test(problems[0]?.detail ?? ''), left === true)
      }))

  it('gives up a server that does not answer', async () => {
    await withServer({ fault: 'hang' }, async server => {
      const lines = [...local(server.port), 'region: us-east-1']
      const { summaries } = await found(server.port, lines, { timeout: 200 })
      assert.equal(summaries.length, 1)
      assert.match(summaries[0] ?? '', /no answer within 0\.2 s$/)
    })
  })

  it('sends nothing over a stream that comes too late', () =>
    withServer({}, async server => {
      const streams: Duplex[] = []
      const forward = async () => {
        await new Promise(resolve => setTimeout(resolve, 120))
        const stream = connect(server.port, '127.0.0.1')
        streams.push(stream)
        return stream
      }
      const lines = [...local(server.port), 'region: us-east-1']
      const { summaries } = await found(server.port, lines, { forward, timeout: 40 })
      assert.match(summaries.join(), /no answer within 0\.04 s$/)
      await new Promise(resolve => setTimeout(resolve, 200))
      assert.ok(streams.length > 0 && streams.every(({ destroyed }) => destroyed))
      assert.deepEqual(server.asked, [])
    }))

  it('tells the key from its secret', () =>
    withServer({}, async server => {
      const base = local(server.port).slice(0, 3)
      const other = await found(server.port, [...base, 'access_key: AKIAOTHER', `secret_key: ${secret}`])
      assert.match(other.summaries.join(), /does not know the access key$/)
      const wrong = await found(server.port, [...base, `access_key: ${id}`, 'secret_key: wrongwrong'])
      assert.match(wrong.summaries.join(), /the secret key does not belong to the access key$/)
      assert.doesNotMatch(JSON.stringify(wrong.told), /wrongwrong/)
    }))

  for (const [reason, message, told] of [
    ['refused', 'nothing answers at s3:9000: Connection refused', /refuses the connection$/],
    ['refused', 'nothing answers at s3:9000: Name or service not known', /cannot be resolved there$/],
    ['refused', 'nothing answers at s3:9000: Connection timed out', /Connection timed out$/],
    ['failed', 'no answer from s3:9000 within 10 s', /no answer from s3:9000 within 10 s$/],
  ] as const)
    it(`says why no connection comes about: ${message}`, async () => {
      const forward = () => Promise.reject(new ForwardError(reason, message))
      const { summaries } = await found(1, local(1), { forward })
      assert.equal(summaries.length, 1)
      assert.match(summaries[0] ?? '', told)
    })

  it('leaves it to an installed Thanos if sshd forwards nothing', async () => {
    const forward = () => Promise.reject(new ForwardError('forbidden', 'administratively prohibited'))
    const without = await found(1, local(1), { forward, reply: ['absent'] })
    assert.deepEqual(
      without.told.map(one => one.severity),
      ['warning'],
    )
    assert.match(
      without.summaries[0] ?? '',
      /was not tried from st-a: the host's sshd does not forward connections$/,
    )
    const fine = await found(1, local(1), { forward, reply: ['code\n0', 'said\n'] })
    assert.deepEqual(fine.told, [])
  })

  it('leaves other types to it, with the config over stdin', async () => {
    const gcs = 'type: GCS\nconfig: { bucket: g, service_account: hushhush }\n'
    const said = String.raw`level=info msg=x level=error err="Get \"http://g/\": no such bucket\nBaseFetcher: iter\n\truntime.main"`
    const { summaries, sent } = await foundOf(gcs, 1, { reply: ['code\n1', `said\n${said}`] })
    assert.deepEqual(summaries, [
      'Thanos cannot list the bucket "g" from st-a: Get "http://g/": no such bucket',
    ])
    assert.doesNotMatch(sent[0]?.script ?? '', /hushhush/)
    assert.match(String(sent[0]?.request.stdin), /hushhush/)
    const slow = await foundOf(gcs, 1, { reply: ['code\n124', 'said\n'] })
    assert.match(slow.summaries[0] ?? '', /was not tried from st-a: Thanos did not list it within 40 s$/)
    assert.equal(slow.told[0]?.severity, 'warning')
    const absent = await foundOf(gcs, 1, { reply: ['absent'] })
    assert.match(
      absent.summaries[0] ?? '',
      /was not tried from st-a: promha itself tries buckets of type S3 only$/,
    )
  })

  it('leaves it to it, too, if the file has no keys', async () => {
    const { told } = await found(1, ['bucket: b', 'endpoint: s3.example.net'], { reply: ['absent'] })
    assert.match(told[0]?.summary ?? '', /its file has no access_key/)
  })

  it('asks nothing of a directory', async () => {
    const { told, sent } = await foundOf('type: FILESYSTEM\nconfig: { directory: /srv }\n', 1, {})
    assert.deepEqual([told, sent], [[], []])
  })

  describe('over TLS', () => {
    const directory = mkdtempSync(join(tmpdir(), 'promha-s3-'))
    const file = (name: string) => join(directory, name)
    let tls: { key: string; cert: string }
    before(() => {
      const subject = ['-subj', '/CN=s3.test', '-addext', 'subjectAltName=DNS:s3.test']
      const outputs = ['-keyout', file('key.pem'), '-out', file('cert.pem')]
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...outputs],
        {
          stdio: 'ignore',
        },
      )
      tls = { key: readFileSync(file('key.pem'), 'utf8'), cert: readFileSync(file('cert.pem'), 'utf8') }
    })
    after(() => rmSync(directory, { recursive: true }))
    const lines = (...more: string[]) => ['bucket: b', 'endpoint: s3.test:9000', ...keys, ...more]

    it('trusts the CA that the host has, and the one that is shipped', () =>
      withServer({ tls }, async ({ port }) => {
        const system = await found(port, lines(), { reply: [`text\n${tls.cert}`] })
        assert.deepEqual(system.told, [])
        assert.match(system.sent[0]?.script ?? '', /ca-certificates\.crt/)
        const own = lines('http_config: { tls_config: { ca_file: /etc/thanos/ca.pem } }')
        const shipped = await found(port, own, { files: new Map([['/etc/thanos/ca.pem', tls.cert]]) })
        assert.deepEqual(shipped.told, [])
        assert.equal(shipped.sent.length, 0)
        const there = await found(port, own, { reply: [`text\n${tls.cert}`] })
        assert.deepEqual(there.told, [])
        assert.match(there.sent[0]?.script ?? '', /\/etc\/thanos\/ca\.pem/)
      }))

    it('tells of a certificate that the host does not trust, or of another name', () =>
      withServer({ tls }, async ({ port }) => {
        const { summaries } = await found(port, lines(), { reply: ['text\n'] })
        assert.match(
          summaries.join(),
          /TLS fails: the server has a self-signed certificate, which the host does not trust$/,
        )
        const other = ['bucket: b', 'endpoint: s3.other:9000', ...keys]
        const named = await found(port, other, { reply: [`text\n${tls.cert}`] })
        assert.match(
          named.summaries.join(),
          /TLS fails: the certificate is for another name than that of "endpoint"$/,
        )
      }))

    it('trusts anything if it is told to', () =>
      withServer({ tls }, async ({ port }) => {
        const { told, sent } = await found(port, lines('http_config: { insecure_skip_verify: true }'))
        assert.deepEqual([told, sent], [[], []])
      }))

    it('tells of a server that speaks plain HTTP', () =>
      withServer({}, async ({ port }) => {
        const { summaries } = await found(port, lines(), { reply: ['text\n'] })
        assert.match(summaries.join(), /TLS fails/)
      }))
  })
})
