import { type Own, plainHttpFlags } from '../../src/inventory/cell/flags.ts'
import { type CellScope, checkApart, isHostOf } from '../../src/inventory/cell/scope.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { CommonSettings } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { atKey, wasRejected } from '../../src/inventory/text/place.ts'
import { buildLed, type Failover, failoverSchema } from '../common/failover.ts'
import { componentProblem } from '../messages.ts'
import type { CellPart } from '../part.ts'

const schema = t.noted(t.keys({ active: t.text, passive: t.text, failover: failoverSchema, ...t.words }), {
  elsewhere: { hosts: 'Name two hosts under "active" and "passive". A single Pushgateway is not supported.' },
})

type PushgatewayText = t.TextOf<typeof schema>

/** Two hosts, one of which serves; pushes and scrapes go to one address. */
export interface PushgatewaySettings extends CommonSettings {
  readonly active: string
  readonly passive: string
  readonly failover: Failover
}

declare module '../../src/inventory/model.ts' {
  interface Parts {
    pushgateway: { text: PushgatewayText; settings: PushgatewaySettings }
  }
}

export const part: CellPart<'pushgateway'> = { key: 'pushgateway', schema, build: buildPushgateway }

export const pushgatewayOwnFlags: Own = {
  ...plainHttpFlags,
  'web.listen-address': 'use "listen"',
  'persistence.file': 'promha keeps it in /var/lib/pushgateway',
}

/** The cell's two Pushgateways, defaults filled in. Undefined if a part is missing; problems are left in the context. */
function buildPushgateway(text: PushgatewayText, cell: CellScope, context: Context) {
  const hosts = {
    active: hostOf(text, 'active', cell, context),
    passive: hostOf(text, 'passive', cell, context),
  }
  const named = (['active', 'passive'] as const).flatMap(key => {
    const host = hosts[key]
    return host === undefined ? [] : [{ host, label: `the ${key} Pushgateway`, owner: text, key }]
  })
  checkApart(named, cell, context.problems)
  const led = {
    key: 'pushgateway',
    hosts: named.map(({ host }) => host),
    whom: 'the one that is active',
    own: pushgatewayOwnFlags,
    ownFiles: [],
    port: 9091,
    proxyPort: 9191,
  }
  const { common, failover } = buildLed(text, led, cell, context)
  const { active, passive } = hosts
  if (active === undefined || passive === undefined || failover === undefined) return undefined
  return { active, passive, failover, ...common }
}

function hostOf(text: PushgatewayText, key: 'active' | 'passive', cell: CellScope, { problems }: Context) {
  const host = text[key]
  const other = text[key === 'active' ? 'passive' : 'active']
  const taken = other == null ? [] : [other]
  if (host != null) {
    const member = { host, label: `${key} of pushgateway`, owner: text, key }
    return isHostOf(cell, member, taken, problems) ? host : undefined
  }
  if (!wasRejected(text, key)) {
    problems.push(componentProblem.noPushgatewayHost(atKey(text, key), cell.name, key))
  }
  return undefined
}
