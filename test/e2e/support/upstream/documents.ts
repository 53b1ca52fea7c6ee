/** Configs as people write them, in every way in which YAML lets them. */
import fc from 'fast-check'

/** Plain texts that mean the same to no two readers, or nearly end before they end. */
const words =
  'yes no on off Yes NO True FALSE y N null Null ~ 1.10 007 08 0o17 0O17 0x1F 0X1f 0b11 0B1 1_000 1e3 1E+3 .5 1. +1 -0 -.inf .NaN Infinity 12345678901234567890 0123456789012345678901 2001-01-01 2001-12-14t21:59:43.10-05:00 12:30:45 190:20:30.15 a:b a#b -x ?x :x --- ---x ... a- = << it\'s a"b a&b a*b $1 \\d+ .* é @'.split(
    ' ',
  )
const inBlocks = ['a b  c', 'a,b', 'a[0]', '${1}:{2}', 'x ? y', 'a, ]', '/a: b'.slice(0, 3)]
const quoted = [
  '',
  ' a',
  'a ',
  'a: b',
  'a #b',
  '"',
  "'",
  '\\',
  '\t',
  'a\nb',
  '\n',
  '{{ x }}',
  '%a',
  '!a',
  '- a',
  '@',
  '`',
]

type Chance = fc.GeneratorValue

function pick<T>(g: Chance, ...from: readonly T[]): T {
  return g(fc.constantFrom<T[]>, ...from)
}

/** In braces, Go's parser takes a `?` or `:` for a sign of its own, even if no blank follows. */
const plain = (g: Chance, flow: boolean) =>
  pick(
    g,
    ...words.filter(word => (flow ? /^[^@?:]/ : /^[^@]/).test(word) && !/^(---|\.\.\.)$/.test(word)),
    ...(flow ? [] : inBlocks),
  )
const double = (text: string) => JSON.stringify(text)
const single = (text: string) => (/[\n\t]/.test(text) ? double(text) : `'${text.replaceAll("'", "''")}'`)

/** A scalar; `indent` is that of its own lines, in a block. */
export function scalar(g: Chance, indent: number | 'flow'): string {
  const flow = indent === 'flow'
  const margin = ' '.repeat(flow ? 20 : indent)
  const any = () => pick(g, ...words, ...quoted)
  switch (
    pick(g, 'plain', 'plain', 'plain', 'single', 'double', 'tag', 'binary', 'folded', 'literal', 'lines')
  ) {
    case 'single':
      return single(any())
    case 'double':
      return double(any())
    case 'tag':
      return `${pick(g, '!!str', '!')} ${pick(g, plain(g, flow), double(any()))}`
    case 'binary':
      return '!!binary aGVsbG8='
    case 'lines':
      return `a ${plain(g, flow).replace(/^[-?:]\B/, 'x')}\n${margin}b`
    case 'literal':
      if (!flow)
        return `|${pick(g, '', '-', '+')}\n${margin}${pick(g, 'yes', '1.10', 'a: b')}\n${margin}  x\n\n${margin}y`
      return plain(g, flow)
    case 'folded':
      if (!flow) return `>${pick(g, '', '-', '+')}\n${margin}off\n${margin}on\n\n${margin}c`
      return plain(g, flow)
    default:
      return plain(g, flow)
  }
}

const key = (g: Chance, flow: boolean) =>
  pick(
    g,
    'a',
    'b',
    'c',
    plain(g, flow).replace('<<', 'd'),
    single(pick(g, ...words, 'a b')),
    double(pick(g, ...words)),
  )

const labelName = (g: Chance) =>
  pick(g, 'a', 'b', 'yes', 'off', 'True', 'y', 'N', 'null', '"no"', "'on'", '&on on')

