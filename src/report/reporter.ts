/** One subscriber for the engine: events in, live progress out, then what the command came to, in each asked form. */
import type { Problem } from '../diagnostic/problem.ts'
import { redact } from '../diagnostic/redact.ts'
import { visibleLine } from '../diagnostic/visible.ts'
import type { Emit, Event } from '../engine/event.ts'
import { mask, shown } from './clean.ts'
import { documentOf } from './document.ts'
import { annotations } from './github.ts'
import { linesRenderer } from './lines.ts'
import type { Outcome, Renderer, Tally, Verbosity } from './outcome.ts'
import { jsonText, type Sink } from './print.ts'
import { problemBlock, type ResultOptions, resultBlocks, summaryBlock } from './results.ts'
import { styleFor } from './style.ts'

export interface ReporterOptions {
  readonly json: boolean
  readonly verbosity: Verbosity
  readonly diff: boolean
  /** `github`: problems are annotations on standard output instead of blocks of text. */
  readonly format?: 'text' | 'github'
  /** Given the finished JUnit XML. */
  readonly junit?: (xml: string) => Promise<void>
  readonly out: Sink
  readonly err: Sink
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Reporter {
  readonly emit: Emit
  /** From now on, none of these is shown by anything. */
  readonly hide: (secrets: readonly string[]) => void
  readonly notice: (text: string) => void
  /** Does the work, a question to the user, with the terminal to itself. */
  readonly aside: Renderer['aside']
  readonly tally: () => Tally
  /** Ends the live progress and tells what the command came to. Call it once. */
  readonly finish: (outcome: Outcome) => Promise<void>
  /** The same in haste, where the process is about to end: only what can be written at once. */
  readonly abandon: (outcome: Outcome) => void
}

const showCursor = '\u001b[?25h'

export async function createReporter(options: ReporterOptions): Promise<Reporter> {
  const { json, verbosity, out, err, env } = options
  const live = !json && verbosity !== 'quiet' && out.isTTY === true && env.TERM !== 'dumb'
  const renderer = live ? await terminal() : linesRenderer(err.write, verbosity, styleFor(err, env))
  let secrets: readonly string[] = []
  let waited = 0
  let changed = 0
  const told: Problem[] = []

  const hide = (text: string) => redact(text, secrets)
  const tally = (): Tally => ({ elapsed: performance.now(), waited, changed })

  const emit = (secretEvent: Event) => {
    const event = mask(secretEvent, hide)
    if (event.type === 'stage-end') waited += event.waited ?? 0
    if (event.type === 'changed') changed += 1
    if (event.type === 'problem') told.push(event.problem)
    renderer.event(shown(event))
  }

  const finish = async (secretOutcome: Outcome) => {
    await renderer.end()
    const outcome = mask(withTold(brief(secretOutcome), told), hide)
    const time = tally()
    // Then nothing but the document, or lines of drift, goes to standard output.
    const forMachines = json || outcome.command === 'drift'
    const style: ResultOptions = {
      verbosity,
      diff: options.diff,
      changesTold: !live && verbosity === 'verbose',
      style: styleFor(forMachines ? err : out, env),
    }
    const clean = shown(outcome)
    const github = options.format === 'github'
    const toErr = { ...style, style: styleFor(err, env) }
    const { first, rest } = apart(clean)
    const [ahead, problems] = github ? ['', ''] : [problemBlock(first, toErr), problemBlock(rest, toErr)]
    if (github && clean.problems.length > 0) {
      const lines = annotations(clean.problems, env.GITHUB_WORKSPACE ?? process.cwd())
      const to = json ? err : out
      to.write(`${lines}\n`)
    }
    const summary = summaryBlock(clean, time, style)
    const blocks = json ? [] : resultBlocks(clean, style)
    if (ahead !== '') err.write(`${ahead}\n\n`)
    if (forMachines) {
      for (const lines of blocks) out.write(`${lines}\n`)
      if (problems !== '') err.write(`${problems}\n`)
      err.write(`${summary}\n`)
      if (json) out.write(jsonText(documentOf(outcome, time)))
    } else {
      if (blocks.length > 0) out.write(`${blocks.join('\n\n')}\n\n`)
      if (problems !== '') err.write(`${problems}\n\n`)
      out.write(`${summary}\n`)
    }
    if (options.junit !== undefined) {
      const { junitText } = await import('./junit.ts')
      await options.junit(junitText(clean, time))
    }
  }

  const abandon = (secretOutcome: Outcome) => {
    const outcome = mask(secretOutcome, hide)
    if (live) out.write(showCursor)
    err.write(
      `${problemBlock(shown(outcome), { verbosity, diff: false, changesTold: true, style: styleFor(err, env) })}\n`,
    )
    if (json) out.write(jsonText(documentOf(outcome, tally())))
  }

  return {
    abandon,
    emit,
    hide: more => {
      secrets = [...secrets, ...more]
    },
    notice: text => renderer.notice(visibleLine(hide(text))),
    aside: renderer.aside,
    tally,
    finish,
  }
}

/** What is told before the changes, and the whole outcome without it. */
function apart(outcome: Outcome): { readonly first: Outcome; readonly rest: Outcome } {
  const { command, inventory, result, problems } = outcome
  const first = problems.filter(problem => problem.first)
  return {
    first: { command, inventory, result, problems: first },
    rest: { ...outcome, problems: problems.filter(problem => !problem.first) },
  }
}

async function terminal(): Promise<Renderer> {
  const { terminalRenderer } = await import('./terminal.ts')
  return terminalRenderer()
}

/** Without the hosts' resources, whose contents are large and are never told. */
function brief(outcome: Outcome): Outcome {
  if (outcome.hosts === undefined) return outcome
  const hosts = outcome.hosts.map(({ host, cells, instances, problems, status }) => ({
    ...{ host, cells, problems, status },
    instances: instances.map(({ component, changes }) => ({ component, changes })),
  }))
  return { ...outcome, hosts }
}

/** Problems told by events, warnings of the inventory for one, are part of what the command came to. */
function withTold(outcome: Outcome, told: readonly Problem[]): Outcome {
  const key = ({ severity, summary, host, resource, source }: Problem) =>
    JSON.stringify([severity, summary, host, resource, source?.file, source?.line, source?.column])
  const known = new Map(
    [...outcome.problems, ...(outcome.hosts ?? []).flatMap(host => host.problems)].map(problem => [
      key(problem),
      problem,
    ]),
  )
  const more = told.filter(problem => !known.has(key(problem)) && known.set(key(problem), problem))
  return more.length === 0 ? outcome : { ...outcome, problems: [...more, ...outcome.problems] }
}
