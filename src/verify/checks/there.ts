/** Checks without what is not installed: one says what is missing, the others do not fail for that. */
import { listFirst } from '../../diagnostic/list-first.ts'
import type { Component } from '../../inventory/model.ts'
import { hostsOf, wayTo } from '../../topology/address/way.ts'
import type { IsMissing } from '../../topology/member/without-missing.ts'
import type { CellTopology } from '../../topology/model.ts'
import type { CheckDefinition } from '../answer/view.ts'
import type { Chosen } from '../input.ts'
import type { Known } from './known.ts'

interface Members {
  readonly component: Component
  /** Hosts of all members, of which `left` are there. */
  readonly all: readonly string[]
  readonly left: readonly string[]
  /** How many there have to be; absent: two, as far as there are two. */
  readonly least?: number
}

/** What compares members, as long as enough of them are there; else a check that says which are not. */
export function comparing(
  question: CheckDefinition,
  { component, all, left, least = Math.min(2, all.length) }: Members,
): CheckDefinition {
  const gone = all.filter(host => !left.includes(host))
  return left.length >= least ? question : without(question, component, gone)
}

/** One failed check for each program of a cell that is not installed, instead of one for each that needs it. */
export function missingPrograms(
  known: readonly Known[],
  whole: CellTopology,
  { missing, tellsMissing, hosts, components: selected }: Chosen,
): readonly CheckDefinition[] {
  if (missing === undefined || !tellsMissing) return []
  const chosen = known.filter(({ definition }) => selected.has(definition.name))
  return chosen.flatMap(({ definition: { name, members, readyCheck } }) => {
    const gone = [...new Set(hostsOf(members(whole)))].filter(host => hosts.has(host) && missing(host, name))
    return gone.map((host): CheckDefinition => {
      const detail = `${name} is not installed on ${host}`
      const remedy = 'Run `promha apply` to install it.'
      const judge = () => ({ status: 'fail', detail, remedy, settled: true }) as const
      return { id: readyCheck, target: `${host}/${name}`, needs: [], judge }
    })
  })
}

/** The check, or a skipped one if the address or the HAProxy through which it would ask is not installed. */
export function byWay(
  question: CheckDefinition,
  whole: CellTopology,
  component: Component,
  missing: IsMissing | undefined,
): CheckDefinition {
  const way = missingWay(whole, component, missing)
  return way ? without(question, way.by, way.hosts) : question
}

/** What should lead to the members and is not installed: all keepalived, or any HAProxy. Undefined if they can be reached. */
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

/** If a program that it needs does not run, it fails for as long as that is so, and because of that. */
export function settledIf(stopped: boolean, question: CheckDefinition): CheckDefinition {
  if (!stopped) return question
  return {
    ...question,
    judge(view) {
      const verdict = question.judge(view)
      return verdict.status === 'fail' ? { ...verdict, settled: true, follows: true } : verdict
    },
  }
}

function without(question: CheckDefinition, component: Component, hosts: readonly string[]): CheckDefinition {
  return {
    ...question,
    needs: [],
    more: () => [],
    judge: () => ({ status: 'skip', detail: `${component} is not installed on ${listFirst(hosts)}` }),
  }
}
