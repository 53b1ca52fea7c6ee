import assert from 'node:assert/strict'
import { alertmanagerFiles } from '../../../roles/alertmanager/role.ts'
import { prometheusFiles } from '../../../roles/prometheus/role.ts'
import { describe as describeProblem } from '../../../src/diagnostic/describe.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { alertmanager, prometheus, read, unmark } from '../harness.ts'

/** What promha writes for the cell's Prometheus or Alertmanager, by file name. */
async function files(
  text: string,
  beside: Readonly<Record<string, string>> = {},
  options: { readonly secrets?: boolean } = {},
): Promise<Readonly<Record<string, string>>> {
  const { inventory, problems } = await read(text, beside, options)
  assert.ok(inventory, problems.map(describeProblem).join('\n'))
  assert.deepEqual(problems, [])
  const [cell] = inventory.cells
  const [topology] = buildTopology(inventory).cells
  assert.ok(cell && topology)
  const found = cell.prometheus
    ? prometheusFiles(topology, cell.prometheus)
    : alertmanagerFiles(cell.alertmanager ?? assert.fail())
  return Object.fromEntries(found.map(({ path, content }) => [path.replace(/^.*\//, ''), String(content)]))
}

describe('a part in upstream’s form', () => {
  it('is written with every plain scalar as it was, from a file', async () => {
    const scrape = `- job_name: 007
  honor_labels: yes
  sample_limit: 1_000_000
  static_configs:
    - targets: [ "10.0.0.1:80" ]
      labels: { version: 1.10, canary: True, 0123456789012345678901: off }
`
    const { 'prometheus.yml': config } = await files(prometheus('scrape_configs: scrape.yml'), {
      'scrape.yml': scrape,
    })
    const wanted = `  - job_name: 007
    honor_labels: yes
    sample_limit: 1_000_000
    static_configs:
      - targets:
          - 10.0.0.1:80
        labels:
          version: 1.10
          canary: True
          0123456789012345678901: off
`
    assert.ok(config?.includes(wanted), config)
  })

  it('is written so if it is inline, in every key that takes such a part', async () => {
    const { 'prometheus.yml': config = '' } = await files(
      prometheus(
        'global: { keep_dropped_targets: 0100, scrape_interval: &i 15s }',
        'scrape_configs: [{ job_name: yes, scrape_interval: *i, honor_timestamps: off }]',
        'remote_write: [{ url: "http://a/", send_exemplars: on }]',
        'alert_relabel_configs: [{ target_label: x, replacement: 1.10 }]',
      ).replace(
        'alertmanagers: []',
        'alertmanagers: [{ static_configs: [{ targets: [a:80] }], enable_http2: no }]',
      ),
    )
    for (const line of [
      'keep_dropped_targets: 0100',
      'job_name: yes',
      'scrape_interval: 15s',
      'honor_timestamps: off',
      'send_exemplars: on',
      'replacement: 1.10',
      'enable_http2: no',
    ]) {
      assert.ok(config.includes(` ${line}\n`), `${line} is not in\n${config}`)
    }
  })

  it('keeps its words in alertmanager.yml, templates added', async () => {
    const { 'alertmanager.yml': config } = await files(
      alertmanager('templates: [a.tmpl]').replace(/config: .*/, 'config: alertmanager.yml'),
      {
        'a.tmpl': '{{ define "a" }}{{ end }}',
        'alertmanager.yml':
          'global: { smtp_require_tls: no }\nroute: { receiver: 1.0 }\nreceivers: [{ name: 1.0 }]\n',
      },
    )
    assert.match(
      config ?? '',
      /smtp_require_tls: no\nroute:\n {2}receiver: 1\.0\nreceivers:\n {2}- name: 1\.0\ntemplates:\n {2}- templates\/a\.tmpl\n/,
    )
  })

  it('takes a label of any kind of scalar as the text that was written', async () => {
    const text = prometheus(
      'external_labels: { dc: 1, build: 1.10, live: True, rack: 007 }',
      'targets: { app: [{ targets: ["a:80"], labels: { port: 80, canary: yes, v: 1.10 } }] }',
    ).replace('198.18.0.11 }', '198.18.0.11, labels: { slot: 010 } }')
    const { inventory } = await read(text)
    assert.deepEqual(inventory?.cells[0]?.prometheus?.externalLabels, {
      dc: '1',
      build: '1.10',
      live: 'True',
      rack: '007',
    })
    assert.deepEqual(inventory?.hosts[0]?.labels, { slot: '010' })
    const [topology] = buildTopology(inventory ?? assert.fail()).cells
    assert.deepEqual(topology?.fileTargets[0]?.labels, { port: '80', canary: 'yes', v: '1.10' })
    const { 'prometheus.yml': config, 'app.yml': targets } = await files(text)
    assert.match(config ?? '', /dc: "1"\n {4}build: "1\.10"\n {4}live: "True"\n {4}rack: "007"\n/)
    assert.match(config ?? '', /slot: "010"/)
    assert.match(targets ?? '', /port: "80"\n {4}canary: "yes"\n {4}v: "1\.10"\n/)
  })

  it('is written in double quotes if a reference in it was replaced', async () => {
    process.env.PROMHA_TEST_TEXT = 'yes'
    const inline = prometheus(
      'scrape_configs:',
      '  - &a { job_name: a, basic_auth: { username: "${env:PROMHA_TEST_TEXT}", password: x } }',
      '  - { job_name: b, <<: *a }',
    )
    for (const [options, value] of [
      [{}, 'yes'],
      [{ secrets: false }, 'placeholder-1'],
    ] as const) {
      const { 'prometheus.yml': config = '' } = await files(inline, {}, options)
      // Once under `a`, and once in what `b` merges.
      assert.equal(config.split(`username: "${value}"\n`).length, 3, config)
      assert.ok(!config.includes('${env'), config)
    }
    delete process.env.PROMHA_TEST_TEXT
  })

  it('may hold tags that promha does not know, which its own keys may not', async () => {
    const { 'prometheus.yml': config } = await files(
      prometheus('scrape_configs: [{ job_name: !!binary YWJj, scheme: !own http }]'),
    )
    assert.match(config ?? '', /job_name: !!binary YWJj\n {4}scheme: !own http\n/)
    const { problems } = await read(`${prometheus()}groups: { a: [!own mon-a] }\n`)
    assert.deepEqual(
      problems.map(({ summary }) => summary),
      ['promha does not know the tag !own'],
    )
  })

  it('has its names compared as upstream reads them', async () => {
    const { problems } = await read(
      prometheus('scrape_configs: [{ job_name: 1.10 }, { job_name: "1.10" }, { job_name: 1.1 }]'),
    )
    assert.deepEqual(
      problems.map(({ summary }) => summary),
      ['the job "1.10" is defined twice: first on line 10'],
    )
  })

  it('may be indented less than the standard wants within quotes and brackets', async () => {
    const jobs =
      '- job_name: a\n  params: {\na: [\n\t1.10,\n"x\ny"\n]\n}\n  metrics_path: "/a"# close to it\n'
    const { 'prometheus.yml': config } = await files(prometheus('scrape_configs: jobs.yml'), {
      'jobs.yml': jobs,
    })
    assert.match(config ?? '', /params:\n {6}a:\n {8}- 1\.10\n {8}- x y\n {4}metrics_path: \/a\n/)
  })

  it('is the first document of a file, and what follows is warned of', async () => {
    const { text, places } = unmark('---\n- job_name: a\n§---\nno: [ YAML\n')
    const { inventory, problems } = await read(prometheus('scrape_configs: jobs.yml'), { 'jobs.yml': text })
    assert.deepEqual(inventory?.cells[0]?.prometheus?.scrapeConfigs, [{ job_name: 'a' }])
    assert.deepEqual(
      problems.map(({ severity, summary }) => [severity, summary]),
      [['warning', 'only the first YAML document of this file is read']],
    )
    assert.deepEqual(
      problems.map(({ source }) => ({ line: source?.line, column: source?.column })),
      places,
    )
  })
})
