// biome-ignore-all lint/suspicious/noTemplateCurlyInString: upstream's own variables look so
import assert from 'node:assert/strict'
import type { PrometheusSettings } from '../../../../roles/prometheus/settings/schema.ts'
import { head, prometheus, type Reading, read } from '../../../inventory/harness.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

const job = 'scrape_configs: [{ job_name: shop, static_configs: [{ targets: ["192.0.2.1:80"] }] }]\n'

async function settingsOf(text: string, files: Files): Promise<Reading & { settings: PrometheusSettings }> {
  const reading = await read(text, files)
  const settings = reading.inventory?.cells[0]?.prometheus
  assert.ok(settings, reading.problems.map(({ summary }) => summary).join('\n'))
  return { ...reading, settings }
}

const told = ({ problems, directory }: Reading) =>
  problems.map(
    ({ severity, summary, source }) =>
      `${severity} ${source?.file.replace(`${directory}/`, '')}:${source?.line} ${summary.replaceAll(`${directory}/`, '')}`,
  )

describe('a prometheus.yml under scrape_configs', () => {
  it('is taken whole', async () => {
    const reading = await settingsOf(prometheus('scrape_configs: conf/prometheus.yml'), {
      'conf/prometheus.yml': `global: { scrape_interval: 15s, external_labels: { region: eu, count: 1 } }
rule_files: [rules/*.rules]
scrape_config_files: [jobs/*.yml]
remote_write: [{ url: "http://192.0.2.9/w" }]
remote_read: [{ url: "http://192.0.2.9/r" }]
storage: { tsdb: { out_of_order_time_window: 30m } }
tracing: { endpoint: "192.0.2.9:4317" }
otlp: { promote_resource_attributes: [service.name] }
runtime: { gogc: 50 }
of_the_next_release: { on: true }
${job}`,
      'conf/rules/a.rules': 'groups: []\n',
      'conf/jobs/db.yml': 'scrape_configs: [{ job_name: db }]\n',
    })
    const { settings } = reading
    assert.deepEqual(told(reading), [])
    assert.equal(settings.global.scrape_interval, '15s')
    assert.deepEqual(settings.externalLabels, { region: 'eu', count: '1' })
    assert.deepEqual(
      [...settings.rules, ...(settings.jobFiles ?? [])].map(({ name }) => name),
      ['rules/a.rules', 'scrape_configs/db.yml'],
    )
    assert.deepEqual(settings.remoteWrite, [{ url: 'http://192.0.2.9/w' }])
    assert.deepEqual(settings.further, {
      storage: { tsdb: { out_of_order_time_window: '30m' } },
      tracing: { endpoint: '192.0.2.9:4317' },
      otlp: { promote_resource_attributes: ['service.name'] },
      runtime: { gogc: 50 },
      of_the_next_release: { on: true },
      remote_read: [{ url: 'http://192.0.2.9/r' }],
    })
    assert.deepEqual(
      settings.scrapeConfigs.map(({ job_name }) => job_name),
      ['shop'],
    )
  })

  it('gives way to a key of the inventory, with a warning at its line', async () => {
    const reading = await settingsOf(
      prometheus(
        'scrape_configs: prometheus.yml',
        'global: { scrape_interval: 5s }',
        'rule_files: []',
        'storage: { exemplars: { max_exemplars: 5 } }',
      ),
      {
        'prometheus.yml': `global:
  scrape_interval: 15s
  external_labels: { region: eu }
rule_files:
  - lost/*.yml
storage: {}
${job}`,
      },
    )
    const { settings } = reading
    assert.deepEqual(settings.global, { scrape_interval: '5s' })
    assert.deepEqual(settings.externalLabels, { region: 'eu' })
    assert.deepEqual(settings.rules, [])
    assert.deepEqual(settings.further, { storage: { exemplars: { max_exemplars: 5 } } })
    const unused = (key: string, line: number) =>
      `warning prometheus.yml:${line} "${key}" of this file is not used because the inventory says "${key}"`
    assert.deepEqual(told(reading), [unused('global', 1), unused('rule_files', 4), unused('storage', 6)])
  })

  it('loses its alertmanagers, which are listed, and keeps what it does to alerts', async () => {
    const reading = await settingsOf(prometheus('scrape_configs: prometheus.yml'), {
      'prometheus.yml': `${job}alerting:
  alert_relabel_configs: [{ action: labeldrop, regex: replica }]
  alertmanagers:
    - static_configs: [{ targets: ["am-1:9093", "am-2:9093"] }]
    - dns_sd_configs: [{ names: [am.example.net] }]
`,
    })
    assert.deepEqual(told(reading), ['warning prometheus.yml:2 "alertmanagers" of this file are not used'])
    assert.match(
      reading.problems[0]?.detail ?? '',
      /names am-1:9093, am-2:9093, what dns_sd_configs finds\.$/,
    )
    assert.deepEqual(reading.settings.alertmanagers, [])
    assert.deepEqual(reading.settings.alertRelabelConfigs, [{ action: 'labeldrop', regex: 'replica' }])
  })

  it('loses the external labels that promha sets', async () => {
    const reading = await settingsOf(
      prometheus('scrape_configs: prometheus.yml', 'replica_label: __replica__'),
      {
        'prometheus.yml': `global:\n  external_labels: { cluster: x, __replica__: a, cell: y }\n`,
      },
    )
    assert.deepEqual(reading.settings.externalLabels, { cluster: 'x' })
    assert.deepEqual(told(reading), [
      'warning prometheus.yml:2 the external label "__replica__" of this file is not used because promha sets it',
      'warning prometheus.yml:2 the external label "cell" of this file is not used because promha sets it',
    ])
  })

  it('may be among jobs, lists of jobs and further files', async () => {
    const reading = await settingsOf(
      prometheus('scrape_configs: [one.yml, { job_name: two }, "more/*.yml", "[p]rometheus.yml"]'),
      {
        'one.yml': '- job_name: one\n',
        'more/a.yml': '- job_name: a\n',
        'more/b.yml': 'scrape_configs: [{ job_name: b }]\nrule_files: [x/b.yml]\n',
        'more/x/b.yml': '',
        'prometheus.yml': `${job}rule_files: [x/b.yml]\n`,
        'x/b.yml': '',
      },
    )
    assert.deepEqual(told(reading), [])
    assert.deepEqual(
      reading.settings.scrapeConfigs.map(({ job_name }) => job_name),
      ['one', 'two', 'a', 'b', 'shop'],
    )
    assert.deepEqual(
      reading.settings.rules.map(({ name }) => name),
      ['rules/more/x/b.yml', 'rules/x/b.yml'].sort(),
    )
  })

  it('is refused if two say different things, and if a part has another shape', async () => {
    const reading = await read(prometheus('scrape_configs: [a.yml, b.yml]'), {
      'a.yml': 'global: { scrape_interval: 5s }\nremote_write: [{ url: "http://a" }]\n',
      'b.yml': `remote_write: [{ url: "http://b" }]
global: { scrape_interval: 6s }
rule_files: x.yml
remote_read:
  - 5
scrape_configs: {}
`,
    })
    assert.deepEqual(told(reading), [
      'error b.yml:2 "global" is in this file and, with another value, in "a.yml"',
      'error b.yml:3 "rule_files": expected a list of texts, saw a text',
      'error b.yml:5 each item of remote_read: expected a map, saw a number',
      'error b.yml:6 expected a list of scrape_configs, saw a map',
    ])
  })

  it('is refused if its files are missing', async () => {
    const reading = await read(prometheus('scrape_configs: conf/p.yml'), {
      'conf/p.yml': `${job}rule_files: [a.yml, "b/*.yml"]\nscrape_config_files: ["c/*.yml"]\n`,
    })
    assert.deepEqual(told(reading), [
      'error conf/p.yml:2 "conf/a.yml" does not exist',
      'error conf/p.yml:2 "b/*.yml" matches no file',
      'error conf/p.yml:3 "c/*.yml" matches no file',
    ])
    assert.match(reading.problems[0]?.remedy ?? '', /relative to this file/)
  })

  it('may have keys in !!binary, of UTF-8', async () => {
    const labels = (key: string) => ({
      'p.yml': `global: { external_labels: { !!binary "${key}": eu } }\n${job}`,
    })
    const { settings } = await settingsOf(prometheus('scrape_configs: p.yml'), labels('em9uZQ=='))
    assert.deepEqual(settings.externalLabels, { zone: 'eu' })
    const refused = await read(prometheus('scrape_configs: p.yml'), labels('/w=='))
    assert.deepEqual(told(refused), ['error p.yml:1 expected a key in UTF-8, saw other bytes'])
  })

  it('is refused if it names files by paths that only a container has', async () => {
    const reading = await read(prometheus('scrape_configs: p.yml'), {
      'p.yml': `${job}rule_files: [/promha-container/a.yml, "/promha-container/*.yml", /etc/prometheus/b.yml]\n`,
    })
    assert.deepEqual(
      reading.problems.map(({ summary, remedy }) => [summary.split('"').at(-1), remedy?.split(/[:,]/)[0]]),
      [
        [' does not exist', 'Write the path relative to this file'],
        [' matches no file', 'Write the path relative to this file'],
        [' does not exist', 'Paths are relative to this file'],
      ],
    )
  })

  it('tells what neither a list nor a prometheus.yml is', async () => {
    const reading = await read(prometheus('scrape_configs: [a.yml]'), { 'a.yml': 'groups: []\n' })
    assert.deepEqual(told(reading), ['error a.yml:1 expected a list of scrape_configs, saw a map'])
    assert.match(reading.problems[0]?.remedy ?? '', /whole prometheus\.yml/)
  })
})

