/** Where programs are asked. */
import type { Failover } from '../../../roles/common/failover.ts'
import type { Endpoint } from '../../inventory/model.ts'
import { isWildcard, joinHostPort } from '../../inventory/value/endpoint.ts'

interface Endpoints {
  /** `ADDRESS:PORT`, the same on every replica, so that their configs are too. */
  readonly address: string
  /** A name that stays when another host takes over. */
  readonly instance: string
}

/** Of a component of which several hosts run one each and only one is to answer. `listen`: its own. */
export function serviceEndpoint(name: string, failover: Failover, listen: Endpoint): Endpoints {
  const endpoint =
    failover.kind === 'vip'
      ? { address: failover.address, port: listen.port }
      : { address: '127.0.0.1', port: failover.port }
  return { address: joinHostPort(endpoint), instance: `${name}:${endpoint.port}` }
}

/** Where a program that listens on `listen` answers when asked from its own host. */
export function localEndpoint(listen: Endpoint): Endpoint {
  if (!isWildcard(listen.address)) return listen
  return { address: listen.address === '::' ? '::1' : '127.0.0.1', port: listen.port }
}
