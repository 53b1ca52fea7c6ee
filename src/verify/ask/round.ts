/** One round of asking: each question once, for all that need it. */
import { isStopped } from '../../resource/unit-state.ts'
import { mostAnswers } from '../../shell/syntax/bounds.ts'
import { ShapeError } from '../answer/shape.ts'
import type { NoReply, Reply, View } from '../answer/view.ts'
import type { Refine } from '../checks/scraped-since.ts'
import type { VerifyInput } from '../input.ts'
import { AskError } from '../model.ts'
import { type HttpQuestion, hostOf, type Question, questionKey } from './question.ts'

type RoundInput = Pick<VerifyInput, 'ask' | 'askHost' | 'hosts' | 'unreachable' | 'facts'>

/** A round's answers, each as `refine` leaves it; `fetch` adds those that are missing and never rejects. */
export function createRound(
  input: RoundInput,
  refine?: Refine,
): { fetch(needs: readonly Question[]): Promise<void>; view: View } {
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
          const key = questionKey(need)
          const reply = replies.get(key) ?? replyTo(input, need, refine, spend)
          replies.set(key, reply)
          known.set(key, await reply)
        }),
      )
    },
    // One key is one question, so its answer is of its type.
    view: <A>(need: Question<A>) =>
      (known.get(questionKey(need)) ?? { kind: 'silent', why: 'it was not asked' }) as Reply<A>,
  }
}

/** `spend`: false where the host has answered more in this round than all its programs should. */
async function replyTo(
  input: RoundInput,
  question: Question,
  refine: Refine | undefined,
  spend: (host: string, characters: number) => boolean,
): Promise<Reply> {
  const host = hostOf(question)
  if (!input.hosts.has(host)) return { kind: 'unselected', why: `${host} is not among the selected hosts` }
  const why = input.unreachable.get(host)
  if (why !== undefined) return { kind: 'unreachable', why }
  try {
    if (question.kind === 'host') return { kind: 'answer', answer: await input.askHost(host, question.ask) }
    const { address, port } = question.program.local
    const { status, body } = await input.ask(host, address, port, question.path, question.sent)
    if (status !== 200) return silent(input, question, refusedBy(question.path, status, body))
    if (!spend(host, body.length))
      return silent(input, question, `all answers of ${host} have more than ${mostAnswers} characters`)
    const answer = question.read(body)
    return { kind: 'answer', answer: refine ? await refine(question, answer) : answer }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    if (cause instanceof ShapeError) return { kind: 'silent', why: said, strange: true }
    const impossible = cause instanceof AskError && cause.reason === 'impossible'
    if (impossible) return { kind: 'impossible', why: said }
    return question.kind === 'http' ? silent(input, question, said) : { kind: 'silent', why: said }
  }
}

function silent(
  { facts }: RoundInput,
  { program: { host, component } }: HttpQuestion,
  said: string,
): NoReply {
  const own = facts(host, component)
  if (!isStopped(own?.active)) return { kind: 'silent', why: said }
  if (own?.active === 'absent')
    return { kind: 'silent', why: 'it is not installed', stopped: true, absent: true }
  return { kind: 'silent', why: `${said}; systemd says ${own?.active}`, stopped: true }
}

function refusedBy(path: string, status: number, body: string): string {
  const firstLine = body.trim().split('\n', 1)[0]?.slice(0, 120) || 'nothing more'
  return `${path.replace(/\?.*/s, '')} answered ${status}: ${firstLine}`
}
