/** Exporters that are not in the catalogue, and sources of single components. */
import assert from 'node:assert/strict'
import type { Problem } from '../../src/diagnostic/problem.ts'
import type { ArtifactSettings } from '../../src/inventory/artifact-origin.ts'
import { checkSources } from '../../src/inventory/sources.ts'
import { type Case, tells } from './cases.ts'
import { read } from './harness.ts'

const head = `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
`
const cell = (exporters: string, top = '') =>
  `${head}${top}cells:\n  eu:\n    exporters:\n      ${exporters}\n`
const repo = (rest: string) => `mine: { port: 9999, program: { ${rest} } }`

const cases: Readonly<Record<string, Case>> = {
  'a program without a port': {
    text: cell('§mine: { program: bin/mine }'),
    files: { 'bin/mine': 'x' },
    summary: /^exporters\.mine has a program and no port/,
  },
  'a port without a program': {
    text: cell('node: { §port: 9999 }'),
    summary: /"port" is for an entry with "program" only/,
    remedy: /use "listen"/,
  },
  'an unknown exporter without a program': {
    text: cell('§mine: {}'),
    summary: /promha knows no exporter "mine"/,
    remedy: /"program" and "port"/,
  },
  'both a program and one of the catalogue': {
    text: cell('mine: { §use: node, port: 9999, program: bin/mine }'),
    files: { 'bin/mine': 'x' },
    summary: /both "use" and "program"/,
  },
  'a program under a name of the catalogue': {
    text: cell('redis: { port: 9999, §program: bin/mine }'),
    files: { 'bin/mine': 'x' },
    summary: /exporters\.redis is in the catalogue/,
  },
  'a file that is missing': {
    text: cell('mine: { port: 9999, program: §bin/mine }'),
    summary: /bin\/mine" does not exist/,
  },
  'an archive by its URL': {
    text: cell('mine: { port: 9999, program: "§https://example.net/mine.tar.gz" }'.replace('"§', '§"')),
    summary: /does not lead to a program/,
  },
  'a URL with a password': {
    text: cell('mine: { port: 9999, program: §"https://a:b@example.net/mine" }'),
    summary: /more than a plain URL/,
  },
  'no repository': {
    text: cell(repo('repo: §mine, version: 1.2.3, asset: mine')),
    summary: /program\.repo is not OWNER\/NAME/,
  },
  'an unknown placeholder': {
    text: cell(repo('repo: o/mine, version: 1.2.3, asset: §"mine-{architecture}"')),
    summary: /program\.asset is not a name/,
    remedy: /\{version\} and \{arch\}/,
  },
  'an archive of which no file is named': {
    text: cell(repo('repo: o/mine, version: 1.2.3, asset: mine.tar.gz').replace('program: {', 'program: §{')),
    summary: /program\.file is missing/,
  },
  'a source of what promha does not bring': {
    text: cell('node: {}', 'artifacts: { components: { §nod: { from: upstream } } }\n'),
    summary: /artifacts\.components: promha brings no programs of "nod"/,
    remedy: /node_exporter/,
  },
  'a suite of what is not Debian': {
    text: cell('node: {}', 'artifacts: { components: { node: { suite: §forky } } }\n'),
    summary: /artifacts\.components\.node\.suite is for "from: debian" only/,
  },
}

describe('exporters of the inventory', () => {
  for (const [name, one] of Object.entries(cases)) it(`tells of ${name}`, () => tells(one))

  it('takes a release of any repository, with the words of other exporters', async () => {
    const { inventory, problems } = await read(
      cell(
        'mine: { port: 9999, ready: /health, listen_flag: listen, flags: { a: 1 }, program: { repo: o/mine, ' +
          'version: 1.2.3, asset: "mine-{version}.linux-{arch}.tar.gz", checksums: sums.txt, file: mine } }\n' +
          '      mine_two: { use: mine, listen: "0.0.0.0:9998" }',
      ),
    )
    assert.deepEqual(problems, [])
    const { mine_exporter: mine, mine_two_exporter: two } = inventory?.cells[0]?.exporters ?? {}
    assert.equal(mine?.listen.port, 9999)
    assert.equal(two?.listen.port, 9998)
    assert.deepEqual(two?.definition, mine?.definition)
    assert.equal(mine?.definition?.readyPath, '/health')
    assert.deepEqual(mine?.definition?.release.upstream, {
      folder: 'o/mine/releases/download/v$V',
      archive: 'mine-$V.linux-$ARCH.tar.gz',
      checksums: 'sums.txt',
      members: [{ member: '*/mine', path: '/usr/local/bin/mine_exporter', mode: 0o755 }],
    })
  })

  it('gives one component a source of its own, by its name or its short one', async () => {
    const { inventory } = await read(
      cell(
        'node: {}',
        'artifacts: { from: debian, suite: forky, components: { node: { from: ./programs }, redis_exporter: { suite: sid } } }\n',
      ),
    )
    const { components } = inventory?.artifacts ?? {}
    assert.equal(components?.node_exporter?.kind, 'directory')
    assert.equal(components?.redis_exporter?.kind, 'debian')
    assert.equal(components?.redis_exporter?.suite, 'sid')
  })

  it('names every exporter of which Debian has no package, each once', () => {
    const of = (key: string, own: boolean) => ({
      job: key,
      definition: { key, port: 1, release: { version: '1.0.0', upstream: {}, ...(own ? { own } : {}) } },
    })
    const exporters = { a_exporter: of('a', false), b_exporter: of('b', false), c_exporter: of('c', true) }
    const cells = ['one', 'two'].map(name => ({ name, exporters })) as unknown as Parameters<
      typeof checkSources
    >[0]
    const told = (components: NonNullable<ArtifactSettings['components']>) => {
      const problems: Problem[] = []
      const artifacts = { from: 'debian', kind: 'debian', cache: '/c', components } as const
      checkSources(cells, new Map(), artifacts, problems)
      return problems.map(({ summary, remedy }) => [summary, remedy])
    }
    const remedy = (name: string) =>
      `take it from elsewhere: "artifacts: { components: { ${name}: { from: upstream } } }"`
    assert.deepEqual(told({}), [
      ['exporters.a: Debian has no package of a_exporter', remedy('a_exporter')],
      ['exporters.b: Debian has no package of b_exporter', remedy('b_exporter')],
    ])
    assert.equal(told({ a_exporter: { from: 'upstream', kind: 'upstream' } }).length, 1)
  })

  it('refuses two programs under one name', async () => {
    const { problems } = await read(
      `${head}  mon-b: { address: 198.18.0.12 }
cells:
  eu: { hosts: [mon-a], exporters: { mine: { port: 1024, program: https://example.net/a } } }
  us: { hosts: [mon-b], exporters: { mine: { port: 1024, program: https://example.net/b } } }
`,
    )
    assert.deepEqual(
      problems.map(({ summary, source }) => [summary, source?.line]),
      [['exporters.mine names another program in cell "us" than in another cell', 7]],
    )
  })
})
