/** Asks ten times a second, on a new connection each time, while something else goes on. */
import { request } from 'node:http'

/** From one question to the next, milliseconds. */
const pace = 100
/** No answer within this time is none, milliseconds. */
const timeout = 2000

/** Milliseconds of the epoch: from the first question that was not answered well to the answer of the next that was. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface Answer {
  readonly asked: number
  readonly answered: number
  readonly ready: boolean
}

export interface Polled {
  /** When each one refused, was silent or said that it is not ready; in the order of the URLs. */
  readonly out: readonly (readonly Span[])[]
  /** When all of them did at once. */
  readonly allOut: readonly Span[]
  /** How often the one was asked that was asked least. */
  readonly asked: number
}

export interface Poller {
  stop(): Promise<Polled>
}

/** Asks each URL whether it is ready. */
export function poll(urls: readonly string[]): Poller {
  const pacing = urls.map(url => often(() => ask(url)))
  return { stop: async () => judge(await Promise.all(pacing.map(one => one.stop()))) }
}

/** Each question is asked at its time, whatever became of the one before; the answers are in the order of the questions. */
export function often<T>(question: () => Promise<T>): { stop(): Promise<readonly T[]> } {
  const pending = [question()]
  let due = performance.now()
  let timer: NodeJS.Timeout
  // What was late is made up for: a plain interval would ask ever less often on a busy machine.
  const next = () => {
    due += pace
    timer = setTimeout(() => {
      pending.push(question())
      next()
    }, due - performance.now())
  }
  next()
  return {
    stop() {
      clearTimeout(timer)
      return Promise.all(pending)
    },
  }
}

/** Whether it answers 200; what there is of a body is posted. */
export function ask(url: string, body?: string): Promise<Answer> {
  const asked = Date.now()
  return new Promise(resolve => {
    const tell = (ready: boolean) => resolve({ asked, answered: Date.now(), ready })
    // A time-out of the request's own would begin only when it is connected.
    const signal = AbortSignal.timeout(timeout)
    const method = body === undefined ? 'GET' : 'POST'
    const options = { method, agent: false, headers: { connection: 'close' }, signal } as const
    const sent = request(url, options, response => {
      response.on('error', () => tell(false)).resume()
      tell(response.statusCode === 200)
    })
    sent.on('error', () => tell(false)).end(body)
  })
}

/** What the answers of each say; all in the order in which they were asked for. */
export function judge(answers: readonly (readonly Answer[])[]): Polled {
  const out = answers.map(spansOf)
  return { out, allOut: common(out), asked: Math.min(...answers.map(list => list.length)) }
}

/** From each question that was not answered well to the next answer that was; none begins before the last one's end. */
export function spansOf(answers: readonly Answer[]): readonly Span[] {
  const spans: Span[] = []
  let since: number | undefined
  const add = (to: number) => {
    const last = spans.at(-1)
    if (since === undefined) return
    // Answers come in another order than they were asked for.
    if (last && since <= last.to) spans[spans.length - 1] = { from: last.from, to: Math.max(to, last.to) }
    else spans.push({ from: since, to })
    since = undefined
  }
  for (const { asked, answered, ready } of answers) {
    if (ready) add(answered)
    else since ??= asked
  }
  add(answers.at(-1)?.answered ?? 0)
  return spans
}

/** The times that lie in a span of each list. */
export function common(lists: readonly (readonly Span[])[]): readonly Span[] {
  const [first = [], ...others] = lists
  return others.reduce<readonly Span[]>(
    (left, right) =>
      left.flatMap(one =>
        right
          .map(other => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }))
          .filter(span => span.from < span.to),
      ),
    first,
  )
}

/** Seconds in all. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + span.to - span.from, 0) / 1000
}
