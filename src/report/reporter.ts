/** One subscriber for the engine: events in, live progress out, then what the command came to, in each asked form. */
import { type Problem, problemKey } from '../diagnostic/problem.ts'
import { redact } from '../diagnostic/redact.ts'
import { visibleLine } from '../diagnostic/visible.ts'
import type { Emit, Event } from '../engine/event.ts'
import { cleaned, mask } from './clean.ts'
import { documentOf } from './format/document.ts'
import { annotations } from './format/github.ts'
import { linesRenderer } from './live/lines.ts'
import { terminalRenderer } from './live/terminal.ts'
import type { CommandOutcome, OrderedCell, Renderer, Tally, Verbosity } from './outcome.ts'
import { jsonText, type Sink } from './print.ts'
import { problemBlock, type ResultOptions, resultBlocks, summaryBlock } from './results.ts'
import { styleFor } from './style.ts'

export interface ReporterOptions {
  readonly json: boolean
  readonly verbosity: Verbosity
  readonly diff: ResultOptions['diff']
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
  readonly notice: Renderer['notice']
  readonly aside: Renderer['aside']
  readonly tally: () => Tally
  /** Ends the live progress and tells what the command came to. Call it once. */
  readonly finish: (outcome: CommandOutcome) => Promise<void>
  /** The same in haste, where the process is about to end: only what can be written at once. */
  readonly abandon: (outcome: CommandOutcome) => void
}

export async function createReporter(options: ReporterOptions): Promise<Reporter> {
  const { json, verbosity, out, err, env } = options
  const live = !json && verbosity !== 'quiet' && out.isTTY === true && env.TERM !== 'dumb'
  const renderer = live ? await terminalRenderer() : linesRenderer(err.write, verbosity, styleFor(err, env))
  let secrets: readonly string[] = []
  let waited = 0
  let changed = 0
  const reported: Problem[] = []
  const order: OrderedCell[] = []

  const hide = (text: string) => redact(text, secrets)
  const tally = (): Tally => ({ elapsed: performance.now(), waited, changed })

  const emit = (secretEvent: Event) => {
    const event = mask(secretEvent, hide)
    if (event.type === 'stage-end') waited += event.waited ?? 0
    if (event.type === 'changed') changed += 1
    if (event.type === 'problem') reported.push(event.problem)
    if (event.type === 'order') order.push(event)
    renderer.event(cleaned(event))
  }

  const finish = async (secretOutcome: CommandOutcome) => {
    await renderer.end()
    const outcome = mask({ ...withProblems(brief(secretOutcome), reported), order }, hide)
    const time = tally()
    // Then nothing but the document, or lines of drift, goes to standard output.
    const forMachines = json || outcome.command === 'drift'
    const style: ResultOptions = {
      verbosity,
      diff: options.diff,
      announcesChanges: !live && verbosity === 'verbose',
      style: styleFor(forMachines ? err : out, env),
    }
    const clean = cleaned(outcome)
    const github = options.format === 'github'
    const toErr = { ...style, style: styleFor(err, env) }
    const { first, rest } = apart(clean)
    const [earlyBlock, problems] = github ? ['', ''] : [problemBlock(first, toErr), problemBlock(rest, toErr)]
    if (github && clean.problems.length > 0) {
      const lines = annotations(clean.problems, env.GITHUB_WORKSPACE ?? process.cwd())
      const to = json ? err : out
      to.write(`${lines}\n`)
    }
    const summary = summaryBlock(clean, time, style)
    const blocks = json ? [] : resultBlocks(clean, style)
    if (earlyBlock !== '') err.write(`${earlyBlock}\n\n`)
    if (forMachines) {
      for (const lines of blocks) out.write(`${lines}\n`)
      if (problems !== '') err.write(`${problems}\n`)
      err.write(`${summary}\n`)
      if (json) out.write(jsonText(documentOf(outcome, time)))
    } else {
      // A plan is read from the top, and its warnings are what matters most.
      const early = outcome.command === 'plan'
      if (problems !== '' && early) err.write(`${problems}\n\n`)
      if (blocks.length > 0) out.write(`${blocks.join('\n\n')}\n\n`)
      if (problems !== '' && !early) err.write(`${problems}\n\n`)
      out.write(`${summary}\n`)
    }
    if (options.junit !== undefined) {
      const { junitText } = await import('./format/junit.ts')
      await options.junit(junitText(clean, time))
    }
  }

  const abandon = (secretOutcome: CommandOutcome) => {
    const outcome = mask(secretOutcome, hide)
    renderer.release?.()
    const style: ResultOptions = {
      verbosity,
      diff: 'none',
      announcesChanges: true,
      style: styleFor(err, env),
    }
    err.write(`${problemBlock(cleaned(outcome), style)}\n`)
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
function apart(outcome: CommandOutcome): { readonly first: CommandOutcome; readonly rest: CommandOutcome } {
  const { command, inventory, result, problems } = outcome
  const first = problems.filter(problem => problem.first)
  return {
    first: { command, inventory, result, problems: first },
    rest: { ...outcome, problems: problems.filter(problem => !problem.first) },
  }
}

/** Without the hosts' resources, whose contents are large and are never told. */
function brief(outcome: CommandOutcome): CommandOutcome {
  if (outcome.hosts === undefined) return outcome
  const hosts = outcome.hosts.map(({ host, cells, instances, problems, status }) => ({
    host,
    cells,
    problems,
    status,
    instances: instances.map(({ component, changes }) => ({ component, changes })),
  }))
  return { ...outcome, hosts }
}

/** Problems told by events, warnings of the inventory for one, are part of what the command came to. */
function withProblems(outcome: CommandOutcome, reported: readonly Problem[]): CommandOutcome {
  const told = [...outcome.problems, ...(outcome.hosts ?? []).flatMap(host => host.problems)]
  const known = new Set(told.map(problemKey))
  const more = reported.filter(problem => {
    const key = problemKey(problem)
    return !known.has(key) && known.add(key)
  })
  return more.length === 0 ? outcome : { ...outcome, problems: [...more, ...outcome.problems] }
}
