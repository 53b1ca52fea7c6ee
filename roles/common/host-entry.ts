/** The line of `status` of what has a unit and no port: its host is asked about it. */
import type { Component } from '../../src/inventory/model.ts'
import { runs } from '../../src/resource/unit-state.ts'
import type { HostState } from '../../src/shell/host/host-state.ts'
import { answerTo } from '../../src/verify/answer/view.ts'
import { hostState } from '../../src/verify/ask/host-ask.ts'
import { hostQuestion } from '../../src/verify/ask/question.ts'
import type { StatusEntry } from '../../src/verify/checks/facet.ts'

interface Shown {
  /** Which of the host's tables are its own. */
  readonly tables: (state: HostState) => readonly (HostState['table'] | undefined)[]
  /** What is worth a word while it is ready; may be empty. */
  readonly note?: (state: HostState) => string
}

/** It is ready while its unit runs and its tables are as their files say. */
export function hostEntry(cell: string, host: string, component: Component, shown: Shown): StatusEntry {
  const ready = hostQuestion(host, hostState)
  return {
    ...{ cell, host, component, ready },
    lacks: (active, view) => {
      if (!runs(active)) return `systemd says ${active ?? 'nothing'}`
      const state = answerTo(view, ready)
      const good = state && shown.tables(state).every(table => table === 'whole' || table === 'unknown')
      return good ? '' : 'its table is not as it should be'
    },
    note: view => {
      const state = answerTo(view, ready)
      return (state && shown.note?.(state)) ?? ''
    },
  }
}
