import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasAccessList, showsAccessList } from '../../src/trust/access-list.ts'
import { findForeign, findForeignBelow } from '../../src/trust/ours.ts'

/** setxattr(2) by its number: the package acl is not on every machine, Perl is on each Debian. */
const setxattr = { x64: 188, arm64: 5 }[process.arch as string] ?? assert.fail(`add ${process.arch}`)

/** What `setfacl -m u:65534:rwx` sets: version 2, then entries of tag, permissions and id. */
function giveAccess(path: string) {
  const none = 0xffffffff
  const entries: readonly (readonly [number, number, number])[] = [
    ...([
      [0x01, 7, none],
      [0x02, 7, 65_534],
      [0x04, 5, none],
      [0x10, 7, none],
      [0x20, 5, none],
    ] as const),
  ]
  const value = Buffer.alloc(4 + 8 * entries.length)
  value.writeUInt32LE(2)
  for (const [index, [tag, permissions, id]] of entries.entries()) {
    value.writeUInt16LE(tag, 4 + 8 * index)
    value.writeUInt16LE(permissions, 6 + 8 * index)
    value.writeUInt32LE(id, 8 + 8 * index)
  }
  const set =
    'my ($n, $p, $v) = @ARGV; my $a = "system.posix_acl_access"; $v = pack("H*", $v); syscall($n + 0, $p, $a, $v, length($v), 0) == 0 or die "$!\n"'
  execFileSync('perl', ['-e', set, String(setxattr), path, value.toString('hex')])
}

describe('an access list', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-acl-'))
    mkdirSync(join(folder, 'in'))
    writeFileSync(join(folder, 'in/file'), '')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('that lets another user write is seen, though the group is the owner’s own', () => {
    chmodSync(join(folder, 'in'), 0o775)
    assert.equal(findForeign(join(folder, 'in/file')), undefined)
    giveAccess(join(folder, 'in'))
    const expected = {
      path: join(folder, 'in'),
      why: 'may be writable by others, because it has an access list',
      remedy: `Run \`setfacl -b ${join(folder, 'in')}\`.`,
    }
    assert.deepEqual(findForeign(join(folder, 'in/file')), expected)
    assert.deepEqual(findForeignBelow(folder), expected)
  })

  it('that lets nobody else write does not count', () => {
    giveAccess(join(folder, 'in'))
    // The group's bits are the list's mask.
    chmodSync(join(folder, 'in'), 0o755)
    assert.equal(findForeign(join(folder, 'in/file')), undefined)
  })

  it('is seen by the eleventh character of `ls -ld`, and assumed if that says nothing', () => {
    assert.ok(showsAccessList('drwxrwxr-x+ 2 root root 4096 Jan  1 00:00 in\n'))
    assert.ok(!showsAccessList('drwxrwxr-x. 2 root root 4096 Jan  1 00:00 in\n'))
    assert.ok(!showsAccessList('drwxrwxr-x 2 root root 4096 Jan  1 00:00 a+b\n'))
    assert.ok(showsAccessList(''))
    assert.ok(hasAccessList(join(folder, 'none')))
    writeFileSync(join(folder, '-R'), '')
    assert.ok(!hasAccessList(join(folder, '-R')))
  })
})
