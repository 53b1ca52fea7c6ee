/** Live progress by listr2: one task a stage, never one a host, since it redraws all tasks at each event. */
import type { Listr, ListrLogger } from 'listr2'
import type { Stage } from '../../engine/event.ts'
import type { Renderer } from '../outcome.ts'
import { printError } from '../print.ts'
import { stageWords } from '../words.ts'
import { doneLine, follow, progressLine, type StageEnd, type Stages } from './stages.ts'

const redrawMs = 100

interface Titled {
  title: string
}

/** A notice has a line of its own, because a line of progress is cut off at the width of the terminal. */
type Line = 'notice' | Stage

/** Stages that overlap are drawn together, as one list; `tasks` holds those that listr2 has begun. */
interface List {
  readonly tasks: Map<Line, Titled>
  readonly titles: Map<Line, string>
  readonly open: Set<Stage>
  readonly close: Map<Line, () => void>
  readonly shown: Promise<void>
}

/** Draws on standard output, which must be a terminal. */
export async function terminalRenderer(): Promise<Renderer> {
  const listr2 = await import('listr2')
  let stages: Stages = new Map()
  let list: List | undefined
  let shown: Promise<void> = Promise.resolve()
  const failed = new Set<string>()
  let turn = 0
  let aside = false
  const output = new listr2.ProcessOutput()
  const logger = new listr2.ListrLogger({ useIcons: true, toStderr: [], processOutput: output })

  const title = (line: Line, text: string) => {
    list?.titles.set(line, text)
    const task = list?.tasks.get(line)
    if (task !== undefined) task.title = text
  }

  const draw = () => {
    const open = [...(list?.open ?? [])]
    // One title a tick, in turn: each change of a title makes listr2 draw the whole list.
    const stage = open[turn++ % Math.max(1, open.length)]
    const state = stage === undefined ? undefined : stages.get(stage)
    if (state !== undefined) title(state.stage, progressLine(state, performance.now()))
  }
  const timer = setInterval(draw, redrawMs)
  timer.unref()

  const begin = (stage: Stage) => {
    if (aside) return
    list ??= openList(listr2.Listr, logger, shown)
    shown = list.shown
    list.open.add(stage)
    title(stage, stageWords[stage].doing)
  }

  const finish = (event: StageEnd, before: Stages) => {
    if (list === undefined || !list.open.has(event.stage)) return
    title(event.stage, doneLine(event, before, failed.size))
    failed.clear()
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
      else if (event.type === 'host-failed') failed.add(event.host)
      else if (event.type === 'stage-end') finish(event, before)
    },
    notice: text => {
      if (list === undefined) printError(`${text}\n`)
      else title('notice', text)
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
    release: () => output.release(),
  }
}

/** A list with a task for each line; one without a title is not drawn. Drawn once the list `before` it is done. */
function openList(Tasks: typeof Listr, logger: ListrLogger, before: Promise<void>): List {
  const tasks: List['tasks'] = new Map()
  const titles: List['titles'] = new Map()
  const close: List['close'] = new Map()
  const listr = new Tasks(
    ['notice' as const, ...(Object.keys(stageWords) as Stage[])].map(line => {
      const closed = new Promise<void>(resolve => close.set(line, resolve))
      return {
        task: (_: unknown, task: Titled) => {
          tasks.set(line, task)
          const begun = titles.get(line)
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
      rendererOptions: { lazy: true, formatOutput: 'truncate', logger },
    },
  )
  const shown = before.then(() => listr.run()).then(() => undefined)
  return { tasks, titles, open: new Set(), close, shown }
}
