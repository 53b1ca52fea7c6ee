/** Files are written by src/trust, and elsewhere only by what is named here: a link or a guessed name leads nowhere. */
import assert from 'node:assert/strict'
import { sources } from './sources.ts'

const writers =
  /^(writeFile|appendFile|rename|createWriteStream|open|mkdtemp|copyFile|cp|symlink|link|truncate|l?chmod|l?chown|l?utimes|write|writev)(Sync)?$/

/** Each with the functions of node:fs that it may use, and why that is safe. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/trust/replace-file.ts': ['open', 'rename', 'writeFile'],
  // Reads only.
  'src/trust/plain-file.ts': ['open'],
  'src/engine/transfer/push.ts': ['open'],
  'src/trust/private-directory.ts': ['mkdtempSync'],
  // Looks at what it has opened before it adds a line.
  'src/ssh/key/known-hosts-file.ts': ['open'],
  // A pipe or a device that is ours.
  'src/cli/input/junit-file.ts': ['open'],
  // Below the cache, which is ours: new files, exclusively, then renamed.
  'src/artifact/cache/cache.ts': ['createWriteStream'],
  'src/artifact/cache/verified.ts': ['chmod', 'rename'],
  'src/artifact/http/download.ts': ['createWriteStream', 'truncate'],
  'src/artifact/http/partial.ts': ['open', 'rename'],
  // The tree that is being made, in root's own directory.
  'src/lab/machine/base.ts': ['chmod', 'rename'],
  // Settings of the kernel.
  'src/lab/machine/cgroup.ts': ['writeFile'],
  'src/lab/machine/network.ts': ['writeFile'],
}

const texts = sources()

function writersIn(text: string): readonly string[] {
  return [...text.matchAll(/^import\s+\{([^}]*)\}\s+from 'node:fs(?:\/promises)?'/gm)].flatMap(
    ([, names = '']) =>
      names
        .split(',')
        .map(name => name.trim().split(/\s+as\s+/)[0] ?? '')
        .filter(name => writers.test(name)),
  )
}

describe('what writes files', () => {
  it('is named here', () => {
    const found = [...texts].flatMap(([file, text]) => {
      const names = writersIn(text)
      return names.length === 0 ? [] : [[file, [...names].sort()] as const]
    })
    assert.deepEqual(Object.fromEntries(found), allowed)
  })

  it('comes from node:fs by its name', () => {
    for (const [file, text] of texts)
      assert.doesNotMatch(text, /(import\s+(\*|\w+)\s[^{]*from|import\(|require\()\s*'node:fs/, file)
  })

  it('makes streams into new files only, but for a download that goes on', () => {
    for (const [file, text] of texts) {
      const calls = [...text.matchAll(/createWriteStream\(([^)]*)\)/g)].map(([, args = '']) => args)
      const flag = file === 'src/artifact/http/download.ts' ? /flags: 'r\+'/ : /flags: 'wx'/
      for (const call of calls) assert.match(call, flag, file)
    }
  })
})
