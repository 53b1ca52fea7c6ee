import assert from 'node:assert/strict'
import { remedyFor } from '../../../src/verify/answer/scrape-errors.ts'

const get = 'Get "http://app-01:9100/metrics": '
const remedy = (...errors: readonly string[]) =>
  remedyFor(
    errors.map(lastError => ({ lastError })),
    { on: ['mon-a'] },
  )

describe('what to do about a scrape that failed', () => {
  for (const [met, wanted, ...errors] of [
    [
      'a name that does not resolve',
      /^mon-a cannot resolve app-01: run `getent ahosts app-01` there\./,
      `${get}dial tcp: lookup app-01 on 127.0.0.53:53: no such host`,
      `${get}dial tcp: lookup app-01 on 127.0.0.53:53: server misbehaving`,
      `${get}dial tcp: lookup app-01: Temporary failure in name resolution`,
      `${get}dial tcp: lookup app-01 on 10.0.0.2:53: read udp 10.0.0.1:4->10.0.0.2:53: i/o timeout`,
      `${get}dial tcp: lookup app-01 on 10.0.0.2:53: read udp 10.0.0.1:4->10.0.0.2:53: read: connection refused`,
    ],
    [
      'a port on which nothing listens',
      /nothing listens on that port/,
      `${get}dial tcp 10.0.0.1:9100: connect: connection refused`,
    ],
    [
      'no answer',
      /^No answer comes\. If the host is up, look at its "address"/,
      `${get}dial tcp 10.0.0.1:9100: i/o timeout`,
      `${get}dial tcp 10.0.0.1:9100: connect: no route to host`,
      `${get}dial tcp 10.0.0.1:9100: connect: connection timed out`,
      `${get}context deadline exceeded`,
    ],
    [
      'TLS',
      /^The TLS handshake failed/,
      `${get}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      `${get}remote error: tls: bad certificate`,
      `${get}tls: first record does not look like a TLS handshake`,
    ],
    [
      'no TLS where TLS is asked for',
      /`scheme: http`/,
      `${get}http: server gave HTTP response to HTTPS client`,
    ],
    [
      'credentials that are refused',
      /^The target refuses access/,
      'server returned HTTP status 401 Unauthorized',
      'server returned HTTP status 403 Forbidden',
    ],
    ['a path that is not there', /`metrics_path`/, 'server returned HTTP status 404 Not Found'],
    ['another status', /its config or its log/, 'server returned HTTP status 503 Service Unavailable'],
    [
      'no metrics',
      /^The answer is no metrics format/,
      'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
      'expected a valid start token, got "<" ("INVALID") while parsing: "<"',
    ],
    ['a limit', /exceeds a limit/, 'sample limit exceeded'],
    [
      'a file that Prometheus cannot read',
      /cannot read a file/,
      'unable to read authorization credentials file /etc/x: open /etc/x: permission denied',
    ],
    ['anything else', /^Look at the program there/, `${get}EOF`, ''],
  ] as const)
    it(`is told of ${met}, and of nothing else`, () => {
      for (const said of errors) assert.match(remedy(said), wanted, said)
      assert.equal(new Set(errors.map(said => remedy(said))).size, 1)
    })

  it('is told once a kind, and of each name', () => {
    const refused = 'dial tcp 10.0.0.1:9100: connect: connection refused'
    const told = remedy('lookup a: no such host', refused, 'lookup b: no such host', refused)
    assert.match(told, /^mon-a cannot resolve a, b: .*\. The connection is refused[^.]*\.$/)
    assert.match(remedyFor([{ lastError: 'lookup a: no such host' }]), /^The host of the replica cannot/)
    assert.equal(remedyFor([], { otherwise: 'x' }), 'x')
  })
})
