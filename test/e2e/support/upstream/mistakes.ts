/** Mistakes that upstream's tools find, each with a `§` where it is to be told. */

export type Part =
  | 'scrape_configs'
  | 'global'
  | 'remote_write'
  | 'alert_relabel_configs'
  | 'alertmanagers'
  | 'rules'
  | 'alertmanager'
  | 'template'
  | 'modules'

const job = (...lines: readonly string[]) => ['- job_name: x', ...lines.map(line => `  ${line}`)].join('\n')
const relabel = (...lines: readonly string[]) => job('relabel_configs:', ...lines.map(line => `  ${line}`))
const rule = (...lines: readonly string[]) =>
  ['groups:', '  - name: g', '    rules:', ...lines.map(line => `      ${line}`)].join('\n')
const receiver = (...lines: readonly string[]) =>
  ['route: { receiver: y }', 'receivers:', '  - name: y', ...lines.map(line => `    ${line}`)].join('\n')
const routed = (...lines: readonly string[]) =>
  ['route:', '  receiver: y', ...lines.map(line => `  ${line}`), 'receivers: [{ name: y }]'].join('\n')
const http = (...lines: readonly string[]) =>
  ['m:', '  prober: http', '  http:', ...lines.map(line => `    ${line}`)].join('\n')

export const mistakes: Readonly<Record<Part, readonly string[]>> = {
  scrape_configs: [
    job('§metric_path: /x'),
    job('§scrape_interval: 5'),
    job('honor_labels: true', '§honor_timestamps: maybe'),
    job('§sample_limit: many'),
    job('§body_size_limit: 100'),
    job('§scheme: [http]'),
    job('params:', '  §module: x'),
    job('tls_config: { §insecure: true }'),
    job("§proxy_url: 'http://[::1'"),
    job('metrics_path: /a', '§metrics_pat: /b'),
    job('static_configs:', "  - targets: ['a:1']", '    §lables: { a: b }'),
    job('static_configs:', '  - targets:', '      - a:1', '      - §http://bad'),
    job('static_configs:', "  - targets: ['a:1']", '    labels: { a: b, §"": c }'),
    relabel('- source_labels: [a]', "  §regex: '('", '  target_label: b'),
    relabel('- source_labels: [a]', '  target_label: b', '- source_labels: [a]', '  §action: nope'),
    relabel('- { source_labels: [a], target_label: b, §modulus: x, action: hashmod }'),
    relabel('- §source_labels: [a]', '  regex: b'),
    relabel('- action: labeldrop', '  regex: x', '  §source_labels: [a]'),
    relabel('- { action: lowercase, source_labels: [a], target_label: b, §replacement: c }'),
    relabel('- source_labels: [a]', '  target_label: b', '  §seperator: ;'),
    job('metric_relabel_configs:', '  - source_labels: [a]', "    §regex: '*'", '    action: drop'),
    '- job_name: a\n- job_name: b\n  scrape_interval: 10s\n  §scrape_timeout: 20s',
    job('basic_auth: { username: a, password: b }', '§bearer_token: c'),
    job('authorization: { type: Bearer, §credential: x }'),
    job('kubernetes_sd_configs:', '  - §role: vacation'),
    job('dns_sd_configs:', '  - names: [a]', '    §type: X', '    port: 1'),
    job('dns_sd_configs:', '  - names: [a]', '    §type: A'),
    job('file_sd_configs:', '  - files: [§a.txt]'),
    job('http_sd_configs:', '  - §url: ftp://x'),
    job('ec2_sd_configs:', '  - region: eu-west-1', '    §refresh_intervall: 1m'),
    `${Array.from({ length: 30 }, (_, n) => `- job_name: j${n}\n`).join('')}- job_name: k\n  §scrape_timeout: 5x\n- job_name: l`,
    '- job_name: a\n  relabel_configs: &r\n    - { target_label: b, §action: nope }\n- job_name: b\n  relabel_configs: *r',
    "- { job_name: x, static_configs: [{ targets: ['a:1'] }], §scrape_timeot: 1s }",
  ],
  global: [
    '{ scrape_interval: 15s, §scrape_intervall: 5s }',
    '{ §keep_dropped_targets: x }',
    '{ §metric_name_validation_scheme: legacy, metric_name_escaping_scheme: allow-utf-8 }',
    '{ §scrape_protocols: { a: b } }',
  ],
  remote_write: [
    '- url: http://a/w\n  §remote_timeot: 5s',
    "- url: http://a/w\n- §url: 'http://user:S3CRET@h:port/w'",
    '- §name: x',
    '- url: http://a/w\n  queue_config: { §capacity: x }',
    '- url: http://a/w\n  §remote_timeout: 5',
    "- url: http://a/w\n  write_relabel_configs:\n    - { source_labels: [a], §regex: '*', action: drop }",
    '- url: http://a/w\n  name: q\n- url: http://b/w\n  §name: q',
    '- url: http://a/w\n  headers: { §Content-Encoding: x }',
    '- url: http://a/w\n  basic_auth: { username: a, §passwort: b }',
  ],
  alert_relabel_configs: [
    '- { source_labels: [a], regex: b, §action: drp }',
    "- { §regex: '(', action: labeldrop }",
  ],
  alertmanagers: [
    "- static_configs: [{ targets: ['a:1'] }]\n  §schema: http",
    "- static_configs: [{ targets: ['a:1'] }]\n  §timeout: 5",
  ],
  rules: [
    rule('- alert: A', '  §exprr: up == 0'),
    `${rule('- alert: A', '  §exprr: up == 0')}\n---\ngroups: []\n`,
    rule('- alert: A', '  §exprr: up == 0', '  annotations:', '    a: "b', 'c"'),
    rule('- alert: A', '  §exprr: up == 0', '  labels: { a: b }\u0085        annotations: { c: d }'),
    rule('- alert: A', '  expr: sum§(up'),
    rule('- alert: A', '  expr: |', '    sum(up)', '      by §(x', '- alert: B', '  expr: up'),
    rule('- alert: A', '  expr: |', '    sum(', '      §rte(up[5m])', '    )'),
    rule('- alert: A', '  expr: "up §= 1"'),
    rule('- alert: A', '  expr: up', '  labels:', '    ok: x', '    §__name__: y'),
    rule('- alert: A', '  expr: up', '  annotations:', '    §summary: "{{ nope }}"'),
    rule('- alert: A', '  expr: up', '  §for: 5', '- alert: B', '  expr: up'),
    rule('- §alert: A', '  for: 5m'),
    'groups:\n  - name: a\n    rules: []\n  - §name: a\n    rules: []',
    rule('- record: a:b', '  expr: up', '  §for: 5m'),
    rule('- alert: A', '  §expr: [up]'),
    'groups:\n  - name: g\n    §interval: 5\n    rules: []',
  ],
  alertmanager: [
    routed('§group_byy: [a]'),
    'route:\n  routes:\n    - receiver: y\n    - §receiver: z\n  receiver: y\nreceivers: [{ name: y }]',
    'route: { §receiver: x }\nreceivers: [{ name: y }]',
    receiver('email_configs:', '  - to: a@b.c', '  - §headers: { a: b }').replace(
      /^/,
      'global: { smtp_smarthost: "h:25", smtp_from: a@b.c }\n',
    ),
    receiver('webhook_configs:', '  - §url: ftp://x'),
    receiver('webhook_configs:', '  - §send_resolved: true'),
    'route: { receiver: y }\nreceivers:\n  - name: y\n  - §name: y',
    routed('routes:', "  - matchers: ['a=b']", "  - matchers: ['a=b', §'a=~\"(\"']"),
    routed('routes:', '  - match_re:', "      §a: '('"),
    routed('routes:', '  - receiver: y', '    §continu: true'),
    routed("group_by: ['a', b, §'a']"),
    routed('§group_interval: 0s'),
    routed('§group_wait: 5'),
    `${routed()}\ninhibit_rules:\n  - source_matchers: ['a=b']\n    target_matchers: [§'=c']`,
    `${routed()}\ninhibit_rules:\n  - §source_matcher: ['a=b']`,
    `${routed()}\ntime_intervals:\n  - name: t\n    time_intervals:\n      - times: [{ start_time: '08:00', end_time: '10:00' }]\n      - times: [{ §start_time: '25:00', end_time: '26:00' }]`,
    `${routed()}\ntime_intervals:\n  - name: t\n    time_intervals:\n      - weekdays: [monday, §mon]`,
    routed('routes:', '  - mute_time_intervals: [§nights]'),
    `global:\n  §smtp_smarthost: nowhere\n${routed()}`,
    `global:\n  §resolve_timeout: 5\n${routed()}`,
    `global:\n  §smtp_form: a@b.c\n${routed()}`,
    receiver('slack_configs:', "  - §channel: '#a'"),
    receiver('pagerduty_configs:', '  - §description: x'),
    receiver('opsgenie_configs:', '  - api_key: k', '    responders: [{ §type: nobody, name: a }]'),
    receiver('telegram_configs:', '  - bot_token: t', '    §chat_id: me'),
    receiver('pushover_configs:', '  - §user_key: u'),
    receiver('§emial_configs: []'),
  ],
  template: [
    '{{ define "x" }}\n§{{ nope }}\n{{ end }}',
    '§{{ define "x" }}\n{{ if }}\n{{ end }}'.replace('§', '').replace('{{ if', '§{{ if'),
  ],
  modules: [
    http('§valid_status_code: [200]'),
    http('method: GET', 'valid_status_codes: [§ok]'),
    http('fail_if_body_matches_regexp:', '  - fine', "  - §'('"),
    http('fail_if_header_matches:', '  - §header: A'),
    http('§body: x', 'body_file: y'),
    http('tls_config: { §insecure: true }'),
    'm: { prober: http, §timeout: 5 }',
    'a: { prober: tcp }\nm:\n  prober: dns\n  §dns: { query_type: A }',
    'm:\n  prober: dns\n  dns: { query_name: a, §query_type: X }',
    'm:\n  prober: icmp\n  icmp: { §ttl: 300 }',
    "m:\n  prober: tcp\n  tcp:\n    query_response:\n      - expect: ok\n      - §expect: ':['",
    `${Array.from({ length: 20 }, (_, n) => `m${n}: { prober: icmp }\n`).join('')}m:\n  prober: icmp\n  icmp: { §ttl: -1 }`,
  ],
}
