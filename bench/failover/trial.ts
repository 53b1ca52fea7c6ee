/** One round: something is broken, measured, healed, and everything has to be well again. */
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../src/lab/wait.ts'
import { longestGap, type Series, samples, timesOf } from '../breaking/gaps.ts'
import { launch } from '../breaking/launch.ts'
import { type Answer, ask, lengthOf, often, spansOf } from '../breaking/poller.ts'
import { activeHost, type Part } from './active.ts'
import { type Break, type Case, covered } from './cases.ts'
import { killed, powerCut, restarted } from './faults.ts'
import type { Outcome, Sampled } from './outcome.ts'
import { account, beat, clear, known, type Push, push, pushOnce, scraped } from './pushes.ts'
import { type CellUnderTest, scrapeInterval, type World } from './site.ts'

const probes = 'probe_success'
const federated = 'region:beat{cell="haproxy"}'

/** So long all is watched before something happens, milliseconds; and longer than a Pushgateway writes no file. */
const calm = 3000
const longCalm = 11_000
/** No failover is over before this, milliseconds: until then nothing is taken back. */
const shortest = 5500
const deadline = 40_000

/** Breaks what these cases say, each in a cell of its own; gives the outcomes of all of `left` that this was. Never rejects. */
export async function attempt(
  world: World,
  first: readonly Case[],
  left: readonly Case[],
): Promise<ReadonlyMap<Case, Outcome>> {
  const outcomes = new Map<Case, Outcome>()
  const note = ({ part, cell, fault }: Case, seen: Partial<Outcome>) => ({
    ...{ part, cell, fault: fault.name },
    ...seen,
  })
  let round: Round | undefined
  try {
    round = await begin(world, first, left)
    const readings = await play(world, round)
    for (const one of round.breaks) {
      for (const target of one.cases) outcomes.set(target, note(target, readings(one, target)))
    }
  } catch (problem) {
    const failure = problem instanceof Error ? problem.message : String(problem)
    const all = round?.breaks.flatMap(one => one.cases) ?? first
    for (const target of all) outcomes.set(target, note(target, { failure }))
    if (round) await mend(world, round)
  }
  return outcomes
}

interface Round {
  readonly name: string
  readonly breaks: readonly Break[]
  /** So long all is watched before something happens, milliseconds. */
  readonly calm: number
}

let rounds = 0

async function begin(world: World, first: readonly Case[], left: readonly Case[]): Promise<Round> {
  rounds += 1
  const breaks = await Promise.all(
    first.map(async (one): Promise<Break> => {
      const cell = world.cells.find(({ name }) => name === one.cell) ?? assert.fail(`no cell ${one.cell}`)
      const parts: readonly Part[] = [
        'pushgateway',
        'prober',
        ...(cell.queried ? (['replica', 'loadbalancer'] as const) : []),
      ]
      const active = new Map<Part, string>()
      for (const part of parts) active.set(part, await activeHost(world, cell, part))
      const host = active.get(one.part) ?? assert.fail(`nobody is the active ${one.part}`)
      const { part, fault } = one
      return { cell, host, part, fault, cases: covered(one, active, left) }
    }),
  )
  const long = breaks.some(({ fault, cases }) => {
    return (fault === killed || fault === powerCut) && cases.some(({ part }) => part === 'pushgateway')
  })
  return { name: `${Date.now()}_${rounds}`, breaks, calm: long ? longCalm : calm }
}

const survivor = ({ cell, host }: Break) => cell.hosts.find(other => other !== host) ?? host

/** Replicas that the fault leaves alone: their samples count. */
function untouched(cell: CellUnderTest, breaks: readonly Break[]): readonly string[] {
  const hit = breaks.filter(({ fault, part }) => fault.hits === 'host' || part === 'replica')
  return cell.hosts.filter(host => !hit.some(one => one.host === host))
}

interface Watched {
  readonly pushes: readonly Push[]
  readonly queries: readonly Answer[]
}