describe('files that a prometheus.yml names', () => {
  it('go to the same places beside it', async () => {
    const reading = await settingsOf(prometheus('scrape_configs: conf/prometheus.yml'), {
      'conf/prometheus.yml': `global: { query_log_file: /var/lib/prometheus/query.log }
scrape_configs:
  - job_name: shop
    file_sd_configs: [{ files: ["targets/*.json", /etc/else/*.yml] }]
    basic_auth: { username: u, password_file: ./secrets/shop }
    tls_config: { ca_file: /etc/ssl/ca.pem }
    http_headers: { X-Key: { files: [secrets/key] } }
    static_configs: [{ targets: ["192.0.2.1:80"], labels: { config_file: none } }]
remote_write: [{ url: "http://192.0.2.9", authorization: { credentials_file: secrets/shop } }]
`,
      'conf/targets/a.json': '[]',
      'conf/targets/b.json': '[]',
      'conf/secrets/shop': 'hunter2',
      'conf/secrets/key': 'key',
    })
    assert.deepEqual(told(reading), [])
    assert.deepEqual(
      reading.settings.files.map(({ name, watched }) => (watched ? `${name} watched` : name)),
      ['targets/a.json watched', 'targets/b.json watched', 'secrets/shop', 'secrets/key'],
    )
  })

  it('may be named by the places that they have on a host', async () => {
    const reading = await settingsOf(prometheus('scrape_configs: conf/prometheus.yml'), {
      'conf/prometheus.yml': `rule_files: [/etc/prometheus/rules/*.rules]
scrape_config_files: [/etc/prometheus/scrape_configs/*]
scrape_configs:
  - job_name: shop
    file_sd_configs: [{ files: [/etc/prometheus/sd/*.yml, /etc/prometheus/other/*.yml] }]
    tls_config: { ca_file: /etc/prometheus/ca.pem, cert_file: /etc/prometheus/of-the-host.pem }
`,
      'conf/rules/a.rules': '',
      'conf/scrape_configs/b': '',
      'conf/sd/c.yml': '[]',
      'conf/ca.pem': 'ca',
    })
    const { rules, jobFiles = [], files } = reading.settings
    assert.deepEqual(told(reading), [
      'warning conf/prometheus.yml:6 "/etc/prometheus/of-the-host.pem" is not among the files that promha ships for prometheus',
    ])
    assert.deepEqual(
      [...rules, ...jobFiles, ...files].map(({ name }) => name),
      ['rules/a.rules', 'scrape_configs/b', 'sd/c.yml', 'ca.pem'],
    )
  })

  it('may be files of the inventory instead', async () => {
    const reading = await settingsOf(
      prometheus('scrape_configs: conf/prometheus.yml', 'files: { ca.pem: certs/ca.pem }'),
      {
        'conf/prometheus.yml': 'scrape_configs: [{ job_name: x, tls_config: { ca_file: ca.pem } }]\n',
        'certs/ca.pem': 'ca',
      },
    )
    assert.deepEqual(
      reading.settings.files.map(({ name }) => name),
      ['ca.pem'],
    )
  })

  it('are an error if they are not there, or cannot lie where they would be looked for', async () => {
    const reading = await read(prometheus('scrape_configs: conf/prometheus.yml'), {
      'conf/prometheus.yml': `scrape_configs:
  - job_name: x
    tls_config: { ca_file: ca.pem }
  - job_name: y
    tls_config: { ca_file: ../ca.pem }
  - job_name: z
    tls_config: { ca_file: rules/promha.yml }
`,
      'ca.pem': 'ca',
      'conf/rules/promha.yml': '',
    })
    assert.deepEqual(told(reading), [
      'error conf/prometheus.yml:3 "conf/ca.pem" does not exist',
      'error conf/prometheus.yml:5 "../ca.pem" leads out of /etc/prometheus on the hosts',
      'error conf/prometheus.yml:7 "conf/rules/promha.yml" and a file of promha would both be /etc/prometheus/rules/promha.yml on the hosts',
    ])
    assert.match(reading.problems[0]?.remedy ?? '', /"files: \{ ca\.pem: PATH \}"/)
  })

  it('may be missing if they are targets, which each host may have of its own', async () => {
    const reading = await settingsOf(prometheus('scrape_configs: prometheus.yml'), {
      'prometheus.yml': 'scrape_configs: [{ job_name: x, file_sd_configs: [{ files: [sd/*.yml] }] }]\n',
    })
    assert.deepEqual(told(reading), [
      'warning prometheus.yml:1 "sd/*.yml" matches no file, so promha ships no targets for it',
    ])
  })

  it('of a list of jobs go along if they are there', async () => {
    const reading = await settingsOf(prometheus('scrape_configs: jobs/shop.yml'), {
      'jobs/shop.yml': `- job_name: x
  file_sd_configs: [{ files: [sd/x.yml, other.yml] }]
  tls_config: { ca_file: ca.pem }
`,
      'jobs/sd/x.yml': '[]',
    })
    assert.deepEqual(
      told(reading).map(one => one.replace(/ among.*/, '')),
      ['warning jobs/shop.yml:2 "other.yml" is not', 'warning jobs/shop.yml:3 "ca.pem" is not'],
    )
    assert.deepEqual(
      reading.settings.files.map(({ name }) => name),
      ['sd/x.yml'],
    )
  })
})

