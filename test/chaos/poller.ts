/** Asks both replicas whether they are ready, ten times a second, on a new connection each time, while something else goes on. */
import { get } from 'node:http'

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

/** Each question is asked at its time, whatever became of the one before. */
export function poll(urls: readonly string[]): Poller {
  const pending = urls.map((): Promise<Answer>[] => [])
  const askAll = () => {
    urls.forEach((url, index) => {
      pending[index]?.push(ask(url))
    })
  }
  askAll()
  let due = performance.now()
  let timer: NodeJS.Timeout
  // What was late is made up for: a plain interval would ask ever less often on a busy machine.
  const next = () => {
    due += pace
    timer = setTimeout(() => {
      askAll()
      next()
    }, due - performance.now())
  }
  next()
  return {
    async stop() {
      clearTimeout(timer)
      const answers = await Promise.all(pending.map(list => Promise.all(list)))
      return judge(answers)
    },
  }
}

function ask(url: string): Promise<Answer> {
  const asked = Date.now()
  return new Promise(resolve => {
    const tell = (ready: boolean) => resolve({ asked, answered: Date.now(), ready })
    // A time-out of the request's own would begin only when it is connected.
    const signal = AbortSignal.timeout(timeout)
    const request = get(url, { agent: false, headers: { connection: 'close' }, signal }, response => {
      response.on('error', () => tell(false)).resume()
      tell(response.statusCode === 200)
    })
    request.on('error', () => tell(false))
  })
}

/** What the answers of each say; all in the order in which they were asked for. */
export function judge(answers: readonly (readonly Answer[])[]): Polled {
  const out = answers.map(spansOf)
  return { out, allOut: common(out), asked: Math.min(...answers.map(list => list.length)) }
}

function spansOf(answers: readonly Answer[]): readonly Span[] {
  const spans: Span[] = []
  let since: number | undefined
  for (const { asked, answered, ready } of answers) {
    if (ready && since !== undefined) spans.push({ from: since, to: answered })
    if (ready) since = undefined
    else since ??= asked
  }
  const last = answers.at(-1)
  return since === undefined || !last ? spans : [...spans, { from: since, to: last.answered }]
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
