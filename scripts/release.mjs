/**
 * `npm run release -- 1.2.3`: makes a release out of what CHANGELOG.md has under "Unreleased". It sets the version, tries
 * the packed file as a user would, and makes the commit and the tag. It pushes and publishes nothing.
 *
 * If something fails, the checkout is left as it was.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { releasedChangelog } from './release/changelog.mjs'
import { output, tryPackage } from './release/package.mjs'
import { refusals } from './release/refusals.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const changed = ['package.json', 'package-lock.json', 'CHANGELOG.md']
const [version = ''] = process.argv.slice(2)

const read = name => readFileSync(join(root, name), 'utf8')
const git = (...words) => output(root, 'git', words)

function refuse(reasons) {
  for (const reason of reasons) console.error(`release: ${reason}`)
  process.exit(1)
}

/** The same text with the version of the project itself; nothing else is written anew. */
function withVersion(name) {
  const before = JSON.parse(read(name))
  const packages = before.packages && { ...before.packages, '': { ...before.packages[''], version } }
  return `${JSON.stringify({ ...before, version, ...(packages && { packages }) }, null, 2)}\n`
}

const changelog = releasedChangelog(read('CHANGELOG.md'), version, new Date().toISOString().slice(0, 10))
const reasons = refusals({
  version,
  current: JSON.parse(read('package.json')).version,
  status: git('status', '--porcelain'),
  tags: git('tag', '--list').split('\n'),
  changelog,
})
if (reasons.length > 0) refuse(reasons)

const before = changed.map(name => [name, read(name)])
const directory = mkdtempSync(join(tmpdir(), 'promha-release-'))
let packed = ''
try {
  for (const name of ['package.json', 'package-lock.json']) writeFileSync(join(root, name), withVersion(name))
  writeFileSync(join(root, 'CHANGELOG.md'), changelog)
  packed = tryPackage(root, directory, version)
  git('commit', '--quiet', '--message', `Release ${version}`, '--', ...changed)
} catch (failure) {
  for (const [name, text] of before) writeFileSync(join(root, name), text)
  refuse([failure.message, 'the checkout is as it was'])
}
git('tag', '--annotate', '--message', `promha ${version}`, `v${version}`)

console.log(`promha ${version} is committed and tagged as v${version}. The package was tried: ${packed}`)
console.log('Nothing was pushed or published. Look at the commit with `git show`, then:')
console.log(`  git push --atomic origin HEAD v${version}`)
console.log(`  npm publish ${packed}`)