describe('scrape_config_files', () => {
  it('go to the host as they are, with what they name beside them', async () => {
    const text = '# mine\nscrape_configs:\n  - { job_name: x, file_sd_configs: [{ files: [sd/x.yml] }] }\n'
    const { settings } = await settingsOf(prometheus('scrape_config_files: ["jobs/**/{one,two}.yml"]'), {
      'jobs/one.yml': '',
      'jobs/deep/two.yml': text,
      'jobs/deep/sd/x.yml': '[]',
    })
    assert.deepEqual(
      settings.jobFiles?.map(({ name, content, changed }) => [name, content, changed]),
      [
        ['scrape_configs/deep/two.yml', text, undefined],
        ['scrape_configs/one.yml', '', undefined],
      ],
    )
    assert.deepEqual(
      settings.files.map(({ name }) => name),
      ['scrape_configs/deep/sd/x.yml'],
    )
  })

  it('share the rules of all jobs', async () => {
    const reading = await read(
      prometheus('scrape_configs: [{ job_name: x }]', 'scrape_config_files: [a.yml, b.yml]'),
      {
        'a.yml': 'scrape_configs: [{ job_name: x }]\n',
        'b.yml': '- job_name: y\n',
      },
    )
    assert.deepEqual(told(reading), [
      `error a.yml:1 the job "x" is defined twice: first at inventory.yml:10`,
      'error b.yml:1 expected a map with the key "scrape_configs", saw a list',
    ])
  })

  it('lose jobs that promha has too', async () => {
    const { settings } = await settingsOf(prometheus('scrape_config_files: [a.yml]'), {
      'a.yml':
        'scrape_configs: [{ job_name: prometheus, static_configs: [{ targets: ["localhost:9090"] }] }, { job_name: y }]\n',
    })
    assert.deepEqual(settings.jobFiles?.[0]?.jobs, [{ job_name: 'y' }])
  })

  it('hide their secrets', async () => {
    const { inventory } = await read(prometheus('scrape_config_files: [a.yml]'), {
      'a.yml': 'scrape_configs: [{ job_name: y, basic_auth: { username: u, password: hunter2 } }]\n',
    })
    assert.ok(inventory?.secrets.includes('hunter2'))
  })
})

