import assert from 'node:assert/strict'
import { chmodSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPrivateGroup } from '../../src/trust/group.ts'
import { findForeign, isOurs, trustedOwners } from '../../src/trust/ours.ts'

const stranger = 61_234

describe('what is ours', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-ours-'))
    mkdirSync(join(folder, 'in'))
    writeFileSync(join(folder, 'in/file'), '')
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const file = () => join(folder, 'in/file')

  it('is what nobody else owns or may change, in root’s sticky directory too', () => {
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
    assert.equal(findForeign(file())?.path, join(folder, 'in'))
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
