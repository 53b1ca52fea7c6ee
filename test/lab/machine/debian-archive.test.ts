import assert from 'node:assert/strict'
import { parseDeb822, parseSourcesList } from '../../../src/artifact/debian/apt-sources.ts'
import { debianArchive } from '../../../src/lab/machine/debian-archive.ts'

describe("Debian's own archive among apt's sources", () => {
  it("takes Debian's own archive and no one else's", () => {
    const others = parseSourcesList(
      [
        'deb https://download.docker.com/linux/debian bookworm stable',
        'deb [signed-by=/usr/share/keyrings/tailscale-archive-keyring.gpg] https://pkgs.tailscale.com/stable/debian bookworm main',
        'deb https://apt.releases.hashicorp.com bookworm main',
        'deb http://mirror.debian.org/debian-security bookworm-security main',
        'deb http://mirror.debian.org/debian bookworm-updates main',
      ].join('\n'),
    )
    assert.equal(debianArchive(others, 'bookworm'), undefined)
    const pasted = parseDeb822(
      'types: deb\nuris: https://pkgs.example/debian\nsuites: trixie\ncomponents: main\nsigned-by:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n -----END PGP PUBLIC KEY BLOCK-----\n',
    )
    assert.equal(debianArchive(pasted, 'trixie'), undefined)
    const own = parseSourcesList('deb http://ftp.example.net/pub/debian/ bookworm main')
    assert.deepEqual(debianArchive([...others, ...own], 'bookworm'), { source: own[0], suite: 'bookworm' })
  })

  it("prefers the release's own suite, then a host of debian.org", () => {
    const sources = parseSourcesList(
      [
        'deb http://mirror.debian.org/debian sid main',
        'deb http://mirror.example/debian bookworm main',
        'deb http://mirror.de.debian.org/debian bookworm main',
      ].join('\n'),
    )
    assert.equal(debianArchive(sources, 'bookworm')?.source.uri, 'http://mirror.de.debian.org/debian')
    assert.equal(debianArchive(sources.slice(0, 1), 'forky')?.suite, 'sid')
  })

  it("takes the cloud images' list of mirrors and a snapshot of the archive", () => {
    const list = parseSourcesList('deb mirror+file:///etc/apt/mirrors/debian.list bookworm main')
    assert.equal(debianArchive(list, 'bookworm')?.source, list[0])
    const snapshot = parseSourcesList(
      'deb http://mirror.example/archive/debian/20250520T000000Z bookworm main',
    )
    assert.equal(debianArchive(snapshot, 'bookworm')?.source, snapshot[0])
  })
})
