import assert from 'node:assert/strict'
import {
  chmodSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPrivateGroup } from '../../src/trust/group.ts'
import { allForeign, findForeign, findForeignBelow, isOurs, trustedOwners } from '../../src/trust/ours.ts'
import { requireRoot } from '../security/support/root.ts'
import { stranger } from '../security/support/stranger.ts'

describe('what is ours', () => {
  before(requireRoot)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-ours-'))
    mkdirSync(join(folder, 'in'))
    writeFileSync(join(folder, 'in/file'), '')
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const file = () => join(folder, 'in/file')

  it('is what only we own and can change, in a sticky directory of root too', () => {
    assert.equal(findForeign(file()), undefined)
    assert.equal(findForeign(join(folder, 'in/not/there')), undefined)
  })

  it('is nothing that another user owns, along the whole path', () => {
    lchownSync(file(), stranger, stranger)
    assert.deepEqual(findForeign(file()), {
      path: file(),
      why: `belongs to uid ${stranger}`,
      remedy: `Run \`chown ${process.geteuid?.()} ${file()}\` if you trust what is in it.`,
    })
    lchownSync(file(), 0, 0)
    lchownSync(join(folder, 'in'), stranger, stranger)
    // What lies above may be that user's home: its owner is to keep it.
    assert.deepEqual(findForeign(file()), {
      path: join(folder, 'in'),
      why: `belongs to uid ${stranger}`,
      remedy: `Set PROMHA_TRUST_OWNER=${stranger} if that user may act as you.`,
    })
    assert.match(findForeign(join(folder, 'in/./'))?.remedy ?? '', /chown/)
    assert.ok(isOurs(file(), trustedOwners({ PROMHA_TRUST_OWNER: String(stranger) })))
  })

  it('is nothing that others may write', () => {
    chmodSync(join(folder, 'in'), 0o777)
    assert.match(findForeign(file())?.why ?? '', /writable by every user/)
    // Sticky, but not root's.
    chmodSync(join(folder, 'in'), 0o1777)
    lchownSync(join(folder, 'in'), stranger, stranger)
    assert.ok(!isOurs(file(), new Set([0, stranger])))
  })

  it('is nothing that a group of several may write', () => {
    lchownSync(file(), 0, stranger)
    chmodSync(file(), 0o664)
    assert.match(findForeign(file())?.remedy ?? '', /chmod g-w/)
  })

  it('is judged behind a link as well, and so is the link', () => {
    symlinkSync('in/file', join(folder, 'link'))
    assert.ok(isOurs(join(folder, 'link')))
    lchownSync(join(folder, 'link'), stranger, stranger)
    assert.equal(findForeign(join(folder, 'link'))?.path, join(folder, 'link'))
    symlinkSync(join(folder, 'in/../in'), join(folder, 'other'))
    lchownSync(file(), stranger, stranger)
    assert.equal(findForeign(join(folder, 'other/file'))?.path, file())
    symlinkSync('circle', join(folder, 'circle'))
    assert.match(findForeign(join(folder, 'circle'))?.why ?? '', /circle/)
  })
})

describe('what is ours of several things', () => {
  before(requireRoot)
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-ours-'))
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/b/file'), '')
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const at = (name: string) => join(folder, name)

  it('is told of each thing once, in the order of the way', () => {
    lchownSync(at('a'), stranger, stranger)
    chmodSync(at('a/b/file'), 0o666)
    assert.deepEqual(
      allForeign([at('a/b/file'), at('a/b'), at('a/b/none')]).map(({ path }) => path),
      [at('a'), at('a/b/file')],
    )
    assert.deepEqual(allForeign([folder]), [])
  })

  it('is looked for below a directory, behind its links too', () => {
    assert.equal(findForeignBelow(at('a')), undefined)
    assert.equal(findForeignBelow(at('none')), undefined)
    lchownSync(at('a/b/file'), stranger, stranger)
    assert.equal(findForeignBelow(at('a'))?.path, at('a/b/file'))
    assert.equal(findForeignBelow(at('a/b/file'))?.path, at('a/b/file'))
    mkdirSync(at('c'))
    symlinkSync('../a/b/file', at('c/link'))
    assert.equal(findForeignBelow(at('c'))?.path, at('a/b/file'))
    mkdirSync(at('d'))
    symlinkSync('../a', at('d/link'))
    symlinkSync('.', at('d/again'))
    assert.equal(findForeignBelow(at('d'))?.path, at('d/link/b/file'))
    symlinkSync('a', at('e'))
    assert.equal(findForeignBelow(at('e'))?.path, at('e/b/file'))
    lchownSync(at('a/b/file'), 0, 0)
    assert.equal(findForeignBelow(at('d')), undefined)
  })

  it('is no second name of a file where every user may make one', () => {
    linkSync(at('a/b/file'), at('a/second'))
    assert.equal(findForeign(at('a/second')), undefined)
    chmodSync(at('a'), 0o1777)
    symlinkSync('second', at('a/link'))
    for (const name of ['a/second', 'a/link'])
      assert.match(findForeign(at(name))?.why ?? '', /second name/, name)
    assert.equal(findForeign(at('a/b/file')), undefined)
  })

  it('is looked for from the current folder where the path is relative', () => {
    const before = process.cwd()
    process.chdir(at('a'))
    try {
      assert.equal(findForeign('b/file'), undefined)
      lchownSync(at('a/b'), stranger, stranger)
      assert.equal(findForeign('b/../b/file')?.path, at('a/b'))
    } finally {
      process.chdir(before)
    }
  })

  it('is no more owners than PROMHA_TRUST_OWNER names by a number', () => {
    for (const text of ['', 'root', '-1', '1 2', '0x1', '1e3', '99999999999'])
      assert.deepEqual(trustedOwners({ PROMHA_TRUST_OWNER: text }), new Set([0, process.geteuid?.()]), text)
  })
})

describe('a private group', () => {
  const passwd =
    'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n'
  const group = 'root:x:0:\nann:x:1000:ann\nbob:x:1001:ann\nstaff:x:50:\n'
  it('has its user as the only member', () => {
    assert.ok(isPrivateGroup(1000, 1000, { passwd, group }))
    assert.ok(isPrivateGroup(0, 0, { passwd, group }))
    assert.ok(!isPrivateGroup(1001, 1001, { passwd, group }))
    assert.ok(!isPrivateGroup(50, 1000, { passwd, group }))
    assert.ok(!isPrivateGroup(1000, 1000, { passwd: `${passwd}eve:x:1002:1000::/:/bin/sh\n`, group }))
    assert.ok(!isPrivateGroup(4000, 4000, { passwd, group }))
  })
})
