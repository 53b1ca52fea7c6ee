/** What to do about what a tool refuses, by its words. */
import { nearest } from '../diagnostic/nearest.ts'
import type { SourceRange } from '../diagnostic/problem.ts'

/** Every service discovery that some release of upstream's Prometheus has. */
const discoveries: readonly string[] = [
  ...['aws', 'azure', 'consul', 'digitalocean', 'dns', 'docker', 'dockerswarm', 'ec2', 'ecs', 'elasticache'],
  ...['eureka', 'file', 'gce', 'hetzner', 'http', 'ionos', 'kubernetes', 'kuma', 'lightsail', 'linode'],
  ...['marathon', 'msk', 'nerve', 'nomad', 'openstack', 'ovhcloud', 'puppetdb', 'rds', 'scaleway'],
  ...['serverset', 'stackit', 'triton', 'uyuni', 'vultr'],
].map(name => `${name}_sd_configs`)

/**
 * @param source where it stands
 * @param debian whether the programs are Debian's
 */
export function toolRemedy(said: string, source: SourceRange | undefined, debian: boolean): string {
  const field = /^field "?(\w+_sd_configs?)"? not found/.exec(said)?.[1]
  if (field !== undefined && discoveries.includes(field))
    return debian
      ? `Debian builds Prometheus without some service discoveries. Set \`from: upstream\` under \`artifacts:\` for the programs of upstream, or find these targets by other means, such as file_sd_configs.`
      : 'Use a version of Prometheus that has this service discovery, or find these targets by other means, such as file_sd_configs.'
  const meant = field === undefined ? undefined : nearest(field, discoveries)
  if (meant !== undefined) return `did you mean ${JSON.stringify(meant)}?`
  const where = source ? `line ${source.line} of ${source.file}` : 'what the message names'
  return `Fix ${where}, then run the command again.`
}
