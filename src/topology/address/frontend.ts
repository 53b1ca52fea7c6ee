/** One of the places at which a HAProxy is asked. */
import type { ReadPaths } from '../../../roles/storage/queries.ts'
import type { Preferred } from '../../../roles/storage/store.ts'
import type { Component, Endpoint } from '../../inventory/model.ts'

/** What one HAProxy listens for, and where it leads to. */
export interface Frontend {
  /** `pushgateway`, `blackbox`, `loadbalancer`, `grafana`, the key of a store, or that with `-write`. */
  readonly name: string
  readonly listen: Endpoint
  /** `first`: the first of the servers that is up, and no way back as long as it stays up. `sticky`: a client stays with its server, by its address or by a cookie. `turns`: each request goes to the next one. */
  readonly balance: 'first' | 'sticky' | 'cookie' | 'turns'
  readonly servers: readonly { readonly host: string; readonly address: string; readonly port: number }[]
  /** What HAProxy asks each server: 200 says that it is up. */
  readonly checkPath: string
  /** The component of its servers, if that does not follow from the name. */
  readonly component?: Component
  /** Servers that are up and answer this so are preferred; where none does, all that are up are used. */
  readonly preferred?: Preferred
  /** Set on each request; absent: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** Requests that are let through: those of a path of `exact`, or of one that begins with one of `below`. Absent: all. */
  readonly paths?: ReadPaths
}
