/** What upstream takes, and what a highly available pair still should not have. */
import assert from 'node:assert/strict'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { relabelled } from '../../../src/inventory/upstream/relabel.ts'
import { matchersOf, routesOf } from '../../../src/inventory/upstream/routes.ts'
import { goMatcher } from '../../../src/inventory/value/go-regexp.ts'
import { isOwnMachine } from '../../../src/topology/rules/localhost.ts'
import { alertmanager, head, prometheus, read, unmark } from '../../inventory/harness.ts'

const places = (problems: readonly Problem[]) =>
  problems.map(({ source }) => ({ line: source?.line ?? 0, column: source?.column ?? 0 }))

/** The inventory is valid, with that warning at each place that is marked. */
async function warns(
  marked: string,
  summary: RegExp,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { text, places: expected } = unmark(marked)
  const { problems, inventory } = await read(text, files)
  assert.ok(inventory, JSON.stringify(problems))
  assert.deepEqual(places(problems), expected, JSON.stringify(problems))
  for (const problem of problems) {
    assert.match(problem.summary, summary)
    assert.equal(problem.severity, 'warning')
    assert.ok(problem.remedy)
  }
}

function pair(config: string, ...lines: readonly string[]): string {
  return `${head}cells:
  eu:
    alertmanager:
      hosts: [mon-a, mon-b]
      config:
${config.replaceAll(/^/gm, '        ')}
    prometheus:
      replicas: { a: mon-a, b: mon-b }
${lines.map(line => `      ${line}\n`).join('')}`
}

describe('targets', () => {
  it('at the loopback address are warned of, wherever they are written', async () => {
    await warns(
      prometheus(
        'scrape_configs: [{ job_name: app, static_configs: [{ targets: [§"localhost:8080", "10.0.0.1:1"] }] }]',
        'targets: { shop: [{ targets: [§"127.0.0.1:80"] }], more: [{ targets: [§"[::1]:80"] }] }',
      ),
      /^the target "[^"]+" of job "\w+" is a different machine for each replica$/,
    )
  })

  it('of a cell with one replica only are left alone', async () => {
    const text = prometheus('targets: { shop: [{ targets: ["localhost:80"] }] }')
    const { problems } = await read(text.replace('a: mon-a, b: mon-b', 'a: mon-a'))
    assert.ok(!problems.some(({ summary }) => summary.includes('localhost')), JSON.stringify(problems))
  })

  it('are loopback by any of its names, and by no other', () => {
    for (const target of [
      'localhost',
      'LOCALHOST:1',
      'localhost.:1',
      '127.8.9.1:1',
      '[::1]:1',
      'http://localhost/x',
      'http://user@127.0.0.1:80/x',
      '::1',
      '0.0.0.0:80',
      '[::]:80',
      'http://[::ffff:127.0.0.1]/',
    ])
      assert.ok(isOwnMachine(target), target)
    for (const target of [
      'localhost1:1',
      'my-localhost:1',
      '10.127.0.1:1',
      '[2001:db8::1]:1',
      'http://x/localhost',
    ])
      assert.ok(!isOwnMachine(target), target)
  })
})

describe('external labels', () => {
  it('with variables that the unit does not set are warned of', async () => {
    await warns(
      prometheus('external_labels: { a: §"${REGION}", b: §"x-$ZONE", c: "$$5", d: "${HOME}", e: plain }'),
      /^the external label "[ab]" has \$\{?(REGION|ZONE)\}?, which is not set where Prometheus runs$/,
    )
  })
})

describe('values that can never work', () => {
  it('are schemes and URLs that are neither http nor https', async () => {
    await warns(
      prometheus(
        'scrape_configs: [{ job_name: x, scheme: §htps }, { job_name: y, scheme: HTTPS }]',
        'remote_write: [{ url: §"mimir:9009/x" }, { url: §ftp://u:S3CRET@x }, { url: "HTTP://x" }]',
        'remote_read: [{ url: §"x" }]',
      ),
      /^(the job "x" has the unknown scheme "htps"|"url": expected http:\/\/… or https:\/\/…, saw (no scheme|the scheme "ftp"))$/,
    )
  })

  it('are matchers with two equals signs', async () => {
    const config =
      "{ route: { receiver: x, routes: [{ receiver: x, matchers: [§'a==b', 'a=b', 'a=~\"=b\"'] }] }, receivers: [{ name: x }] }"
    await warns(
      alertmanager().replace(/config: .*/, `config: ${config}`),
      /^this matcher wants the value "=b" of the label "a"$/,
    )
  })
})

