// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe as describeProblem } from '../../src/diagnostic/describe.ts'
import { ProblemError } from '../../src/diagnostic/problem.ts'
import { readInventory } from '../../src/site/read.ts'
import { alertmanager, head, prometheus, read } from './harness.ts'

const fixture = join(dirname(fileURLToPath(import.meta.url)), 'fixtures/contract/inventory.yml')
const exporters = 'cells: { eu: { exporters: { node: {} } } }\n'

describe('readInventory', () => {
  beforeEach(() => {
    process.env.PROMHA_TEST_SUDO = 'sesame-open'
  })
  afterEach(() => {
    delete process.env.PROMHA_TEST_SUDO
  })

  it('reads which losses a host and a cell accept where promha takes over', async () => {
    const hosts = 'hosts:\n  a-[1:2]: { address: "10.0.0.[1:2]", adopt: { accept: [data_path] } }\n'
    const defaults = 'defaults: { adopt: { accept: [retention, web_config] } }\n'
    const { inventory } = await read(`promha: 1\n${hosts}${defaults}${exporters}`)
    assert.deepEqual(
      inventory?.hosts.map(({ accepts }) => accepts),
      [['data_path'], ['data_path']],
    )
    assert.deepEqual(inventory?.cells[0]?.accepts, ['retention', 'web_config'])
  })

  it('loads the example of the reference', async () => {
    const { inventory, warnings } = await readInventory(fixture)
    const told = warnings.filter(({ summary }) => !/^ssh\.(identity|known_hosts): /.test(summary))
    // A reference in a named file reaches the program as it stands, which is hardly ever meant.
    assert.deepEqual(
      told.map(({ summary, source }) => [summary, source?.line]),
      [
        ['the Watchdog of cell "eu" goes to the default receiver "team"', 1],
        ['"${env:…}" is not expanded, because it is in a file that the inventory names', 5],
      ],
    )
    assert.deepEqual(
      inventory.hosts.map(({ name, address }) => `${name} ${address}`),
      [
        'mon-a 198.18.0.11',
        'mon-b 198.18.0.12',
        'app-01 198.18.0.21',
        'app-02 198.18.0.22',
        'app-03 198.18.0.23',
        'app-04 198.18.0.24',
        'app-05 198.18.0.25',
        'app-06 198.18.0.26',
      ],
    )
    const [cell] = inventory.cells
    assert.deepEqual(cell?.prometheus?.replicas, [
      { name: 'a', host: 'mon-a' },
      { name: 'b', host: 'mon-b' },
    ])
    assert.deepEqual(cell?.prometheus?.retention, { time: '10d', size: '20GB' })
    assert.deepEqual(cell?.prometheus?.externalLabels, { env: 'test', region: 'eu' })
    assert.deepEqual(
      cell?.prometheus?.rules.map(({ name }) => name),
      ['rules/shop.yml'],
    )
    assert.match(
      String(cell?.prometheus?.rules[0]?.content),
      /\{\{ \$labels\.instance \}\} \$\{env:NOT_EXPANDED_HERE\}/,
    )
    assert.deepEqual(cell?.alertmanager?.config.route, { receiver: 'team' })
    assert.equal(cell?.exporters?.node_exporter?.hosts.length, 8)
    assert.deepEqual(inventory.hosts[1]?.ssh.host, 'mon-b.mgmt.example.net')
    assert.equal(inventory.hosts[1]?.ssh.sudo, false)
    assert.deepEqual(inventory.hosts[0]?.ssh.sudo, { password: 'sesame-open' })
    assert.deepEqual(inventory.secrets, [
      'sesame-open',
      // As upstream sees it, the address of a webhook is a credential.
      'http://198.18.0.1:8080/${env:NOT_EXPANDED_HERE}',
      'hunter2-in-the-file',
    ])
    assert.equal(inventory.hosts[2]?.source?.line, 24)
    assert.equal(cell?.source?.line, 37)
  })

  it('takes every spelling of an address for the same', async () => {
    for (const [written, address] of [
      ['[::0]:9094', '::'],
      ['[0:0:0:0:0:0:0:0]:9094', '::'],
      ['[2001:DB8::0:1]:9094', '2001:db8::1'],
      ['127.0.0.1:9094', '127.0.0.1'],
    ]) {
      const { inventory } = await read(alertmanager(`cluster_listen: "${written}"`))
      assert.deepEqual(inventory?.cells[0]?.alertmanager?.clusterListen, { address, port: 9094 })
    }
  })

  it('fills in the defaults', async () => {
    const { inventory } = await read(
      `${alertmanager()}    prometheus: { replicas: { a: mon-a, b: mon-b } }\n    exporters: { node: {} }\n`,
    )
    const [cell] = inventory?.cells ?? []
    assert.equal(cell?.prometheus?.replicaLabel, 'prometheus_replica')
    assert.deepEqual(cell?.prometheus?.listen, { address: '0.0.0.0', port: 9090 })
    assert.equal(cell?.prometheus?.dataDir, '/var/lib/prometheus')
    assert.deepEqual(cell?.alertmanager?.listen, { address: '0.0.0.0', port: 9093 })
    assert.deepEqual(cell?.alertmanager?.clusterListen, { address: '0.0.0.0', port: 9094 })
    assert.deepEqual(cell?.exporters?.node_exporter?.listen, { address: '0.0.0.0', port: 9100 })
    assert.deepEqual(inventory?.hosts[0]?.ssh, { sudo: true, hostKey: 'strict' })
    assert.equal(inventory?.artifacts.from, 'upstream')
    assert.deepEqual(inventory?.versions, {})
  })

  it('tells all problems at once, in the order of the text', async () => {
    const { problems } = await read(`promha: 1
hots: {}
hosts:
  mon-a: { address: 198.18.0.11, ssh: { port: "22" } }
  mon-b: { adress: 198.18.0.12 }
versions: { prometheus: 3.10 }
groups: { g: [mon-z] }
cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-x }
      listen: everywhere
      external_labels: { cell: x }
      rule_files: [missing.yml]
      flags: { web.listen-address: x }
    alertmanager:
      hosts: [mon-a, mon-b]
      config: \${env:PROMHA_NOT_SET}
    grafana: {}
`)
    assert.deepEqual(
      problems.map(({ source }) => source?.line),
      [2, 4, 5, 6, 7, 11, 12, 13, 14, 15, 18, 19],
      problems.map(describeProblem).join('\n'),
    )
  })

  it('reports a missing inventory, a directory and one that is no text', async () => {
    await assert.rejects(
      readInventory('/nonexistent/x.yml'),
      /the inventory "\/nonexistent\/x\.yml" does not exist/,
    )
    await assert.rejects(readInventory('/'), /is a directory/)
    const { problems } = await read(Buffer.from([0xff, 0xfe, 0x00]))
    assert.match(problems[0]?.summary ?? '', /is not UTF-8 text/)
  })

  for (const text of ['', '# nothing\n', '- a\n', 'text\n', '5\n']) {
    it(`reports a top that is no map: ${JSON.stringify(text)}`, async () => {
      const { problems } = await read(text)
      assert.match(problems[0]?.summary ?? '', /the inventory: expected a map, saw /)
      assert.equal(problems[0]?.source?.line, 1)
    })
  }

  it('reads upstream parts from files, bare or below their key', async () => {
    const { inventory } = await read(
      prometheus('scrape_configs: jobs.yml', 'remote_write: write.yml').replace(
        'alertmanagers: []',
        'alertmanagers: more.yml',
      ),
      {
        'jobs.yml': '- job_name: x\n',
        'write.yml': 'remote_write:\n  - url: http://198.18.0.9\n',
        'more.yml': '# none yet\n',
      },
    )
    const settings = inventory?.cells[0]?.prometheus
    assert.deepEqual(settings?.scrapeConfigs, [{ job_name: 'x' }])
    assert.deepEqual(settings?.remoteWrite, [{ url: 'http://198.18.0.9' }])
    assert.deepEqual(settings?.alertmanagers, [])
  })

  it('ships files that are no text as bytes, and a file of two globs once', async () => {
    const { inventory } = await read(
      prometheus('rule_files: ["**/*.yml", rules/b.yml]', 'files: { x.bin: x.bin }'),
      {
        'rules/b.yml': 'groups: []\n',
        'rules/deep/a.yml': '',
        'x.bin': new Uint8Array([0, 255]),
        'inventory.yml': '',
      },
    )
    const settings = inventory?.cells[0]?.prometheus
    assert.deepEqual(
      settings?.rules.map(({ name }) => name),
      ['rules/inventory.yml', 'rules/rules/b.yml', 'rules/rules/deep/a.yml'],
    )
    assert.deepEqual(Buffer.from((settings?.files[0]?.content as Uint8Array) ?? []), Buffer.from([0, 255]))
  })

  it('passes on what it does not know of prometheus.yml', async () => {
    process.env.PROMHA_TEST_READ = 'sesame-read'
    try {
      const { inventory, problems } = await read(
        prometheus(
          'storage: { tsdb: { out_of_order_time_window: 30m } }',
          'scrape_native_histograms_of_the_next_release: [{ on: true }]',
          'otlp_of_the_next_release: { key: "${env:PROMHA_TEST_READ}" }',
          'remote_read: [{ url: "http://x", bearer_token: "${env:PROMHA_TEST_READ}" }]',
        ),
      )
      assert.deepEqual(problems, [])
      assert.deepEqual(inventory?.cells[0]?.prometheus?.further, {
        storage: { tsdb: { out_of_order_time_window: '30m' } },
        scrape_native_histograms_of_the_next_release: [{ on: true }],
        otlp_of_the_next_release: { key: 'sesame-read' },
        remote_read: [{ url: 'http://x', bearer_token: 'sesame-read' }],
      })
      assert.deepEqual(inventory?.secrets, ['sesame-read'])
    } finally {
      delete process.env.PROMHA_TEST_READ
    }
  })

  it('follows links below a glob, and none that leads back up', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'promha-links-'))
    try {
      for (const name of ['rules', 'elsewhere']) mkdirSync(join(directory, name))
      for (const name of ['rules/a.yml', 'elsewhere/b.yml'])
        writeFileSync(join(directory, name), 'groups: []\n')
      symlinkSync('../elsewhere', join(directory, 'rules/linked'))
      symlinkSync('..', join(directory, 'elsewhere/up'))
      symlinkSync('../rules', join(directory, 'elsewhere/rules'))
      const path = join(directory, 'inventory.yml')
      writeFileSync(path, prometheus('rule_files: [rules/**/*.yml]'))
      const { inventory } = await readInventory(path)
      assert.deepEqual(
        inventory.cells[0]?.prometheus?.rules.map(({ name }) => name),
        ['rules/a.yml', 'rules/linked/b.yml'],
      )
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('keeps what lies below the fixed part of a glob of rules, and any name', async () => {
    const { inventory, problems } = await read(
      prometheus('rule_files: ["rules/**/*", "./my rules.yaml", other/alert.rules, "promha.yml/*"]'),
      Object.fromEntries(
        [
          'rules/mysql/a.yml',
          'rules/nginx/a.yml',
          'my rules.yaml',
          'other/alert.rules',
          'rules/sub/promha.yml',
        ]
          .concat('promha.yml/x')
          .map(path => [path, 'groups: []\n']),
      ),
    )
    assert.deepEqual(problems, [])
    assert.deepEqual(
      inventory?.cells[0]?.prometheus?.rules.map(({ name }) => name),
      [
        'rules/alert.rules',
        'rules/my_rules.yaml',
        'rules/mysql/a.yml',
        'rules/nginx/a.yml',
        'rules/sub/promha.yml',
        'rules/x',
      ],
    )
  })

  it('takes any label of targets, and replica labels of sinks', async () => {
    const { inventory, problems } = await read(
      prometheus(
        'replica_label: __replica__',
        'external_labels: { dc.name: x, __tenant__: y }',
        'targets: { j: [{ targets: ["x:1"], labels: { __metrics_path__: /m, __param_x: y, app.kubernetes.io/name: z } }] }',
      ),
    )
    assert.deepEqual(problems, [])
    const settings = inventory?.cells[0]?.prometheus
    assert.equal(settings?.replicaLabel, '__replica__')
    assert.deepEqual(settings?.targets.j?.[0]?.labels, {
      __metrics_path__: '/m',
      __param_x: 'y',
      'app.kubernetes.io/name': 'z',
    })
  })

  it('takes lists and bare switches as flags, and no limits of retention', async () => {
    const { inventory, problems } = await read(
      prometheus(
        'retention: { time: 0, size: "0" }',
        'flags: { enable-feature: [a, b], web.enable-admin-api: , x.include: [1, two], log.level: "" }',
      ),
    )
    assert.deepEqual(problems, [])
    const settings = inventory?.cells[0]?.prometheus
    assert.deepEqual(settings?.retention, { time: '0', size: '0' })
    assert.deepEqual(settings?.flags, {
      'enable-feature': 'a,b',
      'web.enable-admin-api': true,
      'x.include': ['1', 'two'],
      'log.level': '',
    })
  })

  it('masks a secret of a named file in messages', async () => {
    const { problems } = await read(prometheus('scrape_configs: jobs.yml'), {
      'jobs.yml':
        '- job_name: x\n  basic_auth:\n    password: hunter2\n- job_name: hunter2\n- job_name: hunter2\n',
    })
    assert.equal(problems.length, 1)
    assert.match(problems[0]?.summary ?? '', /the job "\*\*\*\*" is defined twice: first on line 4/)
    assert.doesNotMatch(JSON.stringify(problems), /hunter2/)
  })

  describe('defaults', () => {
    it('lie below every cell, key by key, while lists and a key left empty replace', async () => {
      const { inventory } = await read(`${head}defaults:
  prometheus:
    retention: { time: 10d, size: 1GB }
    external_labels: { env: test }
    remote_write: [{ url: http://198.18.0.9/a }]
    alert_relabel_configs: [{ action: labeldrop, regex: x }]
    flags: { a: 1, b: 2 }
cells:
  eu:
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      retention: { time: 20d }
      remote_write: [{ url: http://198.18.0.9/b }]
      alert_relabel_configs:
      flags: { b: 3 }
      alertmanagers: []
`)
      const settings = inventory?.cells[0]?.prometheus
      assert.deepEqual(settings?.retention, { time: '20d', size: '1GB' })
      assert.deepEqual(settings?.externalLabels, { env: 'test' })
      assert.deepEqual(settings?.remoteWrite, [{ url: 'http://198.18.0.9/b' }])
      assert.deepEqual(settings?.alertRelabelConfigs, [])
      assert.deepEqual(settings?.flags, { a: '1', b: '3' })
    })

    it('are pointed at where they are wrong, once for all cells', async () => {
      const { problems } = await read(`${head}defaults: { exporters: { node: { listen: nowhere } } }
cells:
  eu: { hosts: [mon-a], exporters: { node: {} } }
  us: { hosts: [mon-b], exporters: { node: {} } }
`)
      assert.deepEqual(
        problems.map(({ source }) => [source?.line, source?.column]),
        [[5, 42]],
      )
    })

    it('may say all that a cell says, so that the cell is empty', async () => {
      const { inventory } = await read(`${head}defaults: { exporters: { node: {} } }\ncells: { eu: }\n`)
      assert.deepEqual(inventory?.cells[0]?.exporters?.node_exporter?.hosts, ['mon-a', 'mon-b'])
    })
  })

  describe('hosts and groups', () => {
    it('expand several ranges in step, in labels and ssh too', async () => {
      const { inventory } = await read(
        `promha: 1\nhosts:\n  r[08:10]-[a:c]: { address: "10.0.0.[1:3]", labels: { rack: "[08:10]" }, ssh: { host: "m[1:3].example.net" } }\n${exporters}`,
      )
      assert.deepEqual(
        inventory?.hosts.map(({ name, address, labels, ssh }) => [name, address, labels.rack, ssh.host]),
        [
          ['r08-a', '10.0.0.1', '08', 'm1.example.net'],
          ['r09-b', '10.0.0.2', '09', 'm2.example.net'],
          ['r10-c', '10.0.0.3', '10', 'm3.example.net'],
        ],
      )
    })

    it('leave brackets that are no range alone', async () => {
      const { inventory } = await read(
        `promha: 1\nhosts:\n  a: { address: "2001:db8::1", labels: { x: "[1:2]" } }\n${exporters}`,
      )
      assert.deepEqual(inventory?.hosts[0]?.labels, { x: '[1:2]' })
      assert.equal(inventory?.hosts[0]?.address, '2001:db8::1')
    })

    it('take groups of groups, globs, ranges and exclusions', async () => {
      const { inventory } = await read(
        `promha: 1\nhosts: { "h[1:6]": { address: "10.0.0.[1:6]" } }\n` +
          `groups: { outer: [inner, h6], inner: ["h[1:3]", "!h2"], but: ["!h1"], glob: ["h?", "!inner"] }\n${exporters}`,
      )
      assert.deepEqual(inventory?.groups, {
        inner: ['h1', 'h3'],
        outer: ['h1', 'h3', 'h6'],
        but: ['h2', 'h3', 'h4', 'h5', 'h6'],
        glob: ['h2', 'h4', 'h5', 'h6'],
      })
    })

    it('let "all" and globs of a cell mean its own hosts', async () => {
      const { inventory } = await read(
        `promha: 1\nhosts: { "h[1:4]": { address: "10.0.0.[1:4]" } }\ngroups: { odd: [h3, h1] }\n` +
          `cells: { eu: { hosts: [h1, h2], exporters: { node: {} } }, us: { hosts: ["!h1", "!h2"], exporters: { node: { hosts: [odd, "h*"] } } } }\n`,
      )
      assert.deepEqual(
        inventory?.cells.map(cell => cell.exporters?.node_exporter?.hosts),
        [
          ['h1', 'h2'],
          ['h3', 'h4'],
        ],
      )
    })

    it('keep the order in which Alertmanagers are named', async () => {
      const { inventory } = await read(alertmanager().replace('[mon-a, mon-b]', '[mon-b, all]'))
      assert.deepEqual(inventory?.cells[0]?.alertmanager?.hosts, ['mon-b', 'mon-a'])
    })
  })

  it('takes a version by the short name of a component', async () => {
    const { inventory } = await read(`${head}versions: { node: 1.12.1 }\n${exporters}`)
    assert.deepEqual(inventory?.versions, { node_exporter: '1.12.1' })
  })

  it('guesses the glob that was meant', async () => {
    const hosts = (glob: string) => `${head}cells: { eu: { exporters: { node: { hosts: [${glob}] } } } }\n`
    const remedies = async (glob: string) =>
      (await read(hosts(glob))).problems
        .filter(({ summary }) => summary.endsWith('matches no host'))
        .map(({ remedy }) => remedy)
    assert.deepEqual(await remedies('mno-*'), ['Did you mean "mon-*"?'])
    assert.deepEqual(await remedies('zzz-*'), ['Name hosts that are there, or remove it.'])
  })

  describe('warnings', () => {
    const warned: Readonly<Record<string, readonly [string, RegExp]>> = {
      'one replica': [prometheus().replace(', b: mon-b', ''), /one replica only/],
      'one Alertmanager': [alertmanager().replace('[mon-a, mon-b]', '[mon-a]'), /one Alertmanager only/],
      'a glob without a match': [
        `${head}groups: { g: ["x*"] }\n${exporters}`,
        /"x\*" of group "g" matches no host/,
      ],
      'an empty group': [`${head}groups: { g: [] }\n${exporters}`, /group "g" is empty/],
      'a host in no cell': [
        `${head}cells: { eu: { hosts: [mon-a], exporters: { node: {} } } }\n`,
        /host "mon-b" is in no cell/,
      ],
      'alerts that are sent to no Alertmanager': [
        prometheus().replace('      alertmanagers: []\n', ''),
        /alerts of cell "eu" are sent to no Alertmanager/,
      ],
      'an address that the others cannot reach': [
        prometheus('listen: 127.0.0.1:9090'),
        /reached from its own host only/,
      ],
      'an identity that is missing': [
        `${head}ssh: { identity: nope }\n${exporters}`,
        /"nope" does not exist/,
      ],
    }
    for (const [name, [text, summary]] of Object.entries(warned)) {
      it(name, async () => {
        const { inventory, problems } = await read(text)
        assert.ok(inventory, problems.map(describeProblem).join('\n'))
        assert.deepEqual(
          problems.map(({ severity }) => severity),
          ['warning'],
          problems.map(describeProblem).join('\n'),
        )
        assert.match(problems[0]?.summary ?? '', summary)
        assert.ok(problems[0]?.source)
      })
    }
  })

  it('allows members at one address where the cell says so', async () => {
    const text = prometheus().replace('  eu:\n', '  eu:\n    allow_shared_host: true\n')
    const shared = text.replace('address: 198.18.0.12', 'address: 198.18.0.11, ssh: { port: 2222 }')
    assert.ok((await read(shared)).inventory)
  })

  it('takes merge keys as Prometheus does, and the places with them', async () => {
    const { inventory } = await read(
      prometheus(
        'scrape_configs:',
        '  - &base { job_name: x, scheme: https }',
        '  - { <<: *base, job_name: y }',
      ),
    )
    assert.deepEqual(inventory?.cells[0]?.prometheus?.scrapeConfigs, [
      { job_name: 'x', scheme: 'https' },
      { job_name: 'y', scheme: 'https' },
    ])
    const { problems } = await read(
      prometheus('scrape_configs:', '  - &base { job_name: x, scheme: https }', '  - { <<: *base }'),
    )
    assert.deepEqual([problems[0]?.source?.line, problems[0]?.source?.column], [11, 29])
  })

  it('refuses a text that aliases blow up, and one that is nested too deep', async () => {
    const bomb = Array.from({ length: 9 }, (_, level) => {
      const item = level === 0 ? 'x' : `*l${level - 1}`
      return `l${level}: &l${level} [${Array(10).fill(item).join(', ')}]`
    }).join('\n')
    assert.match((await read(bomb)).problems[0]?.summary ?? '', /aliases make this text larger/)
    const deep = '['.repeat(5000) + ']'.repeat(5000)
    assert.match((await read(deep)).problems[0]?.summary ?? '', /nested/)
  })

  it('throws one ProblemError whose message is every summary', async () => {
    await assert.rejects(readInventory('/nonexistent'), fault => fault instanceof ProblemError)
  })
})
