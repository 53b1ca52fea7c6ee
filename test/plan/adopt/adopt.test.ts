/** What is lost where promha takes over is refused, or told first. */
import assert from 'node:assert/strict'
import type { Loss } from '../../../src/inventory/host/adopt.ts'
import { dataRequest, lossProblems, type TakeOver } from '../../../src/plan/adopt/adopt.ts'
import { configWarnings, flagWarnings, leftData } from '../../../src/plan/adopt/adopt-warnings.ts'
import { flagsOf } from '../../../src/plan/adopt/command-flags.ts'
import type { Predecessor } from '../../../src/plan/adopt/found.ts'
import { readFoundConfig, together } from '../../../src/plan/adopt/found-config.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { blank, carriedOut, hash, prometheus } from '../host.ts'

const unit = (name: string, ...args: readonly string[]) =>
  ({
    kind: 'unit',
    name: `${name}.service`,
    content: `[Service]\nExecStart=/usr/local/bin/${name} ${args.join(' ')}\n`,
  }) as const

function instanceOf(
  component: 'prometheus' | 'alertmanager' | 'node_exporter' | 'pushgateway',
  ...args: readonly string[]
): Instance {
  return { ...prometheus, component, resources: [unit(component, ...args)] }
}
const wanted = instanceOf(
  'prometheus',
  '--storage.tsdb.path=/var/lib/prometheus',
  '--storage.tsdb.retention.time=10d',
)

function foundOf(
  component: Predecessor['component'],
  args: readonly string[],
  more: Partial<Predecessor> = {},
): Predecessor {
  const flags = flagsOf([component, ...args])
  return {
    component,
    flags,
    directory: '/srv',
    unit: `${component}.service`,
    pid: 7,
    enabled: true,
    contained: false,
    ...more,
  }
}

const at = (real: string, data = true) => [real, { real, data }] as const

function lost(
  instance: Instance,
  args: readonly string[],
  more: Partial<TakeOver> & { readonly found?: Predecessor } = {},
) {
  const found = more.found ?? foundOf(instance.component as Predecessor['component'], args)
  const directories = new Map([
    at('/var/lib/prometheus'),
    at('/var/lib/prometheus/metrics2'),
    at('/srv/data'),
  ])
  return lossProblems(
    [{ instance, directories, wantedConfigs: [], accepts: new Set(), ...more, found }],
    () => false,
  )
}
const summaries = (...given: Parameters<typeof lost>) => lost(...given).map(({ summary }) => summary)
const keeps = ['--storage.tsdb.retention.time=10d', '--storage.tsdb.path=/var/lib/prometheus']