describe('jobs that promha generates', () => {
  const cell = (...jobs: readonly string[]) => `${head}  app: { address: app.example.net }
cells:
  eu:
    alertmanager: { hosts: [mon-a, mon-b], config: { route: { receiver: x }, receivers: [{ name: x }] } }
    exporters: { node: { hosts: [all] } }
    blackbox:
      hosts: [mon-a, mon-b]
      failover: { vip: 198.18.0.100/24 }
      modules: { icmp: { prober: icmp } }
      probes: [{ module: icmp, targets: [198.18.0.7] }]
    prometheus:
      replicas: { a: mon-a, b: mon-b }
      scrape_configs:
${jobs.map(one => `        - ${one}\n`).join('')}`
  const of = (name: string, targets: string, more = '') =>
    `{ job_name: ${name}, static_configs: [{ targets: [${targets}] }]${more} }`

  for (const [what, one] of [
    ['the own machine', of('prometheus', '"localhost:9090"')],
    ['the own machine by its address', of('node', '"127.0.0.1:9100", "[::1]:9100"')],
    ['addresses', of('node', '"198.18.0.11:9100", "198.18.0.12:9100"')],
    ['names of hosts', of('node', '"mon-a:9100", "APP.example.net:9100", "app:9100"')],
    ['programs of several kinds', of('prometheus', '"localhost:9090", "localhost:9100", "mon-b:9093"')],
    ['a probe', of('blackbox', '198.18.0.7', ', metrics_path: /probe, params: { module: [icmp] }')],
    ['a prober', of('blackbox', '"mon-a:9115"')],
  ] as const) {
    it(`are left out if they name nothing else than ${what}`, async () => {
      const reading = await settingsOf(cell(one, '{ job_name: mine }'), {})
      assert.equal(reading.problems.length, 1)
      assert.match(
        told(reading)[0] ?? '',
        /^warning inventory\.yml:18 the job "\w+" is left out because promha scrapes all of its targets itself$/,
      )
      assert.deepEqual(reading.settings.scrapeConfigs, [{ job_name: 'mine' }])
    })
  }

  for (const [what, one, detail] of [
    [
      'another host',
      of('node', '"mon-a:9100", "192.0.2.40:9100"'),
      /^promha does not scrape 192\.0\.2\.40:9100 itself\.$/,
    ],
    ['another port', of('prometheus', '"localhost:9091"'), /localhost:9091/],
    ['no port', of('node', 'mon-a'), /scrape mon-a itself/],
    [
      'service discovery',
      '{ job_name: node, file_sd_configs: [{ files: [x.yml] }] }',
      /targets file_sd_configs finds/,
    ],
    ['no target', '{ job_name: node }', /names no target/],
    ['another probe', of('blackbox', 'x', ', metrics_path: /probe, params: { module: [icmp] }'), /scrape x/],
    ['another module', of('blackbox', '198.18.0.7', ', metrics_path: /probe'), /scrape 198\.18\.0\.7/],
    [
      'addresses that change',
      of('node', '"mon-a:9100"', ', relabel_configs: [{ target_label: __address__, replacement: x }]'),
      /change the addresses/,
    ],
  ] as const) {
    it(`are refused if they name ${what}`, async () => {
      const { problems, inventory } = await read(cell(one))
      assert.equal(inventory, undefined)
      assert.equal(problems.length, 1)
      assert.match(problems[0]?.summary ?? '', /is one that promha generates$/)
      assert.match(problems[0]?.detail ?? '', detail)
      const remedy = one.includes('job_name: blackbox')
        ? /^Move its targets to "probes" of /
        : /^Rename this job, and/
      assert.match(problems[0]?.remedy ?? '', remedy)
    })
  }

  it('are refused if the own machine of one replica only is scraped', async () => {
    const text = cell(of('node', '"localhost:9100"')).replace('hosts: [all] }', 'hosts: [mon-a] }')
    assert.match((await read(text)).problems[0]?.detail ?? '', /localhost:9100/)
  })
})
