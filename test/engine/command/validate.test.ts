import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { NoServerError } from '../../../src/artifact/http/problem.ts'
import { AbsentError, localArch } from '../../../src/artifact/model.ts'
import { checkLocally } from '../../../src/check/local-check.ts'
import { withoutSource } from '../../../src/check/tool/sourceless.ts'
import { validate } from '../../../src/engine/command/validate.ts'
import { makeRelease, scratch, testServer } from '../../artifact/support.ts'
import { read } from '../../inventory/harness.ts'
import { error } from '../../support/problems.ts'

const text = `promha: 1
versions: { prometheus: 3.13.2 }
hosts:
  a: { address: 198.18.0.11 }
cells:
  eu:
    hosts: [a]
    prometheus: { replicas: { a: a }, alertmanagers: [] }
`

/** Severities of what is said of a release, for one that the server answers so; undefined: it has no such file. */
describe('a version', function () {
  this.timeout(60_000)
  const root = scratch()
  const server = testServer()

  async function told(status: number | undefined) {
    const { inventory = assert.fail() } = await read(text)
    server.handler = status === undefined ? undefined : (_, response) => !!response.writeHead(status).end()
    const cache = await mkdtemp(join(root, 'cache-'))
    const artifacts = { ...inventory.artifacts, kind: 'mirror', from: server.url, cache } as const
    const given = { ...inventory, directory: await mkdtemp(join(root, 'site-')), artifacts }
    const problems = await validate(given, () => {}, new AbortController().signal)
    return problems.filter(({ summary }) => /prometheus|HTTP|checksum/.test(summary))
  }

  for (const status of [undefined, 404, 410])
    it(`that does not exist is an error at its place (${status ?? 'no such file'})`, async () => {
      const [problem, ...rest] = await told(status)
      assert.equal(problem?.severity, 'error')
      assert.match(problem.summary, /^prometheus 3\.13\.2 for \w+ was not found$/)
      assert.deepEqual([problem.source?.line, problem.source?.column], [2, 25])
      assert.deepEqual(rest, [])
    })

  for (const status of [401, 403])
    it(`that the server does not give is only warned of (${status})`, async () => {
      const problems = await told(status)
      assert.deepEqual([...new Set(problems.map(({ severity }) => severity))], ['warning'])
    })

  it('whose archive is not what its publisher says is an error', async () => {
    const release = await makeRelease('prometheus', '3.13.2', localArch())
    server.publish(release)
    server.files.set(`/${release.folder}/${release.archive}`, Buffer.from('something else'))
    const problems = await told(undefined)
    assert.ok(
      problems.some(({ severity, summary }) => severity === 'error' && /checksum mismatch/.test(summary)),
    )
  })
})

describe('a release of which no check runs here', function () {
  this.timeout(60_000)
  const root = scratch()
  const server = testServer()
  const versions = 'versions: { prometheus: 3.13.2, mysqld_exporter: "0.99.0" }'

  async function told(exporters: string, status?: number, strict = false) {
    const whole = text
      .replace(/versions.*/, versions)
      .replace('    prometheus:', `    exporters: ${exporters}\n    prometheus:`)
    const { inventory, problems: slips } = await read(whole)
    assert.ok(inventory, JSON.stringify(slips))
    server.handler = status === undefined ? undefined : (_, response) => !!response.writeHead(status).end()
    const cache = await mkdtemp(join(root, 'cache-'))
    const artifacts = { ...inventory.artifacts, kind: 'mirror', from: server.url, cache } as const
    const given = { ...inventory, directory: await mkdtemp(join(root, 'site-')), artifacts }
    return validate(given, () => {}, new AbortController().signal, { strict })
  }

  const mysqld = '{ mysqld: { environment: { DATA_SOURCE_NAME: x } } }'

  it('is an error at its version if the source does not have it', async () => {
    const problems = (await told(mysqld)).filter(({ summary }) => summary.includes('mysqld'))
    assert.deepEqual(
      problems.map(({ severity, source }) => [severity, source?.line, source?.column]),
      [['error', 2, 50]],
    )
    assert.match(problems[0]?.summary ?? '', /^mysqld_exporter 0\.99\.0 for \w+ was not found$/)
  })

  it('is an error at its program if that is the inventory its own', async () => {
    const program = `{ shop: { program: "${new URL('/shop_exporter', server.url)}", port: 9399 } }`
    const problems = (await told(program)).filter(({ summary }) => summary.includes('shop_exporter'))
    const [problem, ...rest] = problems.filter(({ severity }) => severity === 'error')
    assert.deepEqual([problem?.source?.line, problem?.source?.column, rest], [8, 35, []])
    assert.equal(problem?.remedy, 'Check this URL.')
  })

  it('is told once, and an error if the check is to be strict, where the source does not answer', async () => {
    for (const [strict, severity] of [
      [false, 'warning'],
      [true, 'error'],
    ] as const) {
      const problems = await told('{ mysqld: {}, redis: {} }', 403, strict)
      const found = problems.filter(({ detail }) => detail?.includes('mysqld_exporter'))
      assert.deepEqual(
        found.map(problem => problem.severity),
        [severity],
      )
      assert.match(found[0]?.detail ?? '', /Not checked: mysqld_exporter, redis_exporter$/)
    }
  })

  it('is nothing to tell of if the source has it, and its archive is not fetched', async () => {
    const release = await makeRelease('mysqld_exporter', '0.99.0', localArch())
    server.publish(release)
    server.files.delete(`/${release.folder}/${release.archive}`)
    const problems = await told(mysqld)
    assert.deepEqual(
      problems.filter(({ summary }) => summary.includes('mysqld')),
      [],
    )
  })
})

describe('a source that does not answer', () => {
  it('leaves everything to be checked that needs no program', async () => {
    const { inventory = assert.fail() } = await read(text.replace(/versions.*\n/, ''))
    const cause = new NoServerError([error('no route')])
    const { artifacts, instances } = withoutSource(cause, inventory)
    const { problems, unchecked } = await checkLocally(instances, artifacts, inventory)
    assert.deepEqual(problems, [])
    assert.match(unchecked[0]?.detail ?? '', /^no route\nNot checked: prometheus in cell eu$/)
  })

  it('is something else than one that does not have what is asked for', async () => {
    const { inventory = assert.fail() } = await read(text)
    for (const cause of [new AbsentError([error('not there')]), new Error('other')])
      assert.throws(() => withoutSource(cause, inventory), cause)
  })
})

describe('a read-only checkout without a lock file', function () {
  this.timeout(30_000)
  const root = scratch()
  const server = testServer()

  it('is validated, with a warning of how the lock file is made', async () => {
    server.publish(await makeRelease('prometheus', '3.13.2', localArch()))
    const { inventory = assert.fail() } = await read(text)
    const problems = await validate(
      {
        ...inventory,
        // Not even root makes a file there.
        directory: '/sys',
        artifacts: {
          ...inventory.artifacts,
          ...{ kind: 'mirror', from: server.url, cache: await mkdtemp(join(root, 'cache-')) },
        },
      },
      () => {},
      new AbortController().signal,
      { strict: true },
    )
    const found = problems.find(({ summary }) => summary.startsWith('cannot write the lock file'))
    assert.equal(found?.severity, 'warning', JSON.stringify(problems))
    assert.match(found.summary, /^cannot write the lock file \S*inventory\.lock\.yml: /)
    assert.equal(
      found.remedy,
      `Run \`promha artifacts fetch ${inventory.file}\` where you can write, and commit the lock file.`,
    )
  })
})
