import { error } from '../../src/diagnostic/problem.ts'
import { buildCommon } from '../../src/inventory/common-words.ts'
import type { Context } from '../../src/inventory/context.ts'
import { checkAskedPath, pushgatewayOwn } from '../../src/inventory/flags.ts'
import type { PushgatewaySettings } from '../../src/inventory/model.ts'
import { atKey, quote, wasRejected } from '../../src/inventory/place.ts'
import { type CellScope, checkApart, isHostOf } from '../../src/inventory/replicas.ts'
import type { PushgatewayText } from '../../src/inventory/schema.ts'
import { everywhere } from '../../src/inventory/vip.ts'
import type { PartBuilder } from '../component.ts'
import { askerOf, buildFailover, checkGiven, checkReached } from '../failover.ts'

export const buildPart: PartBuilder = ({ pushgateway: text }, cell, context) => {
  const pushgateway = text && buildPushgateway(text, cell, context)
  return pushgateway ? { pushgateway } : {}
}

/** The cell's two Pushgateways, defaults filled in. Undefined if a part is missing; problems are left in the context. */
function buildPushgateway(
  text: PushgatewayText,
  cell: CellScope,
  context: Context,
): PushgatewaySettings | undefined {
  const { problems } = context
  const of = `pushgateway of cell ${quote(cell.name)}`
  const hosts = {
    active: hostOf(text, 'active', cell, context),
    passive: hostOf(text, 'passive', cell, context),
  }
  const named = (['active', 'passive'] as const).flatMap(key => {
    const host = hosts[key]
    return host === undefined ? [] : [{ host, label: `the ${key} Pushgateway`, owner: text, key }]
  })
  checkApart(named, cell, problems)
  const failover = buildFailover(
    text.failover,
    { of, hosts: named.map(({ host }) => host), port: 9191 },
    cell,
    context,
  )
  checkGiven(text, { of, port: 9191 }, 'the one that is active', context)
  const members = named.map(({ host }) => host)
  const kind = {
    of: 'pushgateway',
    own: pushgatewayOwn,
    hosts: members,
    listen: everywhere(failover, 9091),
  }
  const common = buildCommon(text, kind, cell, context)
  checkReached(text, of, members, common, failover, context)
  if (failover) checkAskedPath(common, members, 'pushgateway', askerOf[failover.kind], problems)
  const { active, passive } = hosts
  if (active === undefined || passive === undefined || failover === undefined) return undefined
  return { active, passive, failover, ...common }
}

function hostOf(
  text: PushgatewayText,
  key: 'active' | 'passive',
  cell: CellScope,
  { problems }: Context,
): string | undefined {
  const host = text[key]
  const other = text[key === 'active' ? 'passive' : 'active']
  const taken = other == null ? [] : [other]
  if (host != null)
    return isHostOf(cell, `${key} of pushgateway`, text, key, host, taken, problems) ? host : undefined
  if (!wasRejected(text, key)) {
    problems.push(
      error(`pushgateway of cell ${quote(cell.name)} does not say which host is ${key}`, {
        ...atKey(text, key),
        remedy: `add "${key}: HOST"`,
      }),
    )
  }
  return undefined
}
