/** Is one of the two Pushgateways active, and the other ready to be? */

import { few } from '../../src/diagnostic/few.ts'
import { joinHostPort } from '../../src/inventory/endpoint.ts'
import type { Component } from '../../src/inventory/model.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { proxyPeerPort } from '../../src/topology/proxy.ts'
import type { Doubled } from '../../src/verify/active.ts'
import { paths } from '../../src/verify/answers.ts'
import {
  each,
  heard,
  isVerdict,
  type Need,
  type Program,
  type Question,
  type Verdict,
  type View,
} from '../../src/verify/view.ts'

/**
 * `pushgateway.one_active`: both are ready, and wherever one of them is asked for, it is the same one. Which one that is
 * makes no difference: it stays active until it fails.
 */
export function oneActive(
  cell: CellTopology,
  gateways: readonly Program[],
  components: ReadonlySet<Component>,
  doubled: Doubled | undefined,
): Question {
  const ready = each(gateways, paths.ready)
  return {
    id: 'pushgateway.one_active',
    target: cell.name,
    needs: [...ready, ...(doubled ? [...doubled.own, ...doubled.ways] : [])],
    judge(view) {
      const answers = heard(view, [...ready, ...(doubled?.own ?? [])])
      if (isVerdict(answers)) return answers
      if (doubled === undefined) return { status: 'skip', detail: 'both are ready; nothing leads to either' }
      const verdict = judgeWays(doubled, answers.bodies.slice(ready.length), view)
      // Before what leads to them is there at all, that says nothing of them.
      if (verdict.status !== 'fail' || components.has(doubled.by)) return verdict
      return { status: 'skip', detail: `both are ready; ${doubled.by} is not among the selected components` }
    },
  }
}

function judgeWays(doubled: Doubled, bodies: readonly unknown[], view: View): Verdict {
  const { own, ways, processOf } = doubled
  const known = new Map(bodies.map((body, index) => [processOf(body), own[index]?.program.host]))
  const asked = ways.map(way => ({ way, reply: view(way) }))
  const from = (led: readonly Need[]) => few(led.map(({ program }) => program.host))
  const at = [...new Set(ways.map(({ program }) => joinHostPort(program.local)))].join(', ')
  const led = new Map<string, Need[]>()
  for (const { way, reply } of asked) {
    if (reply.kind !== 'answer') continue
    const host = known.get(processOf(reply.body)) ?? ''
    led.set(host, [...(led.get(host) ?? []), way])
  }
  const silent = asked.find(({ reply }) => reply.kind === 'program')
  if (silent && silent.reply.kind === 'program') {
    return {
      status: 'fail',
      detail: `asked from ${silent.way.program.host}, ${at} leads to none: ${silent.reply.why}`,
      remedy: `See that ${doubled.by} runs: journalctl -u promha-${doubled.by} on ${silent.way.program.host}.`,
    }
  }
  if (led.size === 0) return { status: 'skip', detail: `both are ready; ${at} could be asked from no host` }
  const strange = led.get('')
  if (strange) {
    return {
      status: 'fail',
      detail: `asked from ${from(strange)}, ${at} leads to a Pushgateway that is not of this cell, or was started just now`,
      remedy: `See what else listens on ${at}.`,
    }
  }
  if (led.size > 1) {
    const seen = [...led].map(([host, list]) => `${host}, asked from ${from(list)}`)
    return { status: 'fail', detail: `${led.size} are active: ${seen.join('; ')}`, remedy: apart(doubled) }
  }
  const [[host, list] = ['', []]] = led
  return { status: 'pass', detail: `${host} is active, asked from ${from(list)}; both are ready` }
}

function apart({ by }: Doubled): string {
  return by === 'keepalived'
    ? 'Let the two hosts reach each other by VRRP, IP protocol 112.'
    : `Let the hosts reach each other at TCP ${proxyPeerPort}, then restart promha-haproxy where it leads elsewhere.`
}
