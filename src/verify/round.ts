/** One round of asking: each path of each program once, for all that need it. */

import { mostAnswers } from '../shell/bounds.ts'
import { readAnswer } from './answers.ts'
import type { Refine } from './fresh.ts'
import { isStopped, type VerifyInput } from './input.ts'
import { AskError } from './model.ts'
import { ShapeError } from './shape.ts'
import { type Need, needKey, type Reply, type View } from './view.ts'

type Asking = Pick<VerifyInput, 'ask' | 'hosts' | 'unreachable' | 'facts'>

/**
 * A round's answers so far, each as `refine` leaves it; `fetch` adds those that are missing, all programs at once, and
 * never rejects.
 */
export function createRound(
  input: Asking,
  refine?: Refine,
): { fetch(needs: readonly Need[]): Promise<void>; view: View } {
  const replies = new Map<string, Promise<Reply>>()
  const known = new Map<string, Reply>()
  const spent = new Map<string, number>()
  const spend = (host: string, characters: number) => {
    const sum = (spent.get(host) ?? 0) + characters
    spent.set(host, sum)
    return sum <= mostAnswers
  }
  return {
    async fetch(needs) {
      await Promise.all(
        needs.map(async need => {
          const key = needKey(need)
          const reply = replies.get(key) ?? answer(input, need, refine, spend)
          replies.set(key, reply)
          known.set(key, await reply)
        }),
      )
    },
    view: need => known.get(needKey(need)) ?? { kind: 'program', why: 'it was not asked' },
  }
}

/** `spend`: false where the host has answered more in this round than all its programs should. */
async function answer(
  input: Asking,
  need: Need,
  refine: Refine | undefined,
  spend: (host: string, characters: number) => boolean,
): Promise<Reply> {
  const { ask, hosts, unreachable, facts } = input
  const { program, path } = need
  const { host, component, local } = program
  if (!hosts.has(host)) return { kind: 'unselected', why: `${host} is not among the selected hosts` }
  const why = unreachable.get(host)
  if (why !== undefined) return { kind: 'unreachable', why }
  // What is asked of a host itself is no matter of any unit.
  const silent = (said: string): Reply => {
    const own = facts(host, component)
    if (!isStopped(own) || local.port === 0) return { kind: 'program', why: said }
    if (own?.active === 'absent')
      return { kind: 'program', why: 'it is not installed', stopped: true, absent: true }
    return { kind: 'program', why: `${said}; systemd says ${own?.active}`, stopped: true }
  }
  try {
    const { status, body } = await ask(host, local.address, local.port, path)
    if (status !== 200) return silent(`${path.replace(/\?.*/s, '')} answered ${status}: ${firstLine(body)}`)
    if (!spend(host, body.length))
      return silent(`all answers of ${host} have more than ${mostAnswers} characters`)
    const read = readAnswer(path, body)
    return { kind: 'answer', body: refine ? await refine(need, read) : read }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    if (cause instanceof ShapeError) return { kind: 'program', why: said, strange: true }
    const impossible = cause instanceof AskError && cause.reason === 'impossible'
    return impossible ? { kind: 'impossible', why: said } : silent(said)
  }
}

function firstLine(body: string): string {
  return body.trim().split('\n', 1)[0]?.slice(0, 120) || 'nothing more'
}
