/** Where a component is asked of which several hosts run one each and only one is to answer. */
import { joinHostPort } from '../inventory/endpoint.ts'
import type { Endpoint, Failover } from '../inventory/model.ts'

interface Entrance {
  /** `ADDRESS:PORT`, the same on every replica, so that their configs are too. */
  readonly address: string
  /** A name that stays when another host takes over. */
  readonly instance: string
}

/** @param listen what the component itself listens on */
export function entranceOf(name: string, failover: Failover, listen: Endpoint): Entrance {
  const endpoint =
    failover.kind === 'vip'
      ? { address: failover.address, port: listen.port }
      : { address: '127.0.0.1', port: failover.port }
  return { address: joinHostPort(endpoint), instance: `${name}:${endpoint.port}` }
}
