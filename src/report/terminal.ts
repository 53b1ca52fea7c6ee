/**
 * Live progress by listr2: one task a stage, never one a host, because listr2 draws all tasks anew at each event
 * and so spends minutes of processor time on a few hundred of them. Titles change ten times a second at most.
 */
import { Listr } from 'listr2'
import type { Event, Stage } from '../engine/event.ts'
import type { Renderer } from './outcome.ts'
import { printError } from './print.ts'
import { follow, progressLine, type Stages, totalOf } from './stages.ts'
import { count, duration, stageWords } from './words.ts'

const redrawMs = 100

interface Titled {
  title: string
}

/** Stages that overlap are drawn together, as one list; `tasks` holds those that listr2 has begun. */
interface List {
  readonly tasks: Map<Stage, Titled>
  readonly titles: Map<Stage, string>
  readonly open: Set<Stage>
  readonly close: Map<Stage, () => void>
  readonly shown: Promise<void>
}

/** Draws on standard output, which must be a terminal. */
export function terminalRenderer(): Renderer {
  let stages: Stages = new Map()
  let list: List | undefined
  let shown: Promise<void> = Promise.resolve()
  let notice = ''
  let failed = 0
  let turn = 0
  let aside = false

  const title = (stage: Stage, text: string) => {
    list?.titles.set(stage, text)
    const task = list?.tasks.get(stage)
    if (task !== undefined) task.title = text
  }

  const draw = () => {
    const open = [...(list?.open ?? [])]
    // One title a tick, in turn: each change of a title makes listr2 draw the whole list.
    const stage = open[turn++ % Math.max(1, open.length)]
    const state = stage === undefined ? undefined : stages.get(stage)
    if (state !== undefined) title(state.stage, progressLine(state, performance.now()) + notice)
  }
  const timer = setInterval(draw, redrawMs)
  timer.unref()

  const begin = (stage: Stage) => {
    if (aside) return
    list ??= openList(shown)
    shown = list.shown
    list.open.add(stage)
    title(stage, stageWords[stage].doing)
  }

  const finish = (event: Event & { readonly type: 'stage-end' }, total: string) => {
    if (list === undefined || !list.open.has(event.stage)) return
    title(event.stage, doneLine(event, total, failed))
    failed = 0
    list.open.delete(event.stage)
    list.close.get(event.stage)?.()
    if (list.open.size === 0) closeList('')
  }

  const closeList = (word: string) => {
    for (const stage of list?.open ?? []) title(stage, `${stageWords[stage].doing}: ${word}`)
    for (const close of list?.close.values() ?? []) close()
    list = undefined
  }

  return {
    event: event => {
      const before = stages
      stages = follow(stages, event, performance.now())
      if (event.type === 'stage-begin') begin(event.stage)
      else if (event.type === 'host-failed') failed += 1
      else if (event.type === 'stage-end') finish(event, totalOf(before.get(event.stage) ?? {}))
    },
    notice: text => {
      if (list === undefined) printError(`${text}\n`)
      else notice = ` (${text})`
    },
    aside: async work => {
      aside = true
      closeList('a question first')
      await shown
      return work().finally(() => {
        aside = false
        for (const stage of stages.keys()) begin(stage)
      })
    },
    end: async () => {
      clearInterval(timer)
      closeList('not finished')
      await shown
    },
  }
}

function doneLine(event: Event & { readonly type: 'stage-end' }, total: string, failed: number): string {
  const waited =
    event.waited !== undefined && event.waited >= 50 ? `${duration(event.waited)} of it waiting` : ''
  const failures = failed === 0 ? '' : `${count(failed, 'host')} failed`
  const parts = [total, duration(event.elapsed), waited, failures].filter(part => part !== '')
  return `${stageWords[event.stage].done}: ${parts.join(', ')}`
}

/** A list with a task for each stage; one without a title is not drawn. Drawn once the list `before` it is done. */
function openList(before: Promise<void>): List {
  const tasks: List['tasks'] = new Map()
  const titles: List['titles'] = new Map()
  const close: List['close'] = new Map()
  const listr = new Listr(
    (Object.keys(stageWords) as Stage[]).map(stage => {
      const closed = new Promise<void>(resolve => close.set(stage, resolve))
      return {
        task: (_: unknown, task: Titled) => {
          tasks.set(stage, task)
          const begun = titles.get(stage)
          if (begun !== undefined) task.title = begun
          return closed
        },
      }
    }),
    {
      concurrent: true,
      renderer: 'default',
      // listr2's own handler would end the process in the middle of a step.
      registerSignalListeners: false,
      rendererOptions: { lazy: true, formatOutput: 'truncate' },
    },
  )
  const shown = before.then(async () => {
    await listr.run()
  })
  return { tasks, titles, open: new Set(), close, shown }
}