async function play(world: World, round: Round): Promise<(one: Break, target: Case) => Partial<Outcome>> {
  const { fleet } = world
  const { breaks } = round
  for (const { cell } of breaks) {
    const gateways = cell.hosts.map(host => gatewayOf(world, host))
    await Promise.all(gateways.map(clear))
    await Promise.all(gateways.map(gateway => pushOnce(gateway, round.name)))
  }
  const watching = breaks.map(one => watch(world, one, round.name))
  const stopAll = () => Promise.all(watching.map(one => one.stop()))
  let watched: readonly Watched[]
  let at = 0
  let done = 0
  try {
    await delay(round.calm)
    await until('what is pushed and probed to be scraped', deadline, () => fresh(world, breaks))
    at = Date.now()
    await Promise.all(breaks.map(({ fault, host, part }) => fault.inject(fleet, host, part)))
    done = Date.now()
    await delay(Math.max(0, at + shortest - Date.now()))
    await until('all to be answered and scraped again', deadline, async () => {
      return watching.every(one => one.well()) && (await fresh(world, breaks))
    })
    await Promise.all(breaks.map(({ fault, host, part }) => fault.heal(fleet, host, part)))
    await proven(world)
  } finally {
    watched = await stopAll()
  }
  const healed = new Map<Break, Partial<Record<Part, string>>>()
  for (const one of breaks) {
    const now: Partial<Record<Part, string>> = {}
    for (const { part } of one.cases) now[part] = await activeHost(world, one.cell, part, survivor(one))
    healed.set(one, now)
  }
  const read = new Map<Case, Partial<Outcome>>()
  for (const [index, one] of breaks.entries()) {
    for (const target of one.cases) {
      const seen = watched[index] ?? { pushes: [], queries: [] }
      const reading = await readingOf(world, round, one, target, seen, { at, done })
      const stays = one.fault === restarted
      read.set(target, {
        ...reading,
        ...(stays ? {} : { wentBack: healed.get(one)?.[target.part] === one.host }),
      })
    }
  }
  return (_, target) => read.get(target) ?? {}
}

function gatewayOf({ fleet }: World, host: string): string {
  return `http://${fleet.host(host).address}:9091`
}

function watch(world: World, one: Break, round: string) {
  const pusher = push(world.gateway(one.cell, survivor(one)), round)
  const { queried } = one.cell
  let wellSince = Number.POSITIVE_INFINITY
  const asking = queried
    ? often(async () => {
        const answer = await ask(`${queried}/api/v1/query?query=vector(1)`)
        wellSince = answer.ready ? Math.min(wellSince, answer.answered) : Number.POSITIVE_INFINITY
        return answer
      })
    : undefined
  return {
    well: () => pusher.well() && (!asking || Date.now() - wellSince > 1000),
    stop: async (): Promise<Watched> => {
      const [pushes, queries] = await Promise.all([pusher.stop(), asking?.stop() ?? []])
      return { pushes, queries }
    },
  }
}

/** Whether every replica that is left has a sample of everything from the last two intervals. */
async function fresh(world: World, breaks: readonly Break[]): Promise<boolean> {
  const wanted = [
    ...breaks.flatMap(({ cell }) =>
      untouched(cell, breaks).flatMap(host => [
        { host, selector: beat },
        { host, selector: probes },
      ]),
    ),
    ...collecting(world, breaks).map(host => ({ host, selector: federated })),
  ]
  const found = await Promise.all(
    wanted.map(({ host, selector }) =>
      samples(world.fleet, host, selector, 2 * scrapeInterval).catch(() => []),
    ),
  )
  return found.every(series => series.length > 0)
}

function collecting({ cells }: World, breaks: readonly Break[]): readonly string[] {
  return cells.filter(({ name }) => name === 'vip').flatMap(cell => untouched(cell, breaks))
}