describe('what would be lost where promha takes over', () => {
  it('is nothing if the data path, the retention and the web config stay', () => {
    assert.deepEqual(lost(wanted, keeps), [])
    assert.deepEqual(lost(wanted, [...keeps, '--web.config.file=']), [])
    const linked = new Map([at('/data'), ['/var/lib/prometheus', { real: '/data', data: true }] as const])
    assert.deepEqual(
      lost(wanted, ['--storage.tsdb.path=/data', '--storage.tsdb.retention.time=10d'], {
        directories: linked,
      }),
      [],
    )
  })

  it('is a web config, by whatever of its names', () => {
    const [problem, ...rest] = lost(wanted, [...keeps, '--web.config.file=web.yml'])
    assert.deepEqual(rest, [])
    assert.deepEqual(
      [problem?.severity, problem?.host, problem?.resource],
      ['error', 'mon-a', 'service:prometheus.service'],
    )
    assert.match(
      problem?.summary ?? '',
      /^prometheus reads \/srv\/web\.yml for TLS and passwords, and promha would serve port 9090/,
    )
    assert.match(problem?.remedy ?? '', /`adopt: \{ accept: \[web_config\] \}` to host mon-a or to cell eu/)
    for (const component of ['alertmanager', 'node_exporter', 'pushgateway'] as const) {
      const told = summaries(instanceOf(component, '--storage.path=/a'), [
        '--web.config=/w.yml',
        '--storage.path=/a',
      ])
      assert.match(told.join(), new RegExp(`^${component} reads /w.yml [^,]*, and [^,]*$`))
    }
  })

  it('is the data of another directory, also that of the default', () => {
    const [problem] = lost(wanted, ['--storage.tsdb.path=/var/lib/prometheus/metrics2/', keeps[0] ?? ''])
    assert.match(
      problem?.summary ?? '',
      /keeps its data in \/var\/lib\/prometheus\/metrics2, and promha would use \/var\/lib\/prometheus: its history/,
    )
    assert.match(
      problem?.remedy ?? '',
      /^Set `data_dir: \/var\/lib\/prometheus\/metrics2` under `prometheus:`/,
    )
    assert.match(problem?.detail ?? '', /command line of prometheus\.service \(pid 7\)/)
    assert.match(summaries(wanted, [keeps[0] ?? ''])[0] ?? '', /data in \/srv\/data/)
    const am = lost(instanceOf('alertmanager', '--storage.path=/var/lib/alertmanager'), [
      '--storage.path=/var/lib/prometheus/alertmanager',
    ])
    assert.match(
      am[0]?.remedy ?? '',
      /^To keep it, stop alertmanager on mon-a and move what is in \/var\/lib\/prometheus\/alertmanager to/,
    )
    const pushes = instanceOf('pushgateway', '--persistence.file=/var/lib/pushgateway/metrics')
    assert.equal(lost(pushes, ['--persistence.file=/tmp/pushed']).length, 1)
    assert.deepEqual(lost(pushes, []), [])
  })

  it('has no data if the program never ran, or is an agent', () => {
    const found = foundOf('prometheus', ['--storage.tsdb.path=/empty', keeps[0] ?? ''], {
      pid: undefined,
    } as never)
    const { pid: _, ...stopped } = found
    assert.deepEqual(lost(wanted, [], { found: stopped, directories: new Map([at('/empty', false)]) }), [])
    assert.equal(lost(wanted, [], { found: stopped, directories: new Map([at('/empty')]) }).length, 1)
    assert.deepEqual(summaries(wanted, ['--agent', keeps[0] ?? '']), [])
  })

  it("is what lies in a container, whose paths are not the host's", () => {
    const found = foundOf('prometheus', keeps, { contained: true })
    assert.match(summaries(wanted, [], { found })[0] ?? '', /in \/var\/lib\/prometheus of its container/)
  })

  it('is data that a shorter retention deletes, by flags or by the config', () => {
    const path = keeps[1] ?? ''
    assert.match(
      summaries(wanted, [path])[0] ?? '',
      /^prometheus keeps 15d of data, and the inventory keeps 10d: older data/,
    )
    const config = readFoundConfig('storage: { tsdb: { retention: { time: 90d } } }')
    const [problem] = lost(wanted, keeps, { config } as never)
    assert.match(problem?.remedy ?? '', /^Set `retention: \{ time: 90d \}` under `prometheus:` to keep it\./)
    const sized = instanceOf('prometheus', path, '--storage.tsdb.retention.size=20GB')
    assert.match(
      summaries(sized, [path, '--storage.tsdb.retention.time=1y'])[0] ?? '',
      /keeps data without a limit of size/,
    )
    const wantedConfig = readFoundConfig('storage: { tsdb: { retention: { time: 1d } } }')
    assert.equal(lost(wanted, keeps, { wantedConfigs: [wantedConfig] } as never).length, 1)
    const [am] = lost(instanceOf('alertmanager', '--storage.path=/a'), [
      '--storage.path=/a',
      '--data.retention=240h',
    ])
    assert.match(am?.remedy ?? '', /^Set `flags: \{ data\.retention: 240h \}` under `alertmanager:`/)
  })

  it('is kept by what suits every host of the cell, where they differ', () => {
    const on = (
      host: string,
      args: readonly string[],
      instance = wanted,
      more: Partial<Predecessor> = {},
    ) => ({
      instance: { ...instance, host },
      found: foundOf(instance.component as Predecessor['component'], args, more),
      directories: new Map([at('/a'), at('/b'), at('/empty', false), at('/var/lib/prometheus')]),
      ...{ wantedConfigs: [], accepts: new Set<Loss>() },
    })
    const keep = (takeOvers: readonly TakeOver[], established = false) =>
      lossProblems(takeOvers, () => established).map(
        ({ host, remedy }) => `${host}: ${remedy?.replace(/ To accept the loss.*/, '')}`,
      )
    const kept = (time: string, host: string) =>
      on(host, [`--storage.tsdb.retention.time=${time}`, keeps[1] ?? ''])
    const set = 'Set `retention: { time: 30d }` under `prometheus:` to keep it'
    assert.deepEqual(keep([kept('30d', 'mon-a'), kept('30d', 'mon-b')]), [`mon-a: ${set}.`, `mon-b: ${set}.`])
    const both = `${set} on all hosts: mon-a has 30d, mon-b has 15d.`
    assert.deepEqual(keep([kept('30d', 'mon-a'), kept('15d', 'mon-b')]), [`mon-a: ${both}`, `mon-b: ${both}`])
    // Only one of them loses something.
    assert.deepEqual(keep([kept('30d', 'mon-a'), kept('1d', 'mon-b')]), [
      `mon-a: ${set} on all hosts: mon-a has 30d, mon-b has 1d.`,
    ])
    const other = { ...kept('90d', 'mon-c'), instance: { ...wanted, host: 'mon-c', cell: 'us' } }
    assert.equal(keep([kept('30d', 'mon-a'), other])[0], `mon-a: ${set}.`)
    const sized = instanceOf('prometheus', keeps[1] ?? '', '--storage.tsdb.retention.size=1GB')
    const unlimited = on('mon-a', [keeps[1] ?? '', '--storage.tsdb.retention.time=1y'], sized)
    const limited = on('mon-b', [keeps[1] ?? '', '--storage.tsdb.retention.size=9GB'], sized)
    assert.deepEqual(
      new Set(keep([unlimited, limited])),
      new Set(
        ['mon-a', 'mon-b'].map(
          host =>
            `${host}: Take the limit of size out of the inventory to keep it on all hosts: mon-a has no limit, mon-b has 9GB.`,
        ),
      ),
    )
    const data = (path: string, host: string, more: Partial<Predecessor> = {}) =>
      on(host, [`--storage.tsdb.path=${path}`, keeps[0] ?? ''], wanted, more)
    const move = (host: string, path: string) =>
      `${host}: \`data_dir\` is the same for all hosts of cell eu, and not all of them have their data in ${path}. To keep it, stop prometheus on ${host} and move what is in ${path} to /var/lib/prometheus.`
    assert.deepEqual(keep([data('/a', 'mon-a'), data('/b', 'mon-b')]), [
      move('mon-a', '/a'),
      move('mon-b', '/b'),
    ])
    assert.deepEqual(keep([data('/a', 'mon-a'), data('/var/lib/prometheus', 'mon-b')]), [move('mon-a', '/a')])
    assert.deepEqual(keep([data('/a', 'mon-a')], true), [move('mon-a', '/a')])
    const stopped = data('/empty', 'mon-b')
    const { pid: _, ...never } = stopped.found
    const alike = 'Set `data_dir: /a` under `prometheus:` to keep it.'
    assert.deepEqual(keep([data('/a', 'mon-a'), { ...stopped, found: never }]), [`mon-a: ${alike}`])
    assert.deepEqual(keep([data('/a', 'mon-a'), data('/a', 'mon-b')]), [`mon-a: ${alike}`, `mon-b: ${alike}`])
  })

  it('is a warning once it is accepted, each by its own word', () => {
    const args = ['--web.config.file=/w.yml', '--storage.tsdb.path=/srv/data']
    const severities = (...accepts: readonly Loss[]) =>
      lost(wanted, args, { accepts: new Set(accepts) }).map(({ severity }) => severity)
    assert.deepEqual(severities(), ['error', 'error', 'error'])
    assert.deepEqual(severities('web_config', 'retention'), ['warning', 'error', 'warning'])
    // Nothing is deleted in a directory that is left behind.
    assert.deepEqual(severities('data_path'), ['error', 'warning'])
  })

  it('asks for the directories of what keeps data', () => {
    const paths = (instance: Instance, found: Predecessor) =>
      dataRequest(instance, found).map(({ path }) => path)
    assert.deepEqual(paths(wanted, foundOf('prometheus', [])), ['/srv/data', '/var/lib/prometheus'])
    assert.deepEqual(paths(instanceOf('node_exporter'), foundOf('node_exporter', [])), [])
  })
})

