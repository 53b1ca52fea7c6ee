/** One round of asking: each path of each program once, whoever needs it. */

import type { VerifyInput } from './input.ts'
import { AskError } from './model.ts'
import { type Need, needKey, type Reply, type View } from './view.ts'

type Asking = Pick<VerifyInput, 'ask' | 'hosts' | 'unreachable'>

/** A round's answers so far; `fetch` adds those that are missing, all programs at once, and never rejects. */
export function createRound(input: Asking): { fetch(needs: readonly Need[]): Promise<void>; view: View } {
  const replies = new Map<string, Promise<Reply>>()
  const known = new Map<string, Reply>()
  return {
    async fetch(needs) {
      await Promise.all(
        needs.map(async need => {
          const key = needKey(need)
          const reply = replies.get(key) ?? answer(input, need)
          replies.set(key, reply)
          known.set(key, await reply)
        }),
      )
    },
    view: need => known.get(needKey(need)) ?? { kind: 'program', why: 'it was not asked' },
  }
}

async function answer({ ask, hosts, unreachable }: Asking, { program, path }: Need): Promise<Reply> {
  const { host, local } = program
  if (!hosts.has(host)) return { kind: 'unselected', why: `${host} is not among the selected hosts` }
  const why = unreachable.get(host)
  if (why !== undefined) return { kind: 'unreachable', why }
  try {
    const { status, body } = await ask(host, local.address, local.port, path)
    if (status !== 200)
      return { kind: 'program', why: `${path.replace(/\?.*/s, '')} answered ${status}: ${firstLine(body)}` }
    return { kind: 'answer', body: /^\s*[{[]/.test(body) ? JSON.parse(body) : body }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const impossible = cause instanceof AskError && cause.reason === 'impossible'
    return { kind: impossible ? 'impossible' : 'program', why: said }
  }
}

function firstLine(body: string): string {
  return body.trim().split('\n', 1)[0]?.slice(0, 120) || 'nothing more'
}
