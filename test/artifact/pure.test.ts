import assert from 'node:assert/strict'
import fc from 'fast-check'
import { programFiles, upstreamRelease, upstreamVersion } from '../../src/artifact/catalog.ts'
import { findChecksum, leadingChecksum } from '../../src/artifact/checksums.ts'
import { joinUrl, maskUrl, splitCredentials } from '../../src/artifact/url.ts'
import { compareVersions } from '../../src/artifact/version-order.ts'

describe('artifact catalog', () => {
  it('fills version and architecture into upstream paths', () => {
    const release = upstreamRelease('prometheus', '3.13.2', 'arm64')
    assert.equal(release.folder, 'prometheus/prometheus/releases/download/v3.13.2')
    assert.equal(release.archive, 'prometheus-3.13.2.linux-arm64.tar.gz')
    assert.deepEqual(
      release.members.map(one => one.member),
      ['prometheus-3.13.2.linux-arm64/prometheus', 'prometheus-3.13.2.linux-arm64/promtool'],
    )
  })

  it('names the host paths of a release by its source kind', () => {
    assert.deepEqual(programFiles('alertmanager', 'mirror'), [
      { path: '/usr/local/bin/alertmanager', mode: 0o755 },
      { path: '/usr/local/bin/amtool', mode: 0o755 },
    ])
    assert.deepEqual(programFiles('alertmanager', 'debian').slice(2), [
      { path: '/usr/share/prometheus/alertmanager/default.tmpl', mode: 0o644 },
      { path: '/usr/share/prometheus/alertmanager/email.tmpl', mode: 0o644 },
    ])
  })

  for (const [debian, upstream] of [
    ['3.5.3+ds1-6', '3.5.3'],
    ['1.9.0-1+b4', '1.9.0'],
    ['1:2.53.3+ds1-2~bpo12+1', '2.53.3'],
    ['3.0.0~rc.1+ds-1', '3.0.0-rc.1'],
  ] as const) {
    it(`takes ${upstream} from Debian's ${debian}`, () => assert.equal(upstreamVersion(debian), upstream))
  }
})

describe('version order', () => {
  it('counts numbers as numbers and puts candidates before their release', () => {
    const sorted = ['1.9.0', '1.10.0-rc.0', '1.10.0-rc.1', '1.10.0', '1.10.1']
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), shuffled => {
        assert.deepEqual([...shuffled].sort(compareVersions), sorted)
      }),
    )
  })
})

describe('checksum files', () => {
  const hash = 'ab'.repeat(32)
  it('finds a name, with and without the mark of binary mode', () => {
    assert.equal(findChecksum(`${'0'.repeat(64)}  b\n${hash}  a.tar.gz\n`, 'a.tar.gz'), hash)
    assert.equal(findChecksum(`${hash.toUpperCase()} *a.tar.gz`, 'a.tar.gz'), hash)
    assert.equal(findChecksum(`${hash}  a.tar.gz.asc`, 'a.tar.gz'), undefined)
    assert.equal(findChecksum('<html>', 'a.tar.gz'), undefined)
  })
  it('takes the hash that a file of one archive begins with', () => {
    assert.equal(leadingChecksum(`${hash}  another-name\n`), hash)
    assert.equal(leadingChecksum(`${hash}\n`), hash)
    assert.equal(leadingChecksum('not a hash'), undefined)
  })
})

describe('artifact URLs', () => {
  it('hides credentials and queries', () => {
    assert.equal(
      maskUrl('https://me:secret@mirror.example.net/a?token=x'),
      'https://***@mirror.example.net/a?***',
    )
  })
  it('carries credentials in a header', () => {
    const { url, authorization } = splitCredentials('https://me:p%40ss@mirror.example.net/a')
    assert.equal(url, 'https://mirror.example.net/a')
    assert.equal(authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`)
  })
  it('joins with one slash', () => {
    assert.equal(joinUrl('https://m.example.net/base/', 'a/b'), 'https://m.example.net/base/a/b')
    assert.equal(joinUrl('https://m.example.net', 'a/b'), 'https://m.example.net/a/b')
  })
})