describe('files on the hosts', () => {
  it('that a job in a file names are looked for beside that file', async () => {
    const job = (path: string) =>
      `scrape_configs: [{ job_name: x, tls_config: { ca_file: ${path} }, file_sd_configs: [{ files: [sd/x.yml] }] }]\n`
    const text = prometheus('scrape_config_files: [jobs/a.yml]')
    const files = { 'jobs/sd/x.yml': '[]\n', 'jobs/ca.pem': 'x' }
    const of = async (path: string) => {
      const { problems } = await read(text, { ...files, 'jobs/a.yml': job(path) })
      return problems.map(({ severity, summary }) => `${severity} ${summary}`)
    }
    assert.deepEqual(await of('ca.pem'), [])
    assert.deepEqual(await of('/etc/prometheus/ca.pem'), [
      'warning "/etc/prometheus/ca.pem" is not among the files that promha ships for prometheus',
    ])
  })

  it('that a config names and promha does not ship are warned of', async () => {
    const text = prometheus(
      'files: { secrets/a.token: a.token }',
      'scrape_configs:',
      '  - job_name: x',
      '    authorization: { credentials_file: /etc/prometheus/secrets/a.token }',
      '    tls_config: { ca_file: §/etc/prometheus/ca.pem, cert_file: /etc/ssl/c.pem, key_file: §key.pem }',
      '    file_sd_configs: [{ files: [§/etc/prometheus/sd/x.json, /etc/prometheus/sd/*.yml] }]',
      'remote_write: [{ url: "http://x/", basic_auth: { username: u, password_file: ./secrets/a.token } }]',
    )
    await warns(text, /^"[^"]+" is not among the files that promha ships for prometheus$/, { 'a.token': 'x' })
  })
})

describe('files of Alertmanager and blackbox on the hosts', () => {
  it('that a config names and promha does not ship are warned of', async () => {
    const config = `route: { receiver: x }
receivers: [{ name: x }]
global: { slack_api_url_file: /etc/alertmanager/url, opsgenie_api_key_file: §other }`
    const text = pair(config).replace(
      '      hosts: [mon-a, mon-b]',
      '      hosts: [mon-a, mon-b]\n      files: { url: u }',
    )
    await warns(text, /^"other" is not among the files that promha ships for alertmanager$/, {
      u: 'x',
    })
    const module = '{ prober: http, http: { bearer_token_file: §/etc/blackbox_exporter/t, body_file: b } }'
    await warns(
      `${prometheus()}    blackbox: { hosts: [mon-a, mon-b], failover: { haproxy: {} }, modules: { m: ${module} } }\n`,
      /^"[^"]+" is not among the files that promha ships for blackbox$/,
    )
  })
})

describe('receivers', () => {
  it('that no route uses are warned of', async () => {
    const config = `route:
  receiver: a
  routes: [{ matchers: [x="y"], routes: [{ receiver: b }] }]
receivers: [{ name: a }, { name: b }, { name: §c }]`
    await warns(pair(config), /^no route uses the receiver "c"$/)
  })
})

describe('the Watchdog', () => {
  const toDefault = (rest: string) =>
    `route:\n  receiver: §team\n  routes: [${rest}]\nreceivers: [{ name: team, webhook_configs: [{ url: "http://x/" }] }, { name: none }]`
  const routed = (rest: string) => toDefault(rest).replace('§', '')
  const goes = /^the Watchdog of cell "eu" goes to the default receiver "team"$/

  it('is warned of if the default receiver gets it, whatever the form of the other matchers', async () => {
    for (const rest of [
      '{ receiver: none, matchers: [severity="critical"] }',
      '{ receiver: none, match: { severity: warning } }',
      '{ receiver: none, match_re: { severity: "crit.*" } }',
      '{ receiver: none, matchers: ["{promha!=watchdog}"] }',
    ])
      await warns(pair(toDefault(rest)), goes)
  })

  it('is not warned of if a route takes it, in the old and in the new form', async () => {
    for (const rest of [
      '{ receiver: none, matchers: [promha="watchdog"] }',
      '{ receiver: none, match: { alertname: Watchdog } }',
      '{ receiver: none, match_re: { alertname: "Watch.*|Other" } }',
      '{ receiver: none, matchers: [ "alertname =~ \\"Watch.*\\"" ], continue: true }',
      '{ receiver: none, routes: [{ receiver: team, match: { severity: none } }] }',
      '{ receiver: none, matchers: ["{cell=eu, severity=none}"] }',
    ])
      await warns(pair(routed(rest)), /./)
  })

  it('is not warned of if the default receiver has no integration', async () => {
    await warns(pair('route: { receiver: x }\nreceivers: [{ name: x }]'), /./)
  })

  it('is warned of at the rule that drops it or takes its label', async () => {
    const config = 'route: { receiver: x }\nreceivers: [{ name: x }]'
    for (const rule of [
      '§{ source_labels: [severity], regex: critical, action: keep }',
      '§{ source_labels: [alertname], regex: "(?i)watch.*", action: drop }',
      '§{ action: labeldrop, regex: promha }',
      '§{ target_label: promha, replacement: other }',
    ])
      await warns(
        pair(config, `alert_relabel_configs: [{ target_label: a, replacement: b }, ${rule}]`),
        /^alert_relabel_configs (drop the Watchdog|change the label "promha" of the Watchdog) of cell "eu"$/,
      )
  })

  it('is warned of at the rule that loses it, also behind a thousand others', async () => {
    const others = "{ target_label: a, regex: 'x|', replacement: b }, ".repeat(1_000)
    await warns(
      pair(
        routed('{ receiver: none }'),
        `alert_relabel_configs: [${others}§{ action: labeldrop, regex: promha }]`,
      ),
      /^alert_relabel_configs change the label "promha" of the Watchdog of cell "eu"$/,
    )
  })
})

