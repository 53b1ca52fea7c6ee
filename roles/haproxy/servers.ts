/** Is all that a HAProxy leads to up behind it? */
import { few } from '../../src/diagnostic/few.ts'
import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { CellTopology, Frontend } from '../../src/topology/model.ts'
import { proxyHealth, proxyStatisticsPath } from '../../src/topology/proxy.ts'
import {
  each,
  type Need,
  type Program,
  type Question,
  question,
  type Verdict,
} from '../../src/verify/view.ts'

/** The HAProxy of one host. */
export function proxyProgram({ host }: { readonly host: string }): Program {
  return { host, component: 'haproxy', local: proxyHealth, instance: `${host}:${proxyHealth.port}` }
}

/** `loadbalancer.answers`: the address answers from wherever it is asked, and all its servers are up behind it. */
export function loadbalancerAnswers(cell: CellTopology, proxies: readonly Program[]): readonly Question[] {
  const frontends = frontendsOf(cell, 'loadbalancer')
  return frontends.map(frontend => {
    const through = proxies.map(
      (proxy): Program => ({
        ...proxy,
        local: frontend.listen,
        instance: `${proxy.host} through its address`,
      }),
    )
    const own = proxies.map(statistics)
    const answers = each(through, frontend.checkPath)
    return question('loadbalancer.answers', cell.name, [...answers, ...own], bodies => {
      const down = downBehind(frontend, proxies, bodies.slice(answers.length))
      const where = joinHostPort(frontend.listen)
      if (down.length > 0) return lackingServers(`${where} answers, but ${few(down)}`)
      const names = frontend.servers.map(({ host }) => host)
      const verb = names.length === 1 ? 'is' : 'are'
      return { status: 'pass', detail: `${where} answers; ${names.join(' and ')} ${verb} up behind it` }
    })
  })
}

/** `haproxy.servers`: each HAProxy sees all that it leads to up. */
export function proxyServers(cell: CellTopology, proxy: Program): readonly Question[] {
  const own = cell.proxies.find(({ host }) => host === proxy.host)?.frontends ?? []
  const frontends = own.filter(({ name }) => name !== 'loadbalancer')
  if (frontends.length === 0) return []
  return [
    question('haproxy.servers', `${proxy.host}/haproxy`, [statistics(proxy)], bodies => {
      const down = frontends.flatMap(frontend => downBehind(frontend, [proxy], bodies))
      if (down.length > 0) return lackingServers(few(down))
      const count = frontends.reduce((sum, { servers }) => sum + servers.length, 0)
      return { status: 'pass', detail: `${count} of ${count} servers up` }
    }),
  ]
}

function lackingServers(detail: string): Verdict {
  return {
    status: 'fail',
    detail,
    remedy: 'See that the program runs there, and that the hosts reach each other at its port.',
  }
}

function frontendsOf({ proxies }: CellTopology, name: string): readonly Frontend[] {
  const found = proxies.flatMap(({ frontends }) => frontends).filter(frontend => frontend.name === name)
  return found.slice(0, 1)
}

function statistics(proxy: Program): Need {
  return { program: proxy, path: `${proxyStatisticsPath};csv` }
}

/** `pushgateway of mon-b is not up behind the HAProxy of mon-a`. Throws a TypeError where the bodies are no statistics. */
function downBehind(
  { name, servers }: Frontend,
  proxies: readonly Program[],
  bodies: readonly unknown[],
): readonly string[] {
  return proxies.flatMap((proxy, index) => {
    const rows = csv(bodies[index])
    return servers
      .filter(
        ({ host }) =>
          !/^UP\b/.test(rows.find(row => row.pxname === name && row.svname === host)?.status ?? ''),
      )
      .map(({ host }) => `${name} of ${host} is not up behind the HAProxy of ${proxy.host}`)
  })
}

function csv(body: unknown): readonly Readonly<Record<string, string>>[] {
  if (typeof body !== 'string' || !body.startsWith('# ')) throw new TypeError('no statistics')
  const [head = '', ...lines] = body.slice(2).split('\n')
  const names = head.split(',')
  return lines.map(line => Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value])))
}
