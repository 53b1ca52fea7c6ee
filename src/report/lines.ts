/** Plain lines, for logs, pipes and schedulers. */
import type { Problem } from '../diagnostic/problem.ts'
import type { Event } from '../engine/event.ts'
import type { Renderer, Verbosity, Write } from './outcome.ts'
import { follow, type Stages, totalOf } from './stages.ts'
import type { Style } from './style.ts'
import { duration, firstLine, size, stageWords } from './words.ts'

/** One line a finished stage; each change and what is waited for with `verbose`; failed hosts only with `quiet`. */
export function linesRenderer(write: Write, verbosity: Verbosity, style: Style): Renderer {
  let stages: Stages = new Map()
  const downloads = new Set<string>()
  const awaited = new Map<string, string>()
  const ahead: Problem[] = []

  const line = (event: Event): string | undefined => {
    if (event.type === 'host-failed') {
      const reason = event.problems.map(problem => firstLine(problem.summary)).join('; ')
      return `${event.host}: ${style.red(event.status)}${reason === '' ? '' : `: ${reason}`}`
    }
    if (verbosity === 'quiet') return undefined
    if (event.type === 'problem' && event.problem.first) ahead.push(event.problem)
    // They say what the changes mean that are made now.
    if (event.type === 'stage-begin' && ['packages', 'push', 'change'].includes(event.stage)) {
      const told = ahead.splice(0).map(({ host, summary }) => {
        return `${style.yellow('Warning')}: ${host === undefined ? '' : `${host}: `}${firstLine(summary)}`
      })
      if (told.length > 0) write(`${told.join('\n')}\n`)
    }
    if (event.type === 'stage-end') {
      const state = stages.get(event.stage)
      const amount = state === undefined ? '' : totalOf(state)
      const waited =
        event.waited !== undefined && event.waited >= 50 ? `${duration(event.waited)} of it waiting` : ''
      const parts = [amount, duration(event.elapsed), waited].filter(part => part !== '')
      return `${stageWords[event.stage].done}: ${parts.join(', ')}`
    }
    if (event.type === 'download') {
      const { name, total } = event.progress
      if (downloads.has(name)) return undefined
      downloads.add(name)
      return `Downloading ${name}${total === undefined ? '' : `, ${size(total)}`}`
    }
    // A user who waits for another run wants to know whose it is.
    if (event.type === 'stage-progress' && event.stage === 'lock' && event.note)
      return `${stageWords.lock.doing}: ${event.note}`
    return verbosity === 'verbose' ? verboseLine(event, awaited) : undefined
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
  if (event.type === 'waiting') {
    const who = `${event.host} ${event.component}`
    if (awaited.get(who) === event.note) return undefined
    awaited.set(who, event.note)
    return `${who}: waiting: ${event.note}`
  }
  return undefined
}
