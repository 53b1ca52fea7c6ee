/** Asks one program, whatever is known of it is where it listens and how it is asked whether it is ready. */
import type { Health } from '../../resource/model.ts'
import type { Get } from '../checks/facet.ts'
import { type Ask, AskError } from '../model.ts'

type Asked = Pick<Health, 'address' | 'port' | 'readyPath'>

/** What stands before `/-/ready` stands before every path. */
export function getFrom(ask: Ask, host: string, { address, port, readyPath }: Asked): Get {
  const prefix = /^(.*)\/-\/(?:ready|healthy)$/.exec(readyPath)?.[1] ?? ''
  return async api => {
    const path = `${prefix}${api.path}`
    const { status, body } = await ask(host, address, port, path, api.sent)
    if (status !== 200 && !api.also?.includes(status))
      throw new AskError('failed', `${path} answers ${status}`)
    return api.read(body)
  }
}
