/** Configs in forms that are rare and that upstream takes. */

const job = (body: string) =>
  `scrape_configs:\n- job_name: a\n  static_configs:\n  - targets: [a:80]\n${body}`

export const prometheusTexts: Readonly<Record<string, string>> = {
  'a directive of YAML 1.1': `%YAML 1.1\n---\n${job('  honor_labels: on\n  params: { a: [yes, 0o7, 1:20] }\n')}`,
  'a directive of tags': `%TAG !e! tag:yaml.org,2002:\n---\n${job('  params: { a: [!e!str 1, !e!binary aGk=] }\n')}`,
  'marks of a document': `---\n${job('  honor_labels: off\n')}...\n`,
  'line ends of Windows': job('  params:\n    a: [yes,\n      007]\n    b:\n    - 1.10\n').replaceAll(
    '\n',
    '\r\n',
  ),
  'a byte order mark': `\ufeff${job('  honor_labels: No\n')}`,
  'explicit keys': job('  params:\n    ? 1.10\n    : - 2.0\n    ? "b"\n    : [c]\n'),
  'a list below its key without an indent': job(
    '  relabel_configs:\n  - source_labels:\n    - on\n    target_label: off\n',
  ),
  'braces over several lines': job(
    '  params: {\n    a: [\n      007, # one\n      "008"\n      ,\n    ], b: [ yes ]\n  }\n',
  ),
  'brackets and quotes that are closed further left': job(
    '  params: {\na: [\n07, "x\ny",\n 1.10\n], b: [\'x\n\n y\']\n}\n  metrics_path: "/a\n\\\n/b"\n',
  ),
  'tabs among brackets': job('  params: {\n\ta: [\n\t\t07,\t"x"\n\t]\n  }\n'),
  'comments close to what they follow': job('  params: { a: ["x"] }#c\n  metrics_path: "/a"#c\n'),
  'pairs that are quoted and close together': job('  params: {"a":["1"],"yes":[no]}\n'),
  'empty values': job(
    '  params:\n  metrics_path:\n  relabel_configs:\n  basic_auth: ~\n  honor_labels: null\n',
  ),
  'an anchor on a key, and aliases as keys':
    job('  params:\n    &k yes: [a]\n    b: [*k]\n').replace('job_name: a', 'job_name: &n a') +
    '- job_name: b\n  static_configs:\n  - targets: [*n]\n    labels: { *n : yes, *k : *n }\n',
  'an anchor that is given twice': job('  params:\n    a: [&x 1.0, *x, &x 2.0, *x]\n'),
  'a quoted merge key': job('  params: { "<<": [a] }\n'),
  'a merge below the key that it has too': `${job('')}- job_name: b\n  static_configs:\n  - &g { targets: [b:80], labels: { a: yes } }\n  - { labels: { b: no }, <<: *g }\n  - { <<: *g, labels: { b: no } }\n  - { <<: [{ labels: { c: 1.0 } }, *g], targets: [c:80] }\n`,
  'two merges in one map': `${job('')}- job_name: b\n  static_configs:\n  - &g { targets: [b:80] }\n  - &h { targets: [c:80], labels: { a: on } }\n  - { <<: *g, <<: *h }\n`,
  'a merge in a merge': `${job('  params: &a { x: [1.0] }\n')}- job_name: b\n  params: &b { <<: *a, y: [02] }\n  static_configs: []\n- job_name: c\n  params: { <<: *b, z: [off] }\n`,
  'escapes and folded lines in quotes': job(
    `  params:\n    a: ["\\x41\\u00e9\\U0001F600\\e\\0\\N\\_\\L\\P", "a\n      b\\\n      c\n\n      d", 'it''s\n\n      b']\n`,
  ),
  'block texts with signs': job(
    '  params:\n    a:\n    - |2\n        x\n      y\n    - >1-\n     x\n\n      y\n     z\n    - |+\n      x\n\n    - >+\n      x\n\n\n    - b\n',
  ),
  'blank lines and comments among all': `# yes: no\n\n${job('  # off\n  params: # on\n    # y\n    a: # n\n    # 1\n    - b # c\n\n    - d#e\n')}# end`,
  'characters of all kinds': job('  params: { a: [é, 日本, "😀", ‐x, "\u2028", "\ufeffa", a\tb] }\n'),
  'tags of the standard': job(
    '  sample_limit: !!int 010\n  honor_labels: !!bool on\n  params: !!map { a: !!seq [!!str yes, !!float 1.0, !!int 07, !!null ~, !!timestamp 2001-01-01, !<tag:yaml.org,2002:str> no] }\n',
  ),
  'tags of the own': job('  params: { a: [!x yes, !x 1.10, !x "no"], b: !x [c] }\n'),
  'words that Go takes for true': job(
    '  honor_labels: Yes\n  honor_timestamps: OFF\n  enable_http2: n\n  enable_compression: y\n',
  ),
  'numbers of every base': `global: { scrape_interval: 1h, body_size_limit: 0 }\n${job('  sample_limit: 1_000\n  label_limit: 0x1F\n  target_limit: 0b11\n  label_name_length_limit: 0o17\n  label_value_length_limit: 010\n')}`,
  'dates as texts': job(
    '  params: { a: [2001-01-01, 2001-12-14t21:59:43.10-05:00, 2001-12-14 21:59:43, 12:30] }\n',
  ),
  'keys that are no texts': job(
    '  params: { 1: [a], 1.0: [b], yes: [c], ~: [d], 2001-01-01: [e], 0123456789012345678901: [f] }\n',
  ),
  'a long key': job(`  params:\n    ? "${'k'.repeat(1100)}"\n    : [a]\n`),
  'a long text': job(`  params: { a: [${'word '.repeat(400)}end] }\n`),
}