/** Of the processor, since then. */
function milliseconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1_000
}

describe('relabelling', () => {
  it('gives what Prometheus makes of the labels', () => {
    const labels = { a: '1', b: 'x-y' }
    const gives = (rule: Record<string, string | number | string[]>) =>
      relabelled(labels, [rule], goMatcher())
    assert.deepEqual(
      gives({ source_labels: ['b'], regex: '(.*)-(.*)', target_label: 'c', replacement: '$2${1}' }),
      {
        labels: { ...labels, c: 'yx' },
      },
    )
    assert.deepEqual(gives({ action: 'labelmap', regex: '(a)', replacement: 'new_$1' }), {
      labels: { ...labels, new_a: '1' },
    })
    assert.deepEqual(gives({ action: 'labelkeep', regex: 'a' }), { labels: { a: '1' } })
    assert.deepEqual(gives({ action: 'uppercase', source_labels: ['b'], target_label: 'b' }), {
      labels: { a: '1', b: 'X-Y' },
    })
    assert.deepEqual(gives({ action: 'dropequal', source_labels: ['a'], target_label: 'b' }), { labels })
    // Prometheus' own hash: the last eight bytes of an MD5 sum.
    assert.deepEqual(gives({ action: 'hashmod', source_labels: ['a'], target_label: 'h', modulus: 1000 }), {
      labels: { ...labels, h: '291' },
    })
    assert.deepEqual(gives({ source_labels: ['constructor'], regex: '.+', action: 'keep' }), {
      dropped: true,
      by: 0,
    })
    assert.equal(gives({ action: 'nonsense', regex: 'x' }), 'unknown')
  })

  it('ends soon if an expression would take for ever', () => {
    const begun = process.cpuUsage()
    const match = goMatcher()
    for (let count = 0; count < 60; count += 1) match(`(a+)+${'b'.repeat(count + 1)}`, 'a'.repeat(40))
    assert.ok(milliseconds(begun) < 4_000)
    assert.equal(match('a|b', 'a'), undefined)
    // Another inventory has its own time.
    assert.deepEqual(goMatcher()('a|b', 'a'), ['a'])
  })

  it('ends soon if many expressions take almost too long', () => {
    const slow = Array.from({ length: 20 }, (_, index) => 15 + index)
    const begun = process.cpuUsage()
    const match = goMatcher()
    for (let count = 0; count < 200; count += 1)
      for (const length of slow) match(`(a+)+${'b'.repeat(count + 1)}`, 'a'.repeat(length))
    assert.ok(milliseconds(begun) < 4_000)
  })
})

describe('routes', () => {
  it('are taken as Alertmanager takes them', () => {
    const root = {
      receiver: 'root',
      routes: [
        { receiver: 'a', match: { x: '1' }, continue: true },
        { receiver: 'b', matchers: ['x=~"1|2"'] },
        { receiver: 'c' },
      ],
    }
    const names = (labels: Record<string, string>) =>
      routesOf(root, labels, goMatcher())?.map(({ receiver }) => receiver)
    assert.deepEqual(names({ x: '1' }), ['a', 'b'])
    assert.deepEqual(names({ x: '3' }), ['c'])
  })

  it('are read with matchers of both forms', () => {
    assert.deepEqual(matchersOf('{a=b, "c d"!~"e,\\"f",g=""}'), [
      { name: 'a', operator: '=', value: 'b' },
      { name: 'c d', operator: '!~', value: 'e,"f' },
      { name: 'g', operator: '=', value: '' },
    ])
    assert.equal(matchersOf('nonsense'), undefined)
  })
})
