/** Which targets promha scrapes itself, so that a job of the user with only such targets can be left out. */
import { listFirst } from '../../diagnostic/list-first.ts'
import { wordsOn } from '../../inventory/cell/words-on.ts'
import type { Cell, CommonSettings, Endpoint, Host, Yaml, YamlMap } from '../../inventory/model.ts'
import type { Rules, Scrapers } from '../../inventory/rules.ts'
import { mapsIn, yamlList } from '../../inventory/upstream/upstream-values.ts'
import { canonicalAddress, isLoopback } from '../../inventory/value/names.ts'
import { placedPrograms } from '../store/programs.ts'

export const unscrapedBy: Rules['unscrapedBy'] = (prometheus, cell, hosts) => {
  const scraped = new Set(
    membersOf(prometheus, cell).flatMap(([host, listen]) => spellings(host, listen, hosts)),
  )
  const { pushgateway } = cell
  if (pushgateway?.failover.kind === 'vip')
    scraped.add(spelling(pushgateway.failover.address, String(pushgateway.listen.port)))
  const { replicas } = prometheus
  const isScraped = (target: string) => {
    const { host, port } = split(target)
    if (port === undefined) return false
    // A loopback target is a different machine for each replica.
    if (isLoopback(host)) return replicas.every(replica => scraped.has(spelling(replica.host, port)))
    return scraped.has(spelling(host, port))
  }
  return job => {
    const found = Object.keys(job).find(key => /_sd_configs$/.test(key) && yamlList(job[key]).length > 0)
    if (found !== undefined) return `promha cannot know which targets ${found} finds.`
    const targets = mapsIn(job.static_configs).flatMap(group => yamlList(group.targets).map(String))
    const probe = job.metrics_path === '/probe'
    if (!probe && mapsIn(job.relabel_configs).some(rule => rule.target_label === '__address__'))
      return 'Its relabel_configs change the addresses of its targets.'
    const others = targets.filter(target => (probe ? !isProbed(cell, job, target) : !isScraped(target)))
    if (targets.length === 0) return 'It names no target that promha scrapes.'
    return others.length === 0 ? undefined : `promha does not scrape ${listFirst(others)} itself.`
  }
}

function membersOf(prometheus: Scrapers, cell: Partial<Cell>): readonly (readonly [string, Endpoint])[] {
  const { alertmanager, exporters = {}, pushgateway, blackbox, grafana } = cell
  const stored = placedPrograms(cell).map(({ program }) => program)
  const on = (names: readonly string[], settings: CommonSettings) =>
    names.map(name => [name, wordsOn(settings, name).listen] as const)
  const replicas = prometheus.replicas.map(({ host }) => host)
  return [
    ...on(replicas, prometheus),
    ...(alertmanager ? on(alertmanager.hosts, alertmanager) : []),
    ...Object.values(exporters).flatMap(exporter => on(exporter.hosts, exporter)),
    ...(pushgateway ? on([pushgateway.active, pushgateway.passive], pushgateway) : []),
    ...(blackbox ? on(blackbox.hosts, blackbox) : []),
    ...(grafana ? on(grafana.hosts, grafana) : []),
    ...stored.flatMap(({ hosts, settings }) => on(hosts, settings)),
  ]
}

function isProbed({ blackbox }: Partial<Cell>, job: YamlMap, target: string): boolean {
  const params = job.params as YamlMap | undefined
  const [module] = yamlList(params?.module as Yaml | undefined)
  return (blackbox?.probes ?? []).some(
    probe => probe.parameters.module === module && probe.targets.includes(target),
  )
}

function spellings(host: string, { port }: Endpoint, hosts: ReadonlyMap<string, Host>): readonly string[] {
  const { address = host } = hosts.get(host) ?? {}
  return [spelling(host, String(port)), spelling(address, String(port))]
}

function spelling(host: string, port: string): string {
  return `${canonicalAddress(host)} ${port}`
}

function split(target: string): { readonly host: string; readonly port?: string } {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(target) ?? []
  const host = bracketed ?? plain
  return port === undefined ? { host } : { host, port }
}
