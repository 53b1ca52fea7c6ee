/** What to do about what a tool refuses, by its words. */
import { upstreamFields } from '../../../roles/text/upstream-fields.ts'
import { nearest } from '../../diagnostic/nearest.ts'
import type { SourceRange } from '../../diagnostic/problem.ts'

/** Every service discovery that some release of upstream's Prometheus has. */
const discoveries: readonly string[] = [
  ...['aws', 'azure', 'consul', 'digitalocean', 'dns', 'docker', 'dockerswarm', 'ec2', 'ecs', 'elasticache'],
  ...['eureka', 'file', 'gce', 'hetzner', 'http', 'ionos', 'kubernetes', 'kuma', 'lightsail', 'linode'],
  ...['marathon', 'msk', 'nerve', 'nomad', 'openstack', 'ovhcloud', 'puppetdb', 'rds', 'scaleway'],
  ...['serverset', 'stackit', 'triton', 'uyuni', 'vultr'],
].map(name => `${name}_sd_configs`)

/** What the words are about, and what to write. */
const known: readonly (readonly [RegExp, string])[] = [
  [
    /not a valid duration|unknown unit .* in duration|missing unit in duration|into (?:time|model)\.Duration|invalid duration/i,
    'Write a duration with its unit, such as 30s, 5m or 1h30m.',
  ],
  [/cannot unmarshal !!map .*into \[\]/, 'Write it as a list: begin each item with "- ".'],
  [
    /cannot unmarshal !!(?:str|int|float|bool) .*into (?:\[\]|model\.LabelNames)/,
    'Put it in brackets: [ … ].',
  ],
  [/cannot unmarshal !!seq into (?:config\.plain|map|\w+\.\w+Config)\b/, 'Write it as a map, without "- ".'],
  [/cannot unmarshal !!str .*into bool/, 'Write true or false, without quotes.'],
  [/cannot unmarshal !!str .*into u?int/, 'Write a number, without quotes.'],
  [
    /error parsing regexp|Could not compile regular expression/,
    'Correct the regular expression. RE2 knows no look-ahead and no back-references.',
  ],
  [/^undefined receiver/, 'Add a receiver of this name under "receivers", or correct the name.'],
  [
    /^undefined (?:mute )?time interval/,
    'Add a time interval of this name under "time_intervals", or correct the name.',
  ],
  [
    /is not a valid hostname/,
    'Write HOST:PORT. The scheme and the path have keys of their own: "scheme" and "metrics_path".',
  ],
  [/field 'expr' must be set/, 'Add "expr:" with the query of this rule.'],
]

/** `source`: where it stands; `tool`: as `promtool`; `debian`: whether the programs are Debian's. */
export function toolRemedy(
  said: string,
  source: SourceRange | undefined,
  tool: string,
  debian: boolean,
): string {
  const [, field, type = ''] = /^field "?([^\s"]+)"? not found in type (\S+)/.exec(said) ?? []
  if (field !== undefined) {
    if (discoveries.includes(field))
      return debian
        ? 'Debian builds Prometheus without some service discoveries. Set `from: upstream` under `artifacts:` for the programs of upstream, or find these targets by other means, such as file_sd_configs.'
        : 'Use a version of Prometheus that has this service discovery, or find these targets by other means, such as file_sd_configs.'
    const fields = /_sd_/.test(field) ? discoveries : upstreamFields(tool, type)
    const meant = fields.includes(field) ? undefined : nearest(field, fields)
    if (meant !== undefined) return `Did you mean ${JSON.stringify(meant)}?`
    if (fields.includes(field))
      return `Move it to where it belongs: ${JSON.stringify(field)} does not stand here.`
  }
  const found = known.find(([form]) => form.test(said))
  if (found) return found[1]
  const where = source ? `line ${source.line} of ${source.file}` : 'what the message names'
  return `Fix ${where}, then run the command again.`
}
