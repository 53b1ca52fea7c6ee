import type { SourceRange } from '../../src/diagnostic/problem.ts'
import { type CellScope, memberHosts } from '../../src/inventory/cell/scope.ts'
import { buildVip, isPort, type VipSettings } from '../../src/inventory/cell/vip.ts'
import type { Context } from '../../src/inventory/context.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { at, atKey, quoted, wasRejected } from '../../src/inventory/text/place.ts'
import { componentProblem } from '../messages.ts'
import { type CellPart, needsPrometheus } from '../part.ts'

const schema = t.noted(t.keys({ hosts: t.texts, ...t.vipWords, port: t.number }), {
  elsewhere: { failover: 'Write "vip: ADDRESS/PREFIX" directly under loadbalancer.' },
})

type LoadbalancerText = t.TextOf<typeof schema>

/** One address through which the pair is queried. */
interface LoadbalancerSettings {
  readonly hosts: readonly string[]
  readonly vip: VipSettings
  readonly port: number
  /** Where its port is written, otherwise where the load balancer is. */
  readonly source?: SourceRange
}

declare module '../../src/inventory/model.ts' {
  interface Parts {
    loadbalancer: { text: LoadbalancerText; settings: LoadbalancerSettings }
  }
}

export const part: CellPart<'loadbalancer'> = {
  key: 'loadbalancer',
  schema,
  build: buildLoadbalancer,
  checkBeside: needsPrometheus('loadbalancer'),
}

/** The address through which the pair is queried. Undefined if it has none; problems are left in the context. */
function buildLoadbalancer(text: LoadbalancerText, cell: CellScope, context: Context) {
  const of = `loadbalancer of cell ${quoted(cell.name)}`
  const hosts = memberHosts(text, { key: 'loadbalancer', one: 'load balancer' }, cell, context)
  const port = text.port ?? 9090
  const fits = isPort(text, port, of, context)
  if (text.vip == null) {
    // A rejected `failover:` was probably meant as the address.
    if (!wasRejected(text, 'vip') && !wasRejected(text, 'failover')) {
      context.problems.push(componentProblem.noVip(atKey(text, 'vip'), of))
    }
    return undefined
  }
  const vip = buildVip(text, { of, hosts }, cell, context)
  if (vip === undefined || !fits) return undefined
  return { hosts, vip, port, ...at(text, 'port') }
}