describe('what changes where promha takes over', () => {
  const told = (instance: Instance, args: readonly string[]) =>
    flagWarnings(instance, foundOf(instance.component as Predecessor['component'], args)).map(
      ({ summary }) => summary,
    )

  it('is told of addresses, URLs and flags', () => {
    const quiet = instanceOf(
      'prometheus',
      '--web.listen-address=0.0.0.0:9090',
      '--web.external-url=http://p/x',
    )
    assert.deepEqual(
      told(quiet, [
        '--web.listen-address=[::]:9090',
        '--web.external-url=http://p/x/',
        '--web.console.libraries=/c',
        '--log.level=debug',
      ]),
      [],
    )
    assert.deepEqual(
      told(quiet, [
        '--web.listen-address=127.0.0.1:9090',
        '--web.listen-address=[::1]:9090',
        '--web.external-url=http://p/x',
      ]),
      ['prometheus listens on 127.0.0.1:9090, [::1]:9090 and will listen on 0.0.0.0:9090'],
    )
    const several = instanceOf(
      'node_exporter',
      '--web.listen-address=198.18.0.11:9100',
      '--web.listen-address=127.0.0.1:9100',
    )
    assert.deepEqual(
      told(several, ['--web.listen-address=127.0.0.1:9100', '--web.listen-address', '198.18.0.11:9100']),
      [],
    )
    assert.deepEqual(told(several, ['--web.listen-address=198.18.0.11:9100']), [
      'node_exporter listens on 198.18.0.11:9100 and will listen on 127.0.0.1:9100, 198.18.0.11:9100',
    ])
    assert.deepEqual(
      told(wanted, [
        '--web.external-url=https://u:secret@prom.example/p',
        '--query.timeout',
        '1m',
        '--web.enable-admin-api',
      ]),
      [
        'prometheus has the external URL https://prom.example/p and will have none: links in notifications change',
        'prometheus answers below /p and will answer below /',
        'prometheus has flags that the inventory lacks: query.timeout, web.enable-admin-api',
      ],
    )
  })

  it('is told of a stopped unit of another name that would start at boot and take the port', () => {
    const node = instanceOf('node_exporter')
    const { pid: _, ...stopped } = foundOf('node_exporter', [], { unit: 'prometheus-node-exporter.service' })
    const at = (found: Predecessor) =>
      flagWarnings({ ...node, service: { ...node.service, unit: 'node_exporter.service' } }, found)
    assert.deepEqual(
      at(stopped).map(({ summary, remedy }) => [summary, remedy]),
      [
        [
          'node_exporter will share its port with prometheus-node-exporter.service, which starts at boot',
          'Run `systemctl disable prometheus-node-exporter.service` on mon-a.',
        ],
      ],
    )
    assert.deepEqual(at({ ...stopped, enabled: false }), [])
  })

  it('is told of the cluster of Alertmanager and of text files of node_exporter', () => {
    const am = instanceOf(
      'alertmanager',
      '--cluster.listen-address=0.0.0.0:9094',
      '--cluster.peer=10.0.0.2:9094',
    )
    assert.deepEqual(told(am, ['--cluster.listen-address=', '--cluster.peer=10.0.0.9:9094']), [])
    assert.deepEqual(
      told(am, [
        '--cluster.listen-address=:6783',
        '--cluster.peer=10.0.0.2:9094',
        '--cluster.peer=10.0.0.9:9094',
      ]),
      [
        'alertmanager changes its cluster: its cluster listens on 0.0.0.0:6783 and will listen on 0.0.0.0:9094; it will not join 10.0.0.9:9094 any more',
      ],
    )
    const node = instanceOf('node_exporter', '--collector.textfile.directory=/var/lib/node_exporter')
    assert.deepEqual(told(node, ['--collector.textfile.directory=/var/lib/prometheus/node-exporter']), [
      'node_exporter reads metrics from files in /var/lib/prometheus/node-exporter and will read them from /var/lib/node_exporter',
    ])
  })

  it('is told of jobs, rules and more that the inventory lacks, cut where there are many', () => {
    const names = (text: string) => readFoundConfig(text)?.names ?? assert.fail()
    const before = together([
      names('scrape_configs: [{ job_name: node }, { job_name: shop }]\nremote_write: [{ url: x }]'),
      names('groups: [{ name: g, rules: [{ alert: Down }, { record: "a:b" }, { alert: Kept }] }]'),
    ])
    const after = together([
      names('scrape_configs: [{ job_name: node }]'),
      names('groups: [{ rules: [{ alert: Kept }] }]'),
    ])
    const config = {
      path: '/etc/prometheus/prometheus.yml',
      names: before,
      unread: ['/etc/old.rules'],
      cut: false,
    }
    const of = (found: typeof config) =>
      configWarnings(prometheus, found, after).map(({ summary }) => summary)
    const lacks = 'that /etc/prometheus/prometheus.yml has'
    assert.deepEqual(of(config), [
      `the inventory lacks scrape jobs ${lacks}: shop`,
      `the inventory lacks alerts ${lacks}: Down`,
      `the inventory lacks recording rules ${lacks}: a:b`,
      `the inventory lacks parts of prometheus.yml ${lacks}: remote_write`,
      'not all of what prometheus reads could be compared: /etc/old.rules',
    ])
    const many = Array.from({ length: 500 }, (_, index) => `{ job_name: j${'x'.repeat(99)}${index} }`)
    const [long] = of({ ...config, names: names(`scrape_configs: [${many.join(', ')}]`), unread: [] })
    assert.ok((long?.length ?? 0) < 2_000 && / and 480 more$/.test(long ?? ''), long)
  })

  it('is told of modules and receivers, wherever their config is', () => {
    const names = (text: string) => readFoundConfig(text)?.names ?? assert.fail()
    const before = together([
      names('modules: { http_2xx: {}, ping: {} }'),
      names('receivers: [{ name: pager }]'),
    ])
    const path = '/etc/blackbox_exporter/blackbox_exporter.yml'
    const after = names('modules: { ping: {} }')
    assert.deepEqual(
      configWarnings(prometheus, { path, names: before, unread: [], cut: true }, after).map(
        ({ summary }) => summary,
      ),
      [
        `the inventory lacks receivers that ${path} has: pager`,
        `the inventory lacks modules that ${path} has: http_2xx`,
        'not all of what prometheus reads could be compared: more files than promha reads',
      ],
    )
  })

  it('does not read a config that is not YAML or not a map', () => {
    for (const text of ['- a', 'just text', 'ALERT Down\n  IF up == 0', 'a: [', `${'['.repeat(2_000)}`])
      assert.equal(readFoundConfig(text), undefined, text.slice(0, 20))
    for (const text of ['', 'scrape_configs: no', 'groups: [5, { rules: 7 }]', 'storage: { tsdb: 1 }'])
      assert.equal(readFoundConfig(text)?.ruleFiles.length, 0, text)
  })

  it('is told of data that a new data_dir leaves behind, until that is applied', () => {
    const before = carriedOut(planInstance(prometheus, blank, hash), blank)
    const moved: Instance = {
      ...prometheus,
      resources: prometheus.resources.map(resource =>
        resource.kind === 'directory' && resource.data ? { ...resource, path: '/srv/prometheus' } : resource,
      ),
    }
    assert.deepEqual(leftData(prometheus, before), [])
    const [problem] = leftData(moved, before)
    assert.match(
      problem?.summary ?? '',
      /will use \/srv\/prometheus, and its data stays behind in \/var\/lib\/prometheus/,
    )
    assert.deepEqual(leftData(moved, carriedOut(planInstance(moved, before, hash), before)), [])
    assert.deepEqual(leftData(prometheus, blank), [])
  })
})
