/** As in a container that runs as a uid of its own: `docker run --user 4242`. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const uid = 4242
const source = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../src/${path}`, import.meta.url)))
const code = `
const { userName, homeIfAny, userHome } = await import(${source('trust/user-directories.ts')})
const { self } = await import(${source('engine/lock/self.ts')})
const { localSide, resolveTarget } = await import(${source('ssh/config/target.ts')})
const { readSshConfig, configFiles } = await import(${source('ssh/config/config-file.ts')})
const { resolvePath } = await import(${source('inventory/context.ts')})
const { ProblemError } = await import(${source('diagnostic/problem.ts')})
process.setgroups([])
process.setgid(${uid})
process.setuid(${uid})
const told = work => {
  try {
    return work()
  } catch (cause) {
    return cause instanceof ProblemError ? cause.problems[0] : { unforeseen: String(cause) }
  }
}
const base = { directory: '/site', home: homeIfAny() }
const target = ssh => told(() => {
  const request = { names: ['a'], address: 'a', ssh: { hostKey: 'strict', config: false, ...ssh } }
  const { user, identityFiles } = resolveTarget(request, [], localSide())
  return { user, identityFiles }
})
console.log(JSON.stringify({
  home: homeIfAny() ?? null,
  name: userName(),
  named: [userName({ USER: 'ops' }), userName({ LOGNAME: 'log' }), userName({})],
  who: self().who.split('@')[0],
  directories: told(userHome),
  relative: resolvePath('rules', base),
  tilde: told(() => resolvePath('~/rules', base)),
  plain: target({ knownHosts: '/k' }),
  usual: target({}),
  files: configFiles([], undefined),
  read: (await readSshConfig(undefined)).length >= 0,
}))
`

describe('a user without an account', function () {
  this.timeout(30_000)
  const run = (environment: Readonly<Record<string, string>>) =>
    JSON.parse(
      execFileSync('node', ['--import=tsx', '--input-type=module', '-e', code], {
        env: { PATH: process.env.PATH, ...environment },
        encoding: 'utf8',
      }),
    )

  it('goes by the uid, and lacks a home only for what needs one', () => {
    const found = run({})
    assert.equal(found.home, null)
    assert.deepEqual([found.name, found.who], [`uid-${uid}`, `uid-${uid}`])
    assert.deepEqual(found.named, ['ops', 'log', `uid-${uid}`])
    assert.equal(found.relative, '/site/rules')
    assert.deepEqual(found.plain, { user: `uid-${uid}`, identityFiles: [] })
    assert.deepEqual(found.files, ['/etc/ssh/ssh_config'])
    const remedy = 'Set HOME to the absolute path of a directory of your own.'
    assert.deepEqual(
      [found.tilde, found.usual, found.directories].map(problem => problem.remedy),
      [remedy, remedy, remedy],
      JSON.stringify(found),
    )
    assert.equal(found.tilde.summary, 'the path ~/rules cannot be used: this user has no home directory')
  })

  it('has the home and the name of the environment', () => {
    const found = run({ HOME: '/tmp/home', USER: 'ops' })
    assert.deepEqual([found.home, found.name, found.tilde], ['/tmp/home', 'ops', '/tmp/home/rules'])
    assert.equal(found.usual.user, 'ops')
  })
})
