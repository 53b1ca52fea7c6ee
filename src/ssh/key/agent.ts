/** ssh-agent, narrowed down to the keys that are worth showing to a host. */
import type { BaseAgent, ParsedKey } from 'ssh2'

type Ssh2 = typeof import('ssh2')

export interface Agent {
  readonly socket: string
  keys(): Promise<readonly ParsedKey[]>
  /** The same agent, offering these keys only, in this order. */
  only(keys: readonly ParsedKey[]): BaseAgent<ParsedKey>
}

export function connectAgent(ssh2: Ssh2, socket: string): Agent {
  const agent = ssh2.createAgent(socket) as BaseAgent<ParsedKey>
  let listed: Promise<readonly ParsedKey[]> | undefined
  return {
    socket,
    keys() {
      listed ??= new Promise((resolve, reject) => {
        agent.getIdentities((cause, keys) => (cause ? reject(cause) : resolve((keys ?? []) as ParsedKey[])))
      })
      return listed
    },
    only(keys) {
      // ssh2 takes nothing for an agent that does not descend from its own class.
      class Narrowed extends ssh2.BaseAgent<ParsedKey> {
        override getIdentities(callback: (cause: undefined, keys: ParsedKey[]) => void): void {
          callback(undefined, [...keys])
        }
        override sign(...rest: unknown[]): void {
          const sign = agent.sign as (...rest: unknown[]) => void
          sign.apply(agent, rest)
        }
      }
      return new Narrowed()
    },
  }
}