/** Keys and values, each key once, in braces or on lines; `merge` is what may be merged in anywhere. */
export function map(g: Chance, indent: number, value: typeof scalar, merge?: string, name = key): string {
  const flow = pick(g, true, false)
  const names = new Map<string, string>()
  for (let count = pick(g, 1, 2, 3, 4); count > 0; count -= 1) {
    const text = name(g, flow)
    names.set(text.replace(/^["'](.*)["']$/, '$1'), text)
  }
  const entries = [...names.values()].map(name => `${name}: ${value(g, flow ? 'flow' : indent + 2)}`)
  if (merge !== undefined) entries.splice(pick(g, 0, 1, entries.length), 0, `<<: ${merge}`)
  const comment = pick(g, '', ' # yes: no')
  if (flow) return `{ ${entries.join(', ')}${pick(g, '', ',')} }${comment}`
  const margin = ' '.repeat(indent)
  return `${comment}\n${entries.map(entry => `${margin}${entry}`).join('\n')}`
}

const list = (g: Chance, indent: number | 'flow'): string => {
  const flow = indent === 'flow' || pick(g, true, false)
  const items = Array.from({ length: pick(g, 1, 2, 3) }, () => scalar(g, flow ? 'flow' : indent + 2))
  if (flow) return `[${items.join(', ')}]`
  return `\n${items.map(item => `${' '.repeat(indent)}- ${item}`).join('\n')}`
}

const switches = ['yes', 'no', 'on', 'off', 'True', 'false', 'y', 'N', '!!bool yes', 'OFF']
const numbers = ['010', '1_000', '0x1F', '0o17', '0b11', '1e3', '+5', '7', '!!int "3"', '"5"', '5.0', '1_0.0']

/** A whole prometheus.yml. */
export function prometheusYml(g: Chance): string {
  const job = (name: string, labels: string, more?: string) =>
    `- job_name: ${name}
  honor_labels: ${pick(g, ...switches)}
  sample_limit: ${pick(g, ...numbers)}
  scrape_timeout: ${pick(g, '5s', '"6s"', '!!str 7s')}
  params: ${map(g, 4, list, more)}
  static_configs:
  - targets: [ ${pick(g, 'a:80', '"b:81"', "'[::1]:80'")} ]
    labels: ${labels}
  relabel_configs:
  - { target_label: x, replacement: ${scalar(g, 'flow')}, action: replace }
  - source_labels: [ a ]
    regex: ${scalar(g, 6)}
    target_label: y
`
  return `global:
  scrape_interval: 1h
  external_labels: ${map(g, 4, scalar)}
scrape_configs:
${job(pick(g, 'one', '1.0', 'yes', '007', '!!str 1'), `&labels ${map(g, 6, scalar)}`).replace('params: ', 'params: &params ')}${job('two', pick(g, '*labels', map(g, 6, scalar, '*labels')), pick(g, '*params', '[*params]'))}`
}

/** A whole alertmanager.yml. */
export function alertmanagerYml(g: Chance): string {
  return `global:
  smtp_require_tls: ${pick(g, ...switches)}
  smtp_from: a@b
  smtp_hello: ${scalar(g, 4)}
  smtp_smarthost: mail:25
route: &route
  receiver: ${pick(g, 'x', '*x')}
  group_by: ${pick(g, '[a, b]', '[yes, on]')}
  routes:
  - receiver: x
    continue: ${pick(g, ...switches)}
    match: &match ${map(g, 6, scalar, undefined, labelName)}
  - receiver: x
    match: ${pick(g, '*match', map(g, 6, scalar, '*match', labelName))}
receivers:
- name: ${pick(g, 'x', '"x"', '!!str x')}
  webhook_configs:
  - send_resolved: ${pick(g, ...switches)}
    url: http://a/
    max_alerts: ${pick(g, ...numbers)}
  email_configs:
  - to: ${scalar(g, 6)}
    headers: ${map(g, 6, scalar)}
    require_tls: ${pick(g, ...switches)}
inhibit_rules:
- source_match: { a: ${scalar(g, 'flow')} }
  target_match: { ${labelName(g)}: b }
  equal: [ yes, a ]
`.replace('receiver: *x', 'receiver: x')
}

/** A whole config of the blackbox exporter's. */
export function blackboxYml(g: Chance): string {
  return `modules:
  ${key(g, false)}: &module
    prober: http
    timeout: ${pick(g, '5s', '"5s"')}
    http: &http
      method: ${scalar(g, 8)}
      headers: &headers ${map(g, 8, scalar)}
      fail_if_ssl: ${pick(g, ...switches)}
      valid_status_codes: [ ${pick(g, ...numbers)}, 0310 ]
      body: ${scalar(g, 8)}
  merged:
    prober: tcp
    <<: *module
    http:
      method: ${scalar(g, 8)}
      <<: ${pick(g, '*http', '[*http]', '[{ body: yes }, *http]')}
`
}
