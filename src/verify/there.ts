/** Checks without what is not installed: one says what is missing, the others do not fail for that. */
import { few } from '../diagnostic/few.ts'
import type { Component } from '../inventory/model.ts'
import type { CellTopology } from '../topology/model.ts'
import { hostsOf, wayTo } from '../topology/way.ts'
import type { IsMissing } from '../topology/without-missing.ts'
import type { Chosen } from './input.ts'
import type { Known } from './known.ts'
import type { Question } from './view.ts'

/**
 * What compares members, as long as at least `least` of them are there; else a check that says which are not.
 * @param all hosts of all members, of which `left` are there
 */
export function comparing(
  question: Question,
  component: Component,
  all: readonly string[],
  left: readonly string[],
  least = Math.min(2, all.length),
): Question {
  if (left.length >= least) return question
  return without(
    question,
    component,
    all.filter(host => !left.includes(host)),
  )
}

/** One failed check for each program of a cell that is not installed, instead of one for each that needs it. */
export function missingPrograms(
  known: readonly Known[],
  whole: CellTopology,
  { missing, tellsMissing, hosts, components: selected }: Chosen,
): readonly Question[] {
  if (missing === undefined || !tellsMissing) return []
  return known
    .map(({ definition }) => definition)
    .filter(({ name }) => selected.has(name))
    .flatMap(({ name, members, readyCheck }) =>
      [...new Set(hostsOf(members(whole)))]
        .filter(host => hosts.has(host) && missing(host, name))
        .map(
          (host): Question => ({
            id: readyCheck,
            target: `${host}/${name}`,
            needs: [],
            judge: () => ({
              status: 'fail',
              detail: `${name} is not installed on ${host}`,
              remedy: 'Run `promha apply` to install it.',
              settled: true,
            }),
          }),
        ),
    )
}

/** The check, or a skipped one if the address or the HAProxy through which it would ask is not installed. */
export function byWay(
  question: Question,
  whole: CellTopology,
  component: Component,
  missing: IsMissing | undefined,
): Question {
  const way = missingWay(whole, component, missing)
  return way ? without(question, way.by, way.hosts) : question
}

/**
 * What should lead to one of several members and is not installed: keepalived on all hosts of the address, or HAProxy on
 * any of its hosts, since each host asks its own. Undefined if the members can be reached.
 */
export function missingWay(
  whole: CellTopology,
  component: Component,
  missing: IsMissing | undefined,
): { readonly by: Component; readonly hosts: readonly string[] } | undefined {
  if (missing === undefined) return undefined
  const way = wayTo(whole, component)
  if (way === undefined) return undefined
  const { by, needsAll } = way
  const hosts = way.hosts.filter(host => missing(host, by))
  const gone = needsAll ? hosts.length > 0 : hosts.length === way.hosts.length
  return gone ? { by, hosts } : undefined
}

/** If a program that it needs does not run, it fails for as long as that is so. */
export function settledIf(stopped: boolean, question: Question): Question {
  if (!stopped) return question
  return {
    ...question,
    judge(view) {
      const verdict = question.judge(view)
      return verdict.status === 'fail' ? { ...verdict, settled: true } : verdict
    },
  }
}

function without(question: Question, component: Component, hosts: readonly string[]): Question {
  return {
    ...question,
    needs: [],
    more: () => [],
    judge: () => ({ status: 'skip', detail: `${component} is not installed on ${few(hosts)}` }),
  }
}
