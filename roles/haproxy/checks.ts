/** What verify and status ask of the HAProxies. */
import { proxyHealthPath } from '../../src/topology/proxy.ts'
import { hostsOf, keepersOf } from '../../src/topology/way.ts'
import type { AskedCell, ComponentChecks, Questions } from '../../src/verify/facet.ts'
import { entryOf } from '../../src/verify/status-entry.ts'
import { comparing, settledIf } from '../../src/verify/there.ts'
import type { Question } from '../../src/verify/view.ts'
import { loadbalancerAnswers, proxyProgram, proxyServers } from './servers.ts'

export const checks: ComponentChecks = {
  questions,
  rows: ({ name, proxies }) =>
    proxies.map(proxy => entryOf(name, proxyProgram(proxy), proxyHealthPath, proxyHealthPath)),
}

function questions(asked: AskedCell): Questions {
  const { cell, isStopped, selected } = asked
  const programs = selected(cell.proxies.map(proxyProgram))
  const doubled = [
    ...hostsOf(cell.pushgateways).map(host => isStopped('pushgateway', host)),
    ...hostsOf(cell.probers).map(host => isStopped('blackbox_exporter', host)),
  ].includes(true)
  const servers = programs.flatMap(program => proxyServers(cell, program))
  return { access: [...balanced(asked), ...servers.map(question => settledIf(doubled, question))] }
}

/** Of the address before the replicas. */
function balanced({ whole, cell, isStopped, selected }: AskedCell): readonly Question[] {
  const balancing = selected(
    cell.proxies
      .filter(({ frontends }) => frontends.some(({ name }) => name === 'loadbalancer'))
      .map(proxyProgram),
  )
  if (balancing.length === 0) return []
  const stopped = hostsOf(cell.replicas).some(host => isStopped('prometheus', host))
  const [all, left] = [keepersOf(whole, 'loadbalancer'), keepersOf(cell, 'loadbalancer')]
  return loadbalancerAnswers(cell, balancing).map(question =>
    comparing(settledIf(stopped, question), 'keepalived', all, left, Math.min(1, all.length)),
  )
}
