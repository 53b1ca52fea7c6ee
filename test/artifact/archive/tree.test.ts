import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { type Header, pack } from 'tar-stream'
import { packTree } from '../../../src/artifact/archive/tree.ts'

type Entry = Partial<Header> & { readonly name: string; readonly text?: string }

async function packed(entries: readonly Entry[], limit?: number) {
  const tar = pack()
  for (const { text = '', ...header } of entries) tar.entry(header, text)
  tar.finalize()
  const chunks: Buffer[] = []
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  const bounds = limit === undefined ? {} : { limit }
  const hash = await packTree(Readable.from(tar), { strip: 1, out, ...bounds })
  return { hash, text: Buffer.concat(chunks).toString('utf8') }
}

const release: readonly Entry[] = [
  { name: 'app-1/', type: 'directory' },
  { name: 'app-1/bin/app', mode: 0o755, text: 'run' },
  { name: 'app-1/conf/a b.ini', mode: 0o640, text: 'x=1\n' },
  { name: 'app-1/bin/alias', type: 'symlink', linkname: '../conf/a b.ini' },
]

describe('a release that is unpacked as a whole', () => {
  it('is one stream, without the parts that are left out, directories before what is in them', async () => {
    const { text } = await packed(release)
    assert.equal(
      text,
      'd bin\nx 3 bin/app\nrund conf\nf 4 conf/a b.ini\nx=1\nl bin/alias\n../conf/a b.ini\nend\n',
    )
  })

  it('has the same hash whatever the order, and another one for each thing that differs', async () => {
    const { hash } = await packed(release)
    assert.equal((await packed([...release].reverse())).hash, hash)
    const [, app, conf, link] = release as readonly [Entry, Entry, Entry, Entry]
    for (const changed of [
      [app, { ...conf, text: 'x=2\n' }, link],
      [{ ...app, mode: 0o644 }, conf, link],
      [app, conf, { ...link, linkname: 'app' }],
      [app, conf],
      [app, conf, link, { name: 'app-1/empty', type: 'directory' } as const],
    ])
      assert.notEqual((await packed(changed)).hash, hash)
  })

  const hostile: readonly (readonly [string, Entry, RegExp])[] = [
    ['a name above it', { name: 'app-1/../../etc/x' }, /leads out of the tree/],
    ['an absolute name', { name: '/etc/x' }, /leads out of the tree/],
    ['a line end in a name', { name: 'app-1/x\nend' }, /control character/],
    ['a backslash in a name', { name: 'app-1/x\\y' }, /backslash/],
    ['a link above it', { name: 'app-1/l', type: 'symlink', linkname: '../x' }, /link to "\.\.\/x"/],
    ['an absolute link', { name: 'app-1/l', type: 'symlink', linkname: '/etc/passwd' }, /is a link to/],
    ['a link above it by two', { name: 'app-1/a/l', type: 'symlink', linkname: '../../x' }, /is a link to/],
    ['a link above it at its end', { name: 'app-1/l', type: 'symlink', linkname: '..' }, /is a link to/],
    ...['s/..', 'bin/../x', './../x', '..//../x', '../s/../../x'].map(
      linkname =>
        [
          `a link by way of what may be a link: ${linkname}`,
          { name: 'app-1/a/b/l', type: 'symlink', linkname } as const,
          /is a link to/,
        ] as const,
    ),
    ['a hard link', { name: 'app-1/l', type: 'link', linkname: 'app-1/bin/app' }, /it is a link/],
    ['a device', { name: 'app-1/d', type: 'character-device' }, /character-device/],
    ['a name twice', { name: 'app-1/bin/app', text: 'other' }, /there twice/],
    ['a name below a link', { name: 'app-1/bin/alias/x' }, /bin\/alias is no directory/],
    ['a name below a file', { name: 'app-1/bin/app/x' }, /bin\/app is no directory/],
  ]
  for (const [what, entry, why] of hostile)
    it(`is refused with ${what}`, async () => {
      await assert.rejects(packed([...release, entry]), why)
    })

  it('may have links to its top and to a name that begins with dots', async () => {
    for (const linkname of ['../..', '../../', '..x', '../...', 'c/./d', '../../bin/app'])
      await packed([...release, { name: 'app-1/a/b/l', type: 'symlink', linkname }])
  })

  it('is refused if it is larger than it may be', async () => {
    await assert.rejects(packed(release, 2_000), /unpacks to more than 2000 bytes/)
  })
})
