import assert from 'node:assert/strict'
import { debianSource, parseDeb822, parseList } from '../../src/lab/apt-sources.ts'

describe('apt sources', () => {
  it('reads one-line entries with options, and leaves out comments and deb-src', () => {
    const text = [
      '# deb http://old.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/usr/share/keyrings/docker.gpg] https://download.docker.com/linux/debian bookworm stable',
      'deb http://mirror.debian.org/debian bookworm main contrib # the archive',
      'deb-src http://mirror.debian.org/debian bookworm main',
    ].join('\n')
    assert.deepEqual(parseList(text), [
      {
        uri: 'https://download.docker.com/linux/debian',
        suite: 'bookworm',
        components: ['stable'],
        signedBy: '/usr/share/keyrings/docker.gpg',
      },
      { uri: 'http://mirror.debian.org/debian', suite: 'bookworm', components: ['main', 'contrib'] },
    ])
  })

  it('reads deb822 stanzas with several suites, inner comments, disabled ones and inline keys', () => {
    const text = [
      'Types: deb deb-src',
      '# a snapshot',
      'URIs: http://mirror.debian.org/debian',
      'Suites: trixie',
      ' trixie-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://off.example/debian',
      'Suites: trixie',
      'Components: main',
      '',
      'types: deb',
      'uris: https://pkgs.example/debian',
      'suites: trixie',
      'components: main',
      'signed-by:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' -----END PGP PUBLIC KEY BLOCK-----',
    ].join('\n')
    const signedBy = '/usr/share/keyrings/debian-archive-keyring.gpg'
    assert.deepEqual(parseDeb822(text), [
      { uri: 'http://mirror.debian.org/debian', suite: 'trixie', components: ['main'], signedBy },
      { uri: 'http://mirror.debian.org/debian', suite: 'trixie-updates', components: ['main'], signedBy },
      { uri: 'https://pkgs.example/debian', suite: 'trixie', components: ['main'], signedBy: 'inline' },
    ])
  })

  it("takes Debian's own archive and no one else's", () => {
    const others = parseList(
      [
        'deb https://download.docker.com/linux/debian bookworm stable',
        'deb [signed-by=/usr/share/keyrings/tailscale-archive-keyring.gpg] https://pkgs.tailscale.com/stable/debian bookworm main',
        'deb https://apt.releases.hashicorp.com bookworm main',
        'deb http://mirror.debian.org/debian-security bookworm-security main',
        'deb http://mirror.debian.org/debian bookworm-updates main',
      ].join('\n'),
    )
    assert.equal(debianSource(others, 'bookworm'), undefined)
    const own = parseList('deb http://ftp.example.net/pub/debian/ bookworm main')
    assert.deepEqual(debianSource([...others, ...own], 'bookworm'), own[0])
  })

  it("prefers the release's own suite, then a host of debian.org", () => {
    const sources = parseList(
      [
        'deb http://mirror.debian.org/debian sid main',
        'deb http://mirror.example/debian bookworm main',
        'deb http://mirror.de.debian.org/debian bookworm main',
      ].join('\n'),
    )
    assert.equal(debianSource(sources, 'bookworm')?.uri, 'http://mirror.de.debian.org/debian')
    assert.equal(debianSource(sources.slice(0, 1), 'forky')?.suite, 'sid')
  })

  it("takes the cloud images' list of mirrors and a snapshot of the archive", () => {
    const list = parseList('deb mirror+file:///etc/apt/mirrors/debian.list bookworm main')
    assert.equal(debianSource(list, 'bookworm'), list[0])
    const snapshot = parseList('deb http://mirror.example/archive/debian/20250520T000000Z bookworm main')
    assert.equal(debianSource(snapshot, 'bookworm'), snapshot[0])
  })
})
