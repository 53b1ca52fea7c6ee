/** Keeps a step from losing samples that a replica has not sent yet: Prometheus forgets them at its start. */
import { knownDefinition } from '../../../roles/index.ts'
import { defined } from '../../diagnostic/defined.ts'
import { remembered } from '../../diagnostic/grouped.ts'
import { isError, type Problem, problemKey } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { atInstance, ofKind, resourceId } from '../../resource/model.ts'
import { preflightScript } from '../../shell/observe/preflight.ts'
import { mostOldText } from '../../shell/syntax/bounds.ts'
import { ask } from '../../ssh/ask.ts'
import { cellNamed, replicaComponent } from '../../topology/member/members.ts'
import type { StoreSink } from '../../topology/model.ts'
import { lagOf } from '../../verify/answer/remote-write.ts'
import { AskError } from '../../verify/model.ts'
import { type Clock, clockOf } from '../../wait/poll.ts'
import { firstAnswer } from '../availability/first-answer.ts'
import { candidatesOf, type RedundantMember, witnessesOf } from '../availability/serving-state.ts'
import type { RunContext } from '../context.ts'
import { changingPlans } from '../host-run.ts'
import { type Followed, hasSentSince, isCaughtUp } from './follow.ts'
import { type KnownSink, type LosingStep, ownProblems, peerProblems, waitNote } from './judge.ts'
import { lookAt, type QueueLook } from './look.ts'
import { backlogProblem } from './messages.ts'
import type { Backlogs } from './model.ts'
import { rekeyedQueues } from './rekeyed.ts'
import { storeStepProblems } from './store-step.ts'
import { awaitQueues, patienceWithQueues, type QueueOutcome, type QueueWait } from './wait.ts'

type Concerned = QueueWait['concerned']

interface Following {
  readonly context: RunContext
  readonly clock: Clock
  /** Of each host, by queue. */
  readonly known: Map<string, Map<string, Followed>>
  readonly concerned: Map<InstancePlan, Promise<Concerned | undefined>>
  /** Nothing is going to be changed: what can be told within a few seconds. */
  readonly foretells?: true
}

/** Milliseconds: as long as it takes to see that a sink takes nothing. */
const patienceOfPlan = 12_000
/** Seconds behind that are worth a word beforehand: with long scrape intervals, a few are usual. */
const lagOfNote = 30

/** For one run that changes hosts. */
export function followBacklogs(context: RunContext, clock = usualClock(context)): Backlogs {
  const told = new Set<string>()
  // A warning says what a step loses, and none is lost by a step that is refused.
  const tell = (problems: readonly Problem[]) => {
    const errors = problems.filter(isError)
    if (errors.length > 0) return errors
    for (const problem of problems.filter(one => !told.has(problemKey(one)))) {
      told.add(problemKey(problem))
      context.request.emit({ type: 'problem', problem })
    }
    return []
  }
  const following: Following = { context, clock, known: new Map(), concerned: new Map() }
  return {
    first: async () => tell(await ofAll(following)),
    async before(plan) {
      if (plan.component !== replicaComponent) return tell(await ofStore(following, plan))[0]
      const [own, peers] = await Promise.all([ofItself(following, plan), ofPeers(following, plan)])
      return tell([...own, ...peers])[0]
    },
  }
}

/** What an apply would refuse because of what is not sent, as errors, and what it would wait for or lose, as warnings. */
export function foretellBacklogs(
  context: RunContext,
  clock = usualClock(context),
): Promise<readonly Problem[]> {
  return ofAll({ context, clock, known: new Map(), concerned: new Map(), foretells: true })
}

function usualClock({ request }: RunContext): Clock {
  return (request.clockOf ?? clockOf)(request.signal)
}

/** Of all replicas that are to change, as long as nothing is changed yet. Stores are foretold; a run looks right before their steps. */
async function ofAll(following: Following): Promise<readonly Problem[]> {
  const { context, foretells } = following
  const comes = sinksToCome(context)
  const found = changingPlans(context.hosts).map(plan => {
    if (plan.component === replicaComponent) return ofItself(following, plan, comes)
    return foretells ? ofStore(following, plan) : []
  })
  return (await Promise.all(found)).flat()
}

/** Names of sinks whose store is changed before the replicas are: how it is by then shows right before their steps only. */
function sinksToCome({ hosts, prepared: { topology } }: RunContext): ReadonlySet<string> {
  const plans = changingPlans(hosts)
  const isChanged = ({ store, kind }: StoreSink) =>
    (cellNamed(topology, store)?.stores ?? [])
      .filter(one => one.store === kind)
      .some(({ component }) => plans.some(one => one.component === component && one.instance.cell === store))
  return new Set(topology.cells.flatMap(({ sinks }) => sinks.filter(isChanged)).map(({ name }) => name))
}

/** What the step would lose of the replica's own queues. */
async function ofItself(
  following: Following,
  plan: InstancePlan,
  without: ReadonlySet<string> = new Set(),
): Promise<readonly Problem[]> {
  const all = await concernedBy(following, plan)
  const concerned: typeof all = all && (queue => all(queue) && !without.has(queue.remoteName))
  const member = memberFor(following.context, plan, plan.instance.host)
  if (concerned === undefined || member === undefined) return []
  const step = stepOf(following, plan)
  const sinks = sinksOf(following.context, plan)
  const found = await awaited(following, plan, { member, concerned, done: isCaughtUp })
  if (found === undefined) return []
  return found.standings ? ownProblems(found.standings, sinks, step) : unasked(found.unasked, sinks, step)
}

