/** What verify and status ask of the Pushgateways. */
import { listFirst } from '../../src/diagnostic/list-first.ts'
import type { Component } from '../../src/inventory/model.ts'
import { joinHostPort } from '../../src/inventory/value/endpoint.ts'
import { proxyPeerPort } from '../../src/topology/address/proxy.ts'
import { hostsOf } from '../../src/topology/address/way.ts'
import type { CellTopology } from '../../src/topology/model.ts'
import { api } from '../../src/verify/answer/answers.ts'
import type { CheckDefinition, CheckVerdict, View } from '../../src/verify/answer/view.ts'
import { answerTo, heard, isVerdict } from '../../src/verify/answer/view.ts'
import { programOf } from '../../src/verify/ask/programs.ts'
import { type AnswerTo, each, type HttpQuestion, type Program } from '../../src/verify/ask/question.ts'
import { type ActivePassive, activePassiveIn, withActive } from '../../src/verify/checks/active-passive.ts'
import { type ExporterTarget, exportersUp } from '../../src/verify/checks/exporter-up.ts'
import type { AskedCell, CellChecks, ComponentChecks, Identity } from '../../src/verify/checks/facet.ts'
import { byWay, comparing } from '../../src/verify/checks/there.ts'
import { entryOf } from '../../src/verify/status-entry.ts'

const name = 'pushgateway'

const identity: Identity<AnswerTo<typeof api.gateway>> = {
  api: api.gateway,
  of: ({ start_time }) => start_time,
}

export const checks: ComponentChecks = {
  cellChecks,
  rows: cell =>
    withActive(
      activePassiveIn(cell, name, identity),
      programsIn(cell).map(program =>
        entryOf(cell.name, program, api.ready, {
          api: api.gateway,
          of: ({ build_information }) => build_information?.version,
        }),
      ),
    ),
  jobs,
  identity,
}

function cellChecks(asked: AskedCell): CellChecks {
  const { whole, cell, chosen } = asked
  const programs = programsIn(cell)
  const ours = asked.selected(programs)
  if (ours.length === 0) return {}
  const active = oneActive(cell, programs, chosen.components, activePassiveIn(cell, name, identity))
  return {
    across: [
      comparing(byWay(active, whole, name, chosen.missing), {
        component: name,
        all: hostsOf(whole.pushgateways),
        left: hostsOf(cell.pushgateways),
      }),
    ],
    access: exportersUp(asked, movingTargets(cell, ours)),
  }
}

function programsIn({ pushgateways }: CellTopology) {
  return pushgateways.map(member => programOf(name, member))
}

/** The job by which what was pushed is scraped. */
function jobs(cell: CellTopology) {
  return cell.jobs.filter(job => job.name === name)
}

/** Where what was pushed is scraped at an address that leads to one of several. */
function movingTargets(cell: CellTopology, programs: readonly Program[]): readonly ExporterTarget[] {
  const own = new Set(programs.map(({ instance }) => instance))
  return jobs(cell)
    .flatMap(({ targets }) => targets)
    .filter(({ instance }) => !own.has(instance))
    .map(({ instance }) => ({ target: `${cell.name}/${name}`, host: '', job: name, instance }))
}

/** `pushgateway.one_active`: both are ready, and wherever one of them is asked for, it is the same one. */
function oneActive(
  cell: CellTopology,
  gateways: readonly Program[],
  components: ReadonlySet<Component>,
  doubled: ActivePassive | undefined,
): CheckDefinition {
  const ready = each(gateways, api.ready)
  return {
    id: 'pushgateway.one_active',
    target: cell.name,
    needs: [...ready, ...(doubled ? [...doubled.own, ...doubled.ways] : [])],
    judge(view) {
      const found = heard(view, { ready, own: doubled?.own ?? [] })
      if (isVerdict(found)) return found
      if (doubled === undefined) return { status: 'skip', detail: 'both are ready; nothing leads to either' }
      const verdict = judgeWays(doubled, view)
      // Before what leads to them is there at all, that says nothing of them.
      if (verdict.status !== 'fail' || components.has(doubled.by)) return verdict
      return { status: 'skip', detail: `both are ready; ${doubled.by} is not among the selected components` }
    },
  }
}

function judgeWays({ by, own, ways, identity }: ActivePassive, view: View): CheckVerdict {
  const processAt = (question: HttpQuestion) => identity.of(answerTo(view, question))
  const known = new Map(own.map(question => [processAt(question), question.program.host]))
  const asked = ways.map(way => ({ way, reply: view(way) }))
  const from = (led: readonly HttpQuestion[]) => listFirst(led.map(({ program }) => program.host))
  const at = [...new Set(ways.map(({ program }) => joinHostPort(program.local)))].join(', ')
  const led = new Map<string, HttpQuestion[]>()
  for (const { way, reply } of asked) {
    if (reply.kind !== 'answer') continue
    const host = known.get(processAt(way)) ?? ''
    led.set(host, [...(led.get(host) ?? []), way])
  }
  const silent = asked.find(({ reply }) => reply.kind === 'silent')
  if (silent && silent.reply.kind === 'silent') {
    return {
      status: 'fail',
      detail: `asked from ${silent.way.program.host}, ${at} leads to none: ${silent.reply.why}`,
      remedy: `See that ${by} runs: journalctl -u promha-${by} on ${silent.way.program.host}.`,
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
    return { status: 'fail', detail: `${led.size} are active: ${seen.join('; ')}`, remedy: apart(by) }
  }
  const [[host, list] = ['', []]] = led
  return { status: 'pass', detail: `${host} is active, asked from ${from(list)}; both are ready` }
}

function apart(by: Component): string {
  return by === 'keepalived'
    ? 'Let the two hosts reach each other by VRRP, IP protocol 112.'
    : `Let the hosts reach each other at TCP ${proxyPeerPort}, then restart promha-haproxy where it leads elsewhere.`
}
