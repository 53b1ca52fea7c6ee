import { error } from '../diagnostic/problem.ts'
import type { Context } from './context.ts'
import { memberHosts } from './members.ts'
import type { LoadbalancerSettings } from './model.ts'
import { at, atKey, quote, wasRejected } from './place.ts'
import type { CellScope } from './replicas.ts'
import type { LoadbalancerText } from './schema.ts'
import { buildVip, isPort } from './vip.ts'

/** The address through which the pair is queried. Undefined if it has none; problems are left in the context. */
export function buildLoadbalancer(
  text: LoadbalancerText,
  cell: CellScope,
  context: Context,
): LoadbalancerSettings | undefined {
  const of = `loadbalancer of cell ${quote(cell.name)}`
  const hosts = memberHosts(text, { key: 'loadbalancer', one: 'load balancer' }, cell, context)
  const port = text.port ?? 9090
  const fits = isPort(text, port, of, context)
  if (text.vip == null) {
    // A rejected `failover:` was probably meant as the address.
    if (!wasRejected(text, 'vip') && !wasRejected(text, 'failover')) {
      context.problems.push(
        error(`${of} has no address`, { ...atKey(text, 'vip'), remedy: 'add "vip: ADDRESS/PREFIX"' }),
      )
    }
    return undefined
  }
  const vip = buildVip(text, of, hosts, cell, context)
  if (vip === undefined || !fits) return undefined
  return { hosts, vip, port, ...at(text, 'port') }
}
