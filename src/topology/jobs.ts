/** Which jobs every replica of a cell scrapes: itself and its twin, every Alertmanager, every exporter. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Host, YamlMap } from '../inventory/model.ts'
import type { Job, Member } from './model.ts'

interface Scraped {
  readonly name: string
  readonly members: readonly Member[]
  readonly metricsPath: string
  readonly metricRelabelConfigs?: readonly YamlMap[]
}

/** One job a component that has members; the targets bear their host's labels and nothing else. */
export function scrapeJobs(scraped: readonly Scraped[], hosts: ReadonlyMap<string, Host>): readonly Job[] {
  return scraped
    .filter(({ members }) => members.length > 0)
    .map(({ name, members, metricsPath, metricRelabelConfigs }) => ({
      name,
      ...(metricsPath === '/metrics' ? {} : { metricsPath }),
      ...(metricRelabelConfigs === undefined ? {} : { metricRelabelConfigs }),
      targets: members.map(member => ({
        address: joinHostPort(member),
        instance: `${member.host}:${member.port}`,
        labels: hosts.get(member.host)?.labels ?? {},
      })),
    }))
}
