/** Plain lines, for logs, pipes and schedulers. */
import type { Problem } from '../../diagnostic/problem.ts'
import type { Event } from '../../engine/event.ts'
import type { Renderer, Verbosity, Write } from '../outcome.ts'
import type { Style } from '../style.ts'
import { orderText } from '../text/order.ts'
import { firstLine, size, stageWords } from '../words.ts'
import { doneLine, follow, type Stages } from './stages.ts'

/** One line a finished stage; each change and what is waited for with `verbose`; failed hosts only with `quiet`. */
export function linesRenderer(write: Write, verbosity: Verbosity, style: Style): Renderer {
  let stages: Stages = new Map()
  const downloads = new Set<string>()
  const awaited = new Map<string, string>()
  const early: Problem[] = []

  const line = (event: Event): string | undefined => {
    if (event.type === 'host-failed') {
      const reason = event.problems.map(problem => firstLine(problem.summary)).join('; ')
      return `${event.host}: ${style.red(event.status)}${reason === '' ? '' : `: ${reason}`}`
    }
    if (verbosity === 'quiet') return undefined
    if (event.type === 'problem' && event.problem.first) early.push(event.problem)
    // They say what the changes mean that are made now.
    if (event.type === 'stage-begin' && ['packages', 'push', 'change'].includes(event.stage)) {
      const told = early.splice(0).map(({ host, summary }) => {
        return `${style.yellow('Warning')}: ${host === undefined ? '' : `${host}: `}${firstLine(summary)}`
      })
      if (told.length > 0) write(`${told.join('\n')}\n`)
    }
    if (event.type === 'stage-end') return doneLine(event, stages)
    if (event.type === 'download') {
      const { name, total } = event.progress
      if (downloads.has(name)) return undefined
      downloads.add(name)
      return `Downloading ${name}${total === undefined ? '' : `, ${size(total)}`}`
    }
    // A user who waits for another run wants to know whose it is.
    if (event.type === 'stage-progress' && event.stage === 'lock' && event.note)
      return `${stageWords.lock.doing}: ${event.note}`
    if (verbosity !== 'verbose') return undefined
    // A plan shows it beside its changes instead.
    if (event.type === 'order') return stages.has('change') ? orderText([event], style) : undefined
    return verboseLine(event, awaited)
  }

  return {
    event: event => {
      const text = line(event)
      stages = follow(stages, event, 0)
      if (text !== undefined) write(`${text}\n`)
    },
    notice: text => write(`${text}\n`),
    aside: work => work(),
    end: async () => {},
  }
}

function verboseLine(event: Event, awaited: Map<string, string>): string | undefined {
  if (event.type === 'stage-begin') return stageWords[event.stage].doing
  if (event.type === 'changed') {
    const { action, resource, reason } = event.change
    return `${event.host} ${event.component}: ${action} ${resource}: ${reason}`
  }
  if (event.type === 'login-retried') return event.why
  if (event.type === 'waiting') {
    const who = `${event.host} ${event.component}`
    if (awaited.get(who) === event.note) return undefined
    awaited.set(who, event.note)
    return `${who}: waiting: ${event.note}`
  }
  return undefined
}
