/** Which jobs every replica of a cell scrapes: itself and its twin, every Alertmanager, every exporter. */
import { defined } from '../diagnostic/defined.ts'
import type { Host, YamlMap } from '../inventory/model.ts'
import { joinHostPort } from '../inventory/value/endpoint.ts'
import type { Job, Member } from './model.ts'

interface Scraped {
  readonly name: string
  readonly members: readonly Member[]
  /** Absent: the usual one, behind their prefix. */
  readonly metricsPath?: string
  readonly metricRelabelConfigs?: readonly YamlMap[]
}

/** What a job says of the path of its targets. */
export function pathUnlessUsual(metricsPath: string): Pick<Job, 'metricsPath'> {
  return metricsPath === '/metrics' ? {} : { metricsPath }
}

/** One job a component that has members; the targets bear their host's labels and nothing else. */
export function scrapeJobs(scraped: readonly Scraped[], hosts: ReadonlyMap<string, Host>): readonly Job[] {
  return scraped
    .filter(({ members }) => members.length > 0)
    .map(({ name, members, metricRelabelConfigs, ...rest }) => {
      const { metricsPath = `${members[0]?.pathPrefix ?? ''}/metrics` } = rest
      const targets = members.map(member => ({
        address: joinHostPort(member),
        instance: `${member.host}:${member.port}`,
        labels: hosts.get(member.host)?.labels ?? {},
      }))
      return { name, ...pathUnlessUsual(metricsPath), ...defined({ metricRelabelConfigs }), targets }
    })
}