const route = 'route:\n  receiver: &r 1.0\nreceivers:\n- name: *r\n'

export const alertmanagerTexts: Readonly<Record<string, string>> = {
  'a switch in words': `${route}  webhook_configs:\n  - { url: "http://a/", send_resolved: yes, max_alerts: 010 }\n  pagerduty_configs:\n  - { routing_key: 0123456789012345678901, send_resolved: off, details: { 007: 1.10, on: True } }\n`,
  'a merge of receivers': `route: { receiver: a }\nreceivers:\n- name: a\n  webhook_configs:\n  - &w { url: "http://a/", send_resolved: no }\n  - { send_resolved: yes, <<: *w }\n  - { <<: *w, send_resolved: yes }\n`,
  'matchers and times': `route:
  receiver: &r 1.0
  group_by: [on]
  routes:
  - { matchers: [ a=~"b|c", 'd!="e"' ], active_time_intervals: [ yes ] }
receivers:
- name: *r
time_intervals:
- name: yes
  time_intervals:
  - { times: [{ start_time: 09:00, end_time: 17:00 }], weekdays: ["monday:friday"], years: ["2024:2030"], months: ["1", may] }
`,
  'templates of Go in texts': `${route}  slack_configs:\n  - api_url: http://a/\n    channel: '#a'\n    title: "{{ .Status | toUpper }}: {{ range .Alerts }}\n      x {{ end }}"\n    text: >-\n      {{ range .Alerts }}\n        {{ .Labels.a }}: "b"\n      {{ end }}\n    color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'\n    short_fields: on\n    fields: [{ title: yes, value: 1.10, short: n }]\n`,
}

export const blackboxTexts: Readonly<Record<string, string>> = {
  'a module of every kind': `modules:\n  yes:\n    prober: http\n    timeout: 5s\n    http: { valid_status_codes: [200, 0o620, 0xC9], no_follow_redirects: no, headers: { 007: 1.10, X: yes }, fail_if_not_ssl: on }\n  1.10: { prober: icmp, icmp: { dont_fragment: True, payload_size: 0x40 } }\n  dns: { prober: dns, dns: { query_name: a, query_type: A, valid_rcodes: [NOERROR], recursion_desired: false } }\n`,
  'a merge above and below keys': `modules:\n  a: &a { prober: tcp, timeout: 3s, tcp: { tls: true } }\n  b: { timeout: 4s, <<: *a }\n  c: { <<: *a, timeout: 4s }\n  d: { <<: [{ timeout: 6s }, *a] }\n`,
}
