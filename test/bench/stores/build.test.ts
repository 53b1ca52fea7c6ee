/** How the stores' programs are built, with a stand-in for Go: what it is told, what is kept, and what is not. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'mocha'
import { built } from '../../../bench/stores/build/build.ts'
import { packRelease } from '../../../bench/stores/build/pack.ts'
import { goProgram, goPrograms } from '../../../bench/stores/build/programs.ts'
import { chooseGo, findGo, goVersion } from '../../../bench/stores/build/toolchain.ts'
import { upstreamRelease } from '../../../src/artifact/catalog.ts'
import { directorySource } from '../../../src/artifact/source/directory.ts'

const program = goProgram('thanos')

/** It writes down what it was told, and a program into the directory behind `-o`. */
const compiler = (writes: string, ends = 0) => `#!/bin/sh
[ "$1" = version ] && { echo 'go version go1.30.2 linux/amd64'; exit 0; }
printf '%s\\n' "$PWD" "CGO_ENABLED=$CGO_ENABLED" "GOTOOLCHAIN=$GOTOOLCHAIN" "$@" >>"$(dirname "$0")/told"
while [ "$1" != -o ]; do shift; done
echo program >"$2${writes}"
echo 'thing.go:3: undefined: nothing' >&2
exit ${ends}
`

describe('the build of a store', () => {
  let directory: string
  let cache: string
  const go = async () => ({ path: join(directory, 'go'), version: '1.30', env: { GOTOOLCHAIN: 'auto' } })
  const told = () => readFile(join(directory, 'told'), 'utf8').catch(() => '')
  const install = (text: string) => writeFile(join(directory, 'go'), text, { mode: 0o755 })

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-stores-'))
    cache = join(directory, 'cache')
  })
  beforeEach(async () => {
    await rm(cache, { recursive: true, force: true })
    await rm(join(directory, 'told'), { force: true })
  })
  after(() => rm(directory, { recursive: true, force: true }))

  it('tells Go the module, the version and the tags', async () => {
    await install(compiler('thanos'))
    const found = await built(program, { go, cache })
    assert.equal(await readFile(join(found, 'thanos'), 'utf8'), 'program\n')
    const lines = (await told()).split('\n')
    assert.deepEqual(lines.slice(0, 3), [join(cache, 'modules/thanos'), 'CGO_ENABLED=0', 'GOTOOLCHAIN=auto'])
    assert.ok(lines.includes('-s -w -X github.com/prometheus/common/version.Version=0.42.4'))
    assert.ok(lines.includes('netgo,slicelabels'))
    assert.ok(lines.includes('github.com/thanos-io/thanos/cmd/thanos'))
    assert.match(await readFile(join(cache, 'modules/thanos/go.mod'), 'utf8'), /thanos v0\.42\.4/)
  })

  it('is done once, and again if the recipe is another one', async () => {
    await install(compiler('thanos'))
    const first = await built(program, { go, cache })
    const after = await told()
    assert.equal(await built(program, { go, cache }), first)
    assert.equal(await told(), after)
    await built({ ...program, tags: 'others' }, { go, cache })
    assert.notEqual(await told(), after)
  })

  it('needs no Go for what is there', async () => {
    await install(compiler('thanos'))
    await built(program, { go, cache })
    await built(program, { go: () => assert.fail('Go was asked for'), cache })
  })

  it('says what Go said if it fails, and keeps nothing', async () => {
    await install(compiler('thanos', 2))
    await assert.rejects(
      built(program, { go, cache }),
      /thanos 0\.42\.4 cannot be built.*\n.*undefined: nothing/,
    )
    assert.ok(!existsSync(join(cache, 'thanos-0.42.4')))
  })

  it('fails if a program is missing afterwards, and keeps nothing', async () => {
    await install(compiler('another'))
    await assert.rejects(built(program, { go, cache }), /gave no thanos/)
    assert.ok(!existsSync(join(cache, 'thanos-0.42.4')))
  })

  it('has a module for each program, of the version that it says', async () => {
    for (const { name, version } of goPrograms) {
      const text = await readFile(`bench/stores/modules/${name}/go.mod`, 'utf8')
      // Prometheus' modules are numbered otherwise: 3.16.0 is v0.316.0.
      const [major, minor, patch] = version.split('.').map(Number)
      const tag = name === 'prometheus' ? `v0.${(major ?? 0) * 100 + (minor ?? 0)}.${patch}` : `v${version}`
      assert.ok(text.includes(` ${tag}\n`), `${name}: ${tag}`)
    }
    assert.throws(() => goProgram('mimir'), /no program mimir to build: there are victoriametrics,/)
  })

  it('is packed so that promha takes it from a directory', async () => {
    const into = join(directory, 'packed')
    await mkdir(join(directory, 'out'), { recursive: true })
    for (const name of ['prometheus', 'promtool'])
      await writeFile(join(directory, 'out', name), `this is ${name}`)
    const files = { directory: join(directory, 'out') }
    await packRelease(files, upstreamRelease('prometheus', '3.16.0', 'amd64'), into)
    const transfer = { directory: join(directory, 'copies'), prepare: async () => {} }
    const source = directorySource(into, transfer, () => false)
    const key = { component: 'prometheus', version: '3.16.0', arch: 'amd64' } as const
    const [archive] = await source.resolve(key)
    assert.equal(archive?.name, 'prometheus-3.16.0.linux-amd64.tar.gz')
    const { path } = await source.obtain(key, archive ?? assert.fail())
    assert.equal(path, join(into, archive.name))
  })

  it('is the program itself where upstream publishes no archive, under the name that its build gave it', async () => {
    const out = join(directory, 'bare')
    const into = join(directory, 'packed-bare')
    await mkdir(out, { recursive: true })
    await writeFile(join(out, 'main'), 'a bare program')
    const release = {
      ...{ folder: 'x', archive: 'store-linux-amd64', checksums: 'store-linux-amd64-sha-256' },
      members: [{ member: 'store-linux-amd64', path: '/usr/local/bin/store', mode: 0o755 }],
    }
    await packRelease({ directory: out, calledInBuild: { store: 'main' } }, release, into)
    assert.equal(await readFile(join(into, release.archive), 'utf8'), 'a bare program')
    assert.match(
      await readFile(join(into, release.checksums), 'utf8'),
      /^[0-9a-f]{64} {2}store-linux-amd64\n$/,
    )
  })
})

describe('the Go that builds', () => {
  const said = (version: string) => ({ path: `/go${version}`, said: `go version go${version} linux/amd64` })

  it('is read from what it says of itself', () => {
    assert.deepEqual(goVersion('go version go1.26.8 linux/amd64'), [1, 26])
    assert.deepEqual(goVersion('go version devel go1.27-abc linux/amd64'), [1, 27])
    assert.equal(goVersion('Go Home 1.2'), undefined)
  })

  it('is the newest one', () => {
    assert.equal(chooseGo([said('1.21.0'), said('1.26.8'), said('1.9.7')])?.path, '/go1.26.8')
  })

  it('may fetch a newer toolchain only if it is too old itself', () => {
    assert.deepEqual(chooseGo([said('1.26.0')])?.env, {})
    assert.deepEqual(chooseGo([said('1.24.4')])?.env, { GOTOOLCHAIN: 'auto' })
  })

  it('is none that cannot even do that', () => {
    assert.equal(chooseGo([said('1.19.8')]), undefined)
    assert.equal(chooseGo([{ path: '/go', said: '' }]), undefined)
  })

  it('is not one that is not there', async () => {
    assert.equal(await findGo(['/nowhere/go']), undefined)
  })
})
