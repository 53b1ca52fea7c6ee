/** What verify and status ask of the HAProxies. */
import { listFirst } from '../../src/diagnostic/list-first.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import type { Frontend } from '../../src/topology/address/frontend.ts'
import {
  backendOf,
  proxyHealth,
  proxyHealthPath,
  proxyStatisticsPath,
} from '../../src/topology/address/proxy.ts'
import { hostsOf, vrrpHostsOf } from '../../src/topology/address/way.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { page } from '../../src/verify/answer/answers.ts'
import { ShapeError } from '../../src/verify/answer/shape.ts'
import { type CheckDefinition, type CheckVerdict, defineCheck } from '../../src/verify/answer/view.ts'
import { type Api, each, type Program, programQuestion } from '../../src/verify/ask/question.ts'
import type { AskedCell, CellChecks, ComponentChecks } from '../../src/verify/checks/facet.ts'
import { comparing, settledIf } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'

export const checks: ComponentChecks = {
  cellChecks,
  rows: ({ name, proxies }) =>
    proxies.map(proxy => entryOf(name, proxyProgram(proxy), page(proxyHealthPath))),
}

function cellChecks(asked: AskedCell): CellChecks {
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
function balanced({ whole, cell, isStopped, selected }: AskedCell): readonly CheckDefinition[] {
  const balancing = selected(
    cell.proxies
      .filter(({ frontends }) => frontends.some(({ name }) => name === 'loadbalancer'))
      .map(proxyProgram),
  )
  if (balancing.length === 0) return []
  const stopped = hostsOf(cell.replicas).some(host => isStopped('prometheus', host))
  const [all, left] = [vrrpHostsOf(whole, 'loadbalancer'), vrrpHostsOf(cell, 'loadbalancer')]
  const members = { component: 'keepalived', all, left, least: Math.min(1, all.length) }
  return loadbalancerAnswers(cell, balancing).map(question =>
    comparing(settledIf(stopped, question), members),
  )
}

export function proxyProgram({ host }: { readonly host: string }): Program {
  return { host, component: 'haproxy', local: proxyHealth, instance: `${host}:${proxyHealth.port}` }
}

/** `loadbalancer.answers`: the address answers from wherever it is asked, and all its servers are up behind it. */
export function loadbalancerAnswers(
  cell: CellTopology,
  proxies: readonly Program[],
): readonly CheckDefinition[] {
  const all = cell.proxies.flatMap(({ frontends }) => frontends)
  return all
    .filter(({ name }) => name === 'loadbalancer')
    .slice(0, 1)
    .map(frontend => {
      const through = proxies.map(proxy => {
        return { ...proxy, local: frontend.listen, instance: `${proxy.host} through its address` }
      })
      const needs = { answers: each(through, page(frontend.checkPath)), servers: each(proxies, statistics) }
      return defineCheck('loadbalancer.answers', cell.name, needs, ({ servers }) => {
        const down = servers.flatMap(({ program, answer }) => downBehind(frontend, program.host, answer))
        const where = joinHostPort(frontend.listen)
        if (down.length > 0) return lackingServers(`${where} answers, but ${listFirst(down)}`)
        const names = frontend.servers.map(({ host }) => host)
        const verb = names.length === 1 ? 'is' : 'are'
        return { status: 'pass', detail: `${where} answers; ${names.join(' and ')} ${verb} up behind it` }
      })
    })
}

/** `haproxy.servers`: each HAProxy sees all that it leads to up. */
export function proxyServers(cell: CellTopology, proxy: Program): readonly CheckDefinition[] {
  const own = cell.proxies.find(({ host }) => host === proxy.host)?.frontends ?? []
  const frontends = own.filter(({ name }) => name !== 'loadbalancer')
  if (frontends.length === 0) return []
  const needs = { rows: programQuestion(proxy, statistics) }
  return [
    defineCheck('haproxy.servers', `${proxy.host}/haproxy`, needs, ({ rows }) => {
      const down = frontends.flatMap(frontend => downBehind(frontend, proxy.host, rows))
      if (down.length > 0) return lackingServers(listFirst(down))
      const count = frontends.reduce((sum, { servers }) => sum + servers.length, 0)
      return { status: 'pass', detail: `${count} of ${count} servers up` }
    }),
  ]
}

function lackingServers(detail: string): CheckVerdict {
  return {
    status: 'fail',
    detail,
    remedy: 'See that the program runs there, and that the hosts reach each other at its port.',
  }
}

type Row = Readonly<Record<string, string>>

const statistics: Api<readonly Row[]> = { path: `${proxyStatisticsPath};csv`, read: csv }

/** `pushgateway of mon-b is not up behind the HAProxy of mon-a` */
function downBehind(frontend: Frontend, proxy: string, rows: readonly Row[]): readonly string[] {
  const { name, servers } = frontend
  const backend = backendOf(frontend)
  const isUp = (host: string) =>
    /^UP\b/.test(rows.find(row => row.pxname === backend && row.svname === host)?.status ?? '')
  return servers
    .filter(({ host }) => !isUp(host))
    .map(({ host }) => `${name} of ${host} is not up behind the HAProxy of ${proxy}`)
}

function csv(body: string): readonly Row[] {
  if (!body.startsWith('# ')) throw new ShapeError('it has no statistics')
  const [head = '', ...lines] = body.slice(2).split('\n')
  const names = head.split(',')
  return lines.map(line => Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value])))
}
