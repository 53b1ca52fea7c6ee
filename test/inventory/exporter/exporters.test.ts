/** Exporters that are not in the catalogue, and sources of single components. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { ArtifactSettings } from '../../../src/inventory/artifact/origin.ts'
import { checkSources } from '../../../src/inventory/artifact/sources.ts'
import { type Case, tells } from '../cases.ts'
import { read } from '../harness.ts'

const head = `promha: 1
hosts:
  mon-a: { address: 198.18.0.11 }
`
const cell = (exporters: string, top = '') =>
  `${head}${top}cells:\n  eu:\n    exporters:\n      ${exporters}\n`
const script = '#!/bin/sh\n'
const repo = (rest: string) => `mine: { port: 9999, program: { ${rest} } }`

const cases: Readonly<Record<string, Case>> = {
  'a program without a port': {
    text: cell('§mine: { program: bin/mine }'),
    files: { 'bin/mine': script },
    summary: /^exporters\.mine has a program and no port/,
  },
  'a port without a program': {
    text: cell('node: { §port: 9999 }'),
    summary: /"port" is for an entry with "program" only/,
    remedy: /Use "listen"/,
  },
  'an unknown exporter without a program': {
    text: cell('§mine: {}'),
    summary: /promha knows no exporter "mine"/,
    remedy: /"program" and "port"/,
  },
  'both a program and one of the catalogue': {
    text: cell('mine: { §use: node, port: 9999, program: bin/mine }'),
    files: { 'bin/mine': script },
    summary: /both "use" and "program"/,
  },
  'a program under a name of the catalogue': {
    text: cell('redis: { port: 9999, §program: bin/mine }'),
    files: { 'bin/mine': script },
    summary: /exporters\.redis is in the catalogue/,
  },
  'a name that no unit may have': {
    text: cell('§Mine: { port: 9999, program: bin/mine }'),
    files: { 'bin/mine': script },
    summary: /^exporters: the name "Mine" may have small letters, digits and "_" only$/,
    remedy: /another name/,
  },
  'a second one of a kind under such a name': {
    text: cell('§Mine: { use: node }'),
    summary: /^exporters: the name "Mine" may have small letters, digits and "_" only$/,
    remedy: /another name/,
  },
  'two names of one unit': {
    text: cell(
      '§mine: { port: 9999, program: bin/mine }\n      §mine_exporter: { use: node, listen: "0.0.0.0:9998" }',
    ),
    files: { 'bin/mine': '#!/bin/sh' },
    summary: /^exporters\.mine(_exporter)? and exporters\.mine(_exporter)? would both be mine_exporter$/,
    remedy: /Give one of the two another name/,
  },
  'two kinds of one unit': {
    text: cell('§pg: { use: postgres }\n      §pg_exporter: { use: mysqld }'),
    summary: /would both be pg_exporter$/,
  },
  'a name that is too long for its user': {
    text: cell(`§${'m'.repeat(29)}: { port: 9999, program: bin/mine }`),
    files: { 'bin/mine': '#!/bin/sh' },
    summary: /is longer than 28 characters$/,
  },
  'the port of what another exporter receives': {
    text: cell('statsd: {}\n      §mine: { port: 9125, program: bin/mine }'),
    files: { 'bin/mine': '#!/bin/sh' },
    summary: /^what statsd_exporter receives and mine_exporter both want port 9125 of host "mon-a"$/,
  },
  'the name of a job that promha generates': {
    text: `${head}  mon-b: { address: 198.18.0.12 }
cells:
  eu:
    hosts: [mon-a]
    prometheus: { replicas: { a: mon-a }, alertmanagers: [] }
    federation: { from: [us], match: ['{__name__=~"job:.*"}'] }
    exporters:
      §federate: { port: 9999, program: bin/mine }
  us:
    hosts: [mon-b]
    prometheus: { replicas: { a: mon-b }, alertmanagers: [] }
`,
    files: { 'bin/mine': '#!/bin/sh' },
    summary: /^two scrape jobs of cell "eu" would be called "federate"$/,
    remedy: /Give exporters\.federate another name/,
  },
  'a file that is missing': {
    text: cell('mine: { port: 9999, program: §bin/mine }'),
    summary: /bin\/mine" does not exist/,
  },
  'a version that is a number, told once': {
    text: cell(repo('repo: o/mine, version: §1.2, asset: mine')),
    summary: /^"version" of cells\.eu\.exporters\.mine\.program: expected a text/,
  },
  'an archive by its URL': {
    text: cell('mine: { port: 9999, program: §"https://example.net/mine.tar.gz" }'),
    summary: /leads to an archive/,
    remedy: /^Unpack it and name the program itself\. .*repo, version, asset, checksums, file/,
  },
  'a directory': {
    text: cell('mine: { port: 9999, program: §bin }'),
    files: { 'bin/mine': script },
    summary: /bin" is a directory/,
  },
  'a file for something that is not there': {
    text: cell(repo('repo: o/mine, version: 1.2.3, file: mine').replace('program: {', 'program: §{')),
    summary: /program\.asset is missing/,
  },
  'an archive of another form': {
    text: cell(repo('repo: o/mine, version: 1.2.3, asset: §mine.zip, file: mine')),
    summary: /program\.asset is an archive of another form/,
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
    summary: /artifacts\.components: promha installs no component called "nod"/,
    remedy: /^Did you mean "node"\?$/,
  },
  'a source of a program that the inventory names by its URL': {
    text: cell(
      'mine: { port: 9999, program: "https://example.net/mine" }',
      'artifacts: { components: { §mine: { from: upstream } } }\n',
    ),
    summary: /artifacts\.components: promha installs no component called "mine"/,
  },
  'a suite of what is not Debian': {
    text: cell('node: {}', 'artifacts: { components: { node: { suite: §forky } } }\n'),
    summary: /artifacts\.components\.node\.suite is for "from: debian" only/,
  },
}

const beside: Readonly<Record<string, string>> = {
  blackbox: 'blackbox',
  blackbox_exporter: 'blackbox',
  alertmanager: 'alertmanager',
  pushgateway: 'pushgateway',
  prometheus: 'prometheus',
  firewall: 'firewall',
}

const noPrograms: Readonly<Record<string, string | Uint8Array>> = {
  'is empty': '',
  'is an HTML page': '\n<!DOCTYPE html><title>Sign in</title>',
  'is a gzip archive': gzipSync('mine'),
  'is a tar archive': Buffer.concat([Buffer.from('mine'), Buffer.alloc(253), Buffer.from('ustar')]),
  'is a text that does not begin with "#!"': 'hello world\n',
  'is neither an ELF file nor a script': Buffer.from([1, 2, 3]),
}

const ofDebian = (rest: string) => `artifacts: { components: { chrony: ${rest} } }\n`
const noPackage = /^exporters\.chrony: Debian has no package of chrony_exporter$/

describe('exporters of the inventory', () => {
  it('points at the entry that takes from Debian what is not there', async () => {
    const line = /^Write "from: upstream" at artifacts\.components\.chrony, line 4\.$/
    const text = cell('§chrony: {}', ofDebian('{ from: debian }'))
    await tells({ text, summary: noPackage, remedy: line })
    const bySuite = ofDebian('{ suite: sid }').replace('{', '{ from: debian,')
    await tells({ text: cell('§chrony: {}', bySuite), summary: noPackage, remedy: line })
    const all = cell('§chrony: {}', 'artifacts: { from: debian }\n')
    await tells({
      text: all,
      summary: noPackage,
      remedy: /components: \{ chrony_exporter: \{ from: upstream/,
    })
  })

  for (const [name, one] of Object.entries(cases)) it(`tells of ${name}`, () => tells(one))

  for (const [key, own] of Object.entries(beside))
    it(`says where ${key} belongs`, () =>
      tells({
        text: cell(`§${key}: {}`),
        summary: /^exporters: "\w+" is not an exporter of this list but a key of the cell$/,
        remedy: new RegExp(`^Write "${own}:" beside "exporters:"\\.$`),
      }))

  for (const [what, content] of Object.entries(noPrograms))
    it(`refuses a program that ${what}`, async () => {
      const files = { 'bin/mine': content }
      const { problems } = await read(cell('mine: { port: 9999, program: bin/mine }'), files)
      assert.deepEqual(
        problems.map(({ source, summary }) => [
          source?.line,
          source?.column,
          summary.replace(/"\S+mine"/, 'IT'),
        ]),
        [[7, 36, `exporters.mine.program: IT ${what}`]],
      )
      const remedy = what.endsWith('archive') ? /^Unpack it/ : /^Name an ELF file, or a script/
      assert.match(problems[0]?.remedy ?? '', remedy)
    })

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

  it('takes the longest names that a user, and for a second one of a kind a unit, may have', async () => {
    const own = `${'m'.repeat(28)}: { port: 9999, program: https://example.net/mine }`
    const { problems } = await read(cell(`${own}\n      ${'p'.repeat(40)}: { use: postgres }`))
    assert.deepEqual(problems, [])
  })

  it('warns of a port that only root may open', async () => {
    const { problems } = await read(cell('mine: { port: 1023, program: https://example.net/mine }'))
    assert.deepEqual(
      problems.map(({ severity, summary }) => [severity, summary]),
      [['warning', 'mine_exporter of cell "eu" listens on port 1023, which it may not open']],
    )
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

  it('gives a program of the inventory from a repository a source of its own, by the key of its entry', async () => {
    const entry = repo('repo: o/mine, version: 1.2.3, asset: mine')
    const { inventory } = await read(
      cell(entry, 'artifacts: { components: { mine: { from: "https://mirror.example.net" } } }\n'),
    )
    assert.equal(inventory?.artifacts.components?.mine_exporter?.kind, 'mirror')
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
      `Take it from elsewhere: "artifacts: { components: { ${name}: { from: upstream } } }".`
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