/** promha itself says that all is well, and that nothing differs. */
async function proven({ inventory }: World): Promise<void> {
  let said = ''
  await until('promha to prove that all is well', 90_000, async () => {
    const { code, stdout } = await launch('verify', inventory).done
    said = stdout
    return code === 0
  }).catch(problem => {
    throw new Error(`${problem.message}\n${said}`)
  })
  const drift = await launch('drift', inventory).done
  assert.equal(drift.code, 0, `drift ended with ${drift.code}\n${drift.stdout}\n${drift.stderr}`)
}

interface Span {
  /** Milliseconds of the epoch, just before it happened and just after. */
  readonly at: number
  readonly done: number
}

async function readingOf(
  world: World,
  round: Round,
  one: Break,
  { part }: Case,
  { pushes, queries }: Watched,
  span: Span,
): Promise<Partial<Outcome>> {
  const { breaks } = round
  const own = untouched(one.cell, breaks)
  const collectors = collecting(world, breaks)
  const ofOther =
    one.cell.name === 'haproxy' && (part === 'replica' || one.fault.hits === 'host') && collectors.length > 0
      ? { federated: (await sampled(world, collectors, federated, span)).sampled }
      : {}
  if (part === 'pushgateway') {
    const { fleet } = world
    const replicas = await Promise.all(
      one.cell.hosts.map(host =>
        scraped(`http://${fleet.host(host).address}:9090`, round.name, pushes[0]?.asked ?? span.at),
      ),
    )
    return {
      ...unanswered(pushes, span),
      pushed: account(pushes, span.done, {
        address: await known(world.gateway(one.cell, survivor(one)), round.name),
        hit: await known(gatewayOf(world, one.host), round.name),
        replicas: new Set(replicas.flatMap(found => [...found])),
      }),
      sampled: (await sampled(world, own, beat, span)).sampled,
    }
  }
  if (part === 'prober') {
    const seen = await sampled(world, own, probes, span)
    const failedProbes = seen.series.flatMap(({ values }) =>
      values.filter(([seconds, value]) => seconds * 1000 > span.at && value !== '1'),
    ).length
    return { sampled: seen.sampled, failedProbes }
  }
  return {
    ...unanswered(queries, span),
    asked: queries.length,
    failed: queries.filter(({ ready }) => !ready).length,
    ...(part === 'replica' ? ofOther : {}),
  }
}

function unanswered(answers: readonly Answer[], { at }: Span): Pick<Outcome, 'out' | 'when'> {
  const spans = spansOf(answers)
  const seconds = (time: number) => `${((time - at) / 1000).toFixed(1)}`
  return {
    out: lengthOf(spans),
    when: spans.map(({ from, to }) => `${seconds(from)} to ${seconds(to)} s`).join(', '),
  }
}

/** The worst of the hosts. Rejects where there is none. */
export async function sampled(
  { fleet }: Pick<World, 'fleet'>,
  hosts: readonly string[],
  selector: string,
  { at }: Span,
): Promise<{ readonly sampled: Sampled; readonly series: readonly Series[] }> {
  // Of no host at all, everything would be within the limits.
  assert.ok(hosts.length > 0, `no replica is left alone whose samples of ${selector} could be counted`)
  const now = Date.now()
  // From three intervals before the fault on, so that the last sample before it is among them.
  const seconds = (now - at) / 1000 + 3 * scrapeInterval
  const found = await Promise.all(hosts.map(host => samples(fleet, host, selector, seconds)))
  const gaps = found.map(series => longestGap(timesOf(series), at, now))
  return {
    sampled: {
      gap: Math.max(...gaps) / 1000 / scrapeInterval,
      doubled: Math.max(...found.map(series => series.length)) - 1,
    },
    series: found.flat(),
  }
}

/** So that the next round begins with everything well. */
async function mend(world: World, { breaks }: Round): Promise<void> {
  for (const { fault, host, part } of breaks) await fault.heal(world.fleet, host, part).catch(() => undefined)
  await proven(world).catch(() => undefined)
}
