import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { copyCheckout, runIn } from '../package/installed.ts'

const next = '99.1.0'
const changes = '# Changelog\n\n## Unreleased\n\n### Nothing here\n\n### Commands\n\n- One more command.\n\n'
const older = '## 0.0.1 - 2020-01-01\n\n- All of it.\n'

describe('npm run release', function () {
  this.timeout(300_000)
  const directory = mkdtempSync(join(tmpdir(), 'promha-release-test-'))
  const bin = join(directory, 'bin')
  const calls = join(directory, 'calls')
  const temporary = join(directory, 'tmp')
  let clone = ''

  const git = (...words: readonly string[]) =>
    execFileSync('git', words, { cwd: clone, encoding: 'utf8' }).trim()
  const read = (name: string) => readFileSync(join(clone, name), 'utf8')
  const commit = () => git('commit', '--quiet', '--all', '--message', 'change')

  async function release(...words: readonly string[]) {
    const PATH = `${bin}:${process.env.PATH}`
    const ran = await runIn(clone, [process.execPath, 'scripts/release.mjs', ...words], {
      PATH,
      HOME: directory,
      TMPDIR: temporary,
    })
    return { code: ran.code, out: ran.out, err: ran.err }
  }

  before('a clone with a remote, and a git and an npm that note what they are asked', () => {
    clone = copyCheckout(directory)
    mkdirSync(bin)
    mkdirSync(temporary)
    for (const name of ['git', 'npm']) {
      const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
      writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>'${calls}'\nexec '${real}' "$@"\n`)
      chmodSync(join(bin, name), 0o755)
    }
    git('init', '--quiet', '--initial-branch', 'main')
    git('config', 'user.name', 'Test')
    git('config', 'user.email', 'test@example.invalid')
    appendFileSync(join(clone, '.git/info/exclude'), 'node_modules\n')
    writeFileSync(join(clone, 'CHANGELOG.md'), changes + older)
    git('add', '--all')
    git('commit', '--quiet', '--message', 'all')
    execFileSync('git', ['init', '--quiet', '--bare', join(directory, 'remote')])
    git('remote', 'add', 'origin', join(directory, 'remote'))
  })
  after(() => rmSync(directory, { recursive: true }))

  async function refused(words: readonly string[], message: RegExp): Promise<void> {
    const head = git('rev-parse', 'HEAD')
    const status = git('status', '--porcelain')
    const { code, err } = await release(...words)
    assert.equal(code, 1)
    assert.match(err, message)
    assert.equal(git('rev-parse', 'HEAD'), head)
    assert.equal(git('status', '--porcelain'), status)
    assert.equal(git('tag', '--list', 'v9*'), '')
  }

  it('refuses what is no version, and one that is not greater', async () => {
    for (const words of [[], ['1.2'], ['v1.2.3']])
      await refused(words, /expected a version like 1\.2\.3, saw "/)
    await refused([manifest.version], /is not greater than/)
    await refused(['0.0.9'], /0\.0\.9 is not greater than/)
  })

  it('refuses a checkout with changes, and a tag that exists', async () => {
    writeFileSync(join(clone, 'forgotten.txt'), '')
    git('tag', 'v100.0.0')
    await refused(['100.0.0'], /the tag v100\.0\.0 exists already\n.*not committed:\n\?\? forgotten\.txt/)
    rmSync(join(clone, 'forgotten.txt'))
    git('tag', '--delete', 'v100.0.0')
  })

  it('refuses where nothing has changed since the last release', async () => {
    writeFileSync(join(clone, 'CHANGELOG.md'), `# Changelog\n\n## Unreleased\n\n### Commands\n\n${older}`)
    commit()
    await refused([next], /CHANGELOG\.md has no changes under/)
    writeFileSync(join(clone, 'CHANGELOG.md'), older)
    commit()
    await refused([next], /CHANGELOG\.md has no changes under/)
    writeFileSync(join(clone, 'CHANGELOG.md'), changes + older)
    commit()
  })

  it('puts everything back if the packed program does not work', async () => {
    const example = read('inventories/example.yml')
    writeFileSync(join(clone, 'inventories/example.yml'), `${example}\nno_such_key: 1\n`)
    commit()
    await refused([next], /validate .*failed:[\s\S]*no_such_key[\s\S]*the checkout is as it was/)
    writeFileSync(join(clone, 'inventories/example.yml'), example)
    commit()
  })

  it('sets the version, dates the changes, commits, tags and packs', async () => {
    const lock = JSON.parse(read('package-lock.json'))
    const { code, out, err } = await release(next)
    assert.equal(code, 0, err)
    const today = new Date().toISOString().slice(0, 10)
    assert.equal(
      read('CHANGELOG.md'),
      `# Changelog\n\n## Unreleased\n\n## ${next} - ${today}\n\n### Commands\n\n- One more command.\n\n${older}`,
    )
    assert.deepEqual(JSON.parse(read('package.json')), { ...manifest, version: next })
    lock.packages[''].version = next
    assert.deepEqual(JSON.parse(read('package-lock.json')), { ...lock, version: next })
    assert.equal(git('status', '--porcelain'), '')
    assert.equal(git('log', '-1', '--format=%s'), `Release ${next}`)
    assert.equal(git('describe', '--exact-match'), `v${next}`)
    assert.deepEqual(git('show', '--format=', '--name-only').split('\n').sort(), [
      'CHANGELOG.md',
      'package-lock.json',
      'package.json',
    ])
    // Only what is there anyway differs from before: the version, in three places.
    assert.equal(git('show', '--format=', '--numstat', 'HEAD', '--', 'package.json'), '1\t1\tpackage.json')
    assert.equal(
      git('show', '--format=', '--numstat', 'HEAD', '--', 'package-lock.json'),
      '2\t2\tpackage-lock.json',
    )
    const [, packed = ''] = /^ {2}npm publish (.*)$/m.exec(out) ?? []
    assert.ok(packed.endsWith(`promha-${next}.tgz`) && existsSync(packed), out)
  })

  it('has pushed and published nothing', () => {
    assert.equal(git('ls-remote', 'origin'), '')
    const asked = readFileSync(calls, 'utf8').trim().split('\n')
    assert.ok(
      asked.some(call => call.startsWith('npm pack')) && asked.some(call => call.startsWith('git commit')),
    )
    assert.deepEqual(
      asked.filter(call => /^(git push|npm publish)/.test(call)),
      [],
    )
  })
})
