/** Keeps a member of a store from being interrupted while another one still waits for samples: both would lack the same ones. */
import { grouped } from '../../diagnostic/grouped.ts'
import type { Problem } from '../../diagnostic/problem.ts'
import type { InstancePlan } from '../../plan/model.ts'
import { cellNamed, replicaComponent } from '../../topology/member/members.ts'
import type { StoreWriter } from '../../topology/model.ts'
import { candidatesOf, type RedundantMember } from '../availability/serving-state.ts'
import type { RunContext } from '../context.ts'
import { changingPlans } from '../host-run.ts'
import { isCaughtUp } from './follow.ts'
import { factOf, type KnownSink, type LosingStep } from './judge.ts'
import { backlogProblem } from './messages.ts'
import { patienceWithQueues, type QueueOutcome, type QueueWait, type Standing } from './wait.ts'

/** Waits for queues of one replica of a cell; undefined if the run was interrupted. */
type AwaitOf = (
  cell: string,
  wait: Pick<QueueWait, 'concerned' | 'done'> & { readonly member: RedundantMember },
) => Promise<QueueOutcome | undefined>

/** How one replica's queue stands, and to which sink. */
interface WriterStanding {
  readonly replica: string
  readonly sink: KnownSink
  readonly standing: Standing
}

/** Waits for the queues of all that write to the store, as far as they lead to its other members. `step`: undefined if it interrupts nothing. */
export async function storeStepProblems(
  context: RunContext,
  { component, instance: { cell, host } }: InstancePlan,
  step: LosingStep | undefined,
  awaitOf: AwaitOf,
): Promise<readonly Problem[]> {
  const { topology } = context.prepared
  const changing = changingPlans(context.hosts)
  // What a member lacks that is changed too shows right before the step: the run may be what brings it back.
  const comes = ({ sink, standing }: WriterStanding) =>
    step?.foretold === true &&
    standing.state === 'down' &&
    changing.some(one => one.component === component && one.instance.host === sink.member)
  const own = cellNamed(topology, cell)?.stores.find(one => one.component === component)
  if (!own || !step) return []
  const isOther = ({ store, kind, member }: KnownSink) =>
    store === cell && kind === own.store && member !== undefined && member !== host
  const standingsOf = async ({ cell: writer }: StoreWriter) => {
    const sinks = (cellNamed(topology, writer)?.sinks ?? []).filter(isOther)
    if (sinks.length === 0) return []
    const found = candidatesOf(context, writer, replicaComponent).map(async member => {
      const outcome = await awaitOf(writer, {
        member,
        concerned: ({ remoteName }) => sinks.some(({ name }) => name === remoteName),
        done: isCaughtUp,
      })
      // One that cannot be asked is not waited for: the replicas that are up hold the same samples.
      return (outcome?.standings ?? []).flatMap((standing): readonly WriterStanding[] => {
        const sink = sinks.find(({ name }) => name === standing.followed.queue.remoteName)
        return sink ? [{ replica: member.host, sink, standing }] : []
      })
    })
    return (await Promise.all(found)).flat()
  }
  const all = await Promise.all(own.writers.map(standingsOf))
  return all.flatMap(standings =>
    judged(
      standings.filter(one => !comes(one)),
      step,
    ),
  )
}

/** Of one cell that writes. A member has all if each replica that gets through to it has sent what it has. */
function judged(standings: readonly WriterStanding[], step: LosingStep): readonly Problem[] {
  return [...grouped(standings, ({ sink }) => sink.name).values()].flatMap(ofSink => {
    const late = ofSink.find(({ standing }) => standing.state === 'open')
    const isDown = ofSink.every(({ standing }) => standing.state === 'down')
    const [worst] = late ? [late] : isDown ? ofSink : []
    if (!worst) return []
    const { replica, sink, standing } = worst
    const { where, allowed, component, verb, foretold } = step
    const the = { component, verb, replica, other: `${component} on ${sink.member}`, fact: factOf(standing) }
    if (allowed) return [backlogProblem.otherBehindAccepted(where, the)]
    const minutes = patienceWithQueues / 60_000
    const queue = `the queue of ${replica} to ${the.other}`
    if (late && foretold) return [backlogProblem.wouldWait(where, { ...the, sink: queue }, minutes, false)]
    return [backlogProblem.otherBehind(where, the, late ? minutes : undefined)]
  })
}
