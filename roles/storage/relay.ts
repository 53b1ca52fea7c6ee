/** `write:` of a store: a HAProxy on each writing replica's own host, which leads to whichever members are up. */
import type { SourceRange } from '../../src/diagnostic/problem.ts'
import type { CellScope } from '../../src/inventory/cell/scope.ts'
import { isPort } from '../../src/inventory/cell/vip.ts'
import type { Context } from '../../src/inventory/context.ts'
import type { Component, Endpoint } from '../../src/inventory/model.ts'
import * as t from '../../src/inventory/schema/schema-words.ts'
import { at, quoted } from '../../src/inventory/text/place.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'

export const relaySchema = t.keys({ port: t.number })

export interface RelaySettings {
  /** On the loopback of every replica's host, so that the config of all replicas is the same. */
  readonly port: number
  /** Where it is written; absent if it is not. */
  readonly source?: SourceRange
}

/** What the replicas push through, so that no host but their own has to be up for it. */
export interface StoreRelay extends RelaySettings {
  /** Whom it leads to, in turn. */
  readonly to: Component
  /** 200 says that one takes samples. */
  readonly readyPath: string
}

interface Relay {
  /** The key of the store. */
  readonly store: string
  /** Unless the inventory says another one. */
  readonly port: number
}

/** A wrong port is left in the context, and the usual one stands in for it. */
export function buildRelay(
  text: t.TextOf<typeof relaySchema> | null | undefined,
  { store, port: standard }: Relay,
  { name }: CellScope,
  context: Context,
): RelaySettings {
  if (text?.port == null) return { port: standard }
  const fits = isPort(text, text.port, `storage.${store}.write of cell ${quoted(name)}`, context)
  return { port: fits ? text.port : standard, ...at(text, 'port') }
}

/** Where a replica reaches it: on its own host. */
export function relayEndpoint({ port }: RelaySettings): Endpoint {
  return { address: '127.0.0.1', port }
}

/** The start of a URL of remote_write, to which a path is added. */
export function relayUrl(relay: RelaySettings): string {
  return `http://${joinHostPort(relayEndpoint(relay))}`
}