/** Of each other replica: one that was changed before is to send again, lest all are silent for the same time. */
async function ofPeers(following: Following, plan: InstancePlan): Promise<readonly Problem[]> {
  if ((await concernedBy(following, plan)) === undefined) return []
  const { context } = following
  const { cell, host } = plan.instance
  const others = candidatesOf(context, cell, plan.component).filter(member => member.host !== host)
  const problems = others.map(async member => {
    const found = await awaited(following, plan, { member, concerned: () => true, done: hasSentSince })
    if (!found?.standings) return []
    return peerProblems(found.standings, sinksOf(context, plan), stepOf(following, plan), member.host)
  })
  return (await Promise.all(problems)).flat()
}

interface AwaitedMember extends Pick<QueueWait, 'concerned' | 'done'> {
  /** Absent: that of the plan. */
  readonly cell?: string
  readonly member: RedundantMember
}

/** Of those that write to the store, if the step interrupts a member of one. */
function ofStore(following: Following, plan: InstancePlan): Promise<readonly Problem[]> {
  const interrupts = /^(restart|stop)$/.test(toldOf(plan) ?? '')
  const step = interrupts ? stepOf(following, plan) : undefined
  return storeStepProblems(following.context, plan, step, (cell, wait) =>
    awaited(following, plan, { ...wait, cell }),
  )
}

/** Undefined if the run was interrupted. */
function awaited(
  { clock, context, known, foretells }: Following,
  plan: InstancePlan,
  { member, concerned, done, cell = plan.instance.cell }: AwaitedMember,
): Promise<QueueOutcome | undefined> {
  const { emit, signal } = context.request
  const { component, instance } = plan
  const sinks = cellNamed(context.prepared.topology, cell)?.sinks ?? []
  let told = ''
  const isUsual = ({ queue }: Followed) => (lagOf(queue) ?? Number.POSITIVE_INFINITY) <= lagOfNote
  return awaitQueues({
    ...{ concerned, signal, clock, patience: foretells ? patienceOfPlan : patienceWithQueues },
    done: (one, at) => done(one, at) || (foretells === true && isUsual(one)),
    known: remembered(known, member.host, () => new Map<string, Followed>()),
    look: () => look(context, cell, member),
    onWait(open) {
      if (foretells) return
      const note = waitNote(open, sinks, member.host === instance.host ? undefined : member.host)
      if (note !== told) emit({ type: 'waiting', host: instance.host, component, note })
      told = note
    },
  })
}

/** Rejects with an AskError. */
async function look(context: RunContext, cell: string, member: RedundantMember): Promise<QueueLook> {
  let why: unknown = new AskError('impossible', `it is not known where ${member.host} answers`)
  const witnesses = witnessesOf(context, cell)
  const seen = await firstAnswer(context.prefetch.ask, member, witnesses, get =>
    lookAt(get).catch(cause => {
      why = cause
      return undefined
    }),
  )
  if (seen === undefined) throw why
  return seen
}

/** One that does not run has nothing to send; of one whose cell has no store it is not known that it should have. */
function unasked(
  why: unknown,
  sinks: readonly KnownSink[],
  { where, component }: LosingStep,
): readonly Problem[] {
  if (sinks.length === 0 || (why instanceof AskError && why.reason === 'refused')) return []
  return [backlogProblem.unknown(where, component, why instanceof Error ? why.message : String(why))]
}

function memberFor(context: RunContext, { instance, component }: InstancePlan, host: string) {
  return candidatesOf(context, instance.cell, component).find(member => member.host === host)
}

function sinksOf({ prepared }: RunContext, { instance }: InstancePlan): readonly KnownSink[] {
  return cellNamed(prepared.topology, instance.cell)?.sinks ?? []
}

function stepOf({ context: { request }, foretells }: Following, plan: InstancePlan): LosingStep {
  const action = toldOf(plan)
  const verb = action === 'stop' ? 'stopped' : action === 'reload' ? 'reloaded' : 'restarted'
  return {
    ...{ where: atInstance(plan.instance), component: plan.component, verb },
    ...{ allowed: request.allowOutage, ...defined({ foretold: foretells }) },
  }
}

function toldOf({ instance, changes }: InstancePlan): string | undefined {
  const service = resourceId(instance.service)
  return changes.find(
    ({ resource, action }) => resource === service && /^(restart|stop|reload)$/.test(action),
  )?.action
}

/** Which queues the step interrupts; undefined if none. A plain reload interrupts none. */
function concernedBy({ context, concerned }: Following, plan: InstancePlan): Promise<Concerned | undefined> {
  return remembered(concerned, plan, async () => {
    const action = toldOf(plan)
    if (action === undefined) return undefined
    return action === 'reload' ? rekeyedBy(context, plan) : () => true
  })
}

async function rekeyedBy({ hosts }: RunContext, { instance, component, renewed }: InstancePlan) {
  const name = knownDefinition(component)?.takeOver?.config
  const config = ofKind(instance.resources, 'file').find(
    ({ path, content }) => typeof content === 'string' && path.endsWith(`/${name}`),
  )
  const { connection } = hosts.get(instance.host)?.session ?? {}
  if (!config || typeof config.content !== 'string' || !renewed.has(resourceId(config)) || !connection)
    return undefined
  const request = { services: [], directories: [], versions: [], addresses: [] }
  const read = preflightScript({ ...request, contents: [config.path], largest: mostOldText })
  const seen = await ask(connection, read).catch(() => undefined)
  return rekeyedQueues(seen?.contents.get(config.path)?.toString('utf8'), config.content)
}
