/** What one break did to one part, and whether that is within what promha promises. Pure. */
import { cablePulled } from './faults.ts'
import type { Pushed } from './pushes.ts'

/** Of series that Prometheus has of it, in those replicas that the fault left alone. */
export interface Sampled {
  /** The longest time without a sample, in scrape intervals: 1 where none is missing. */
  readonly gap: number
  /** Series beyond the one that there should be. */
  readonly doubled: number
}

export interface Outcome {
  readonly part: string
  readonly cell: string
  readonly fault: string
  /** Seconds in which a client that asked ten times a second got no good answer; absent where it is not asked by clients. */
  readonly out?: number
  /** From when to when that was, after the fault. */
  readonly when?: string
  /** Questions of clients, and how many of them got no good answer. */
  readonly asked?: number
  readonly failed?: number
  readonly pushed?: Pushed
  /** Of what was pushed, or of the probes. */
  readonly sampled?: Sampled
  /** Probes that were done and found the target down, which it never is. */
  readonly failedProbes?: number
  /** Of the series that another cell collects from this one. */
  readonly federated?: Sampled
  /** Whether the part that was hit is the active one again, though the other one was well. */
  readonly wentBack?: boolean
  /** What kept it from being measured, or from being well afterwards. */
  readonly failure?: string
}

/** What each is allowed; seconds and scrape intervals. */
export const limits = {
  /** Of any address: to push to, to query by. */
  out: 5,
  /** Samples that a probe or a pushed series may lack, one after the other. */
  missing: 2,
  /** Of a federated series, in intervals. */
  federatedGap: 2,
  /** How long ago what a gateway that was killed has forgotten may have been pushed: its file is written every 10 s. */
  forgottenWithin: 12,
} as const

/** Samples come when Prometheus gets round to it: by so much of an interval one may be late. */
const late = 0.25

/** Everything about it that is not as it should be; empty where all is. */
export function judge(outcome: Outcome): readonly string[] {
  const { out, pushed, sampled, failedProbes, federated, wentBack, failure } = outcome
  const wrong: (string | undefined | false)[] = [
    failure,
    out !== undefined &&
      out >= limits.out &&
      `${out.toFixed(1)} s without an answer${outcome.when ? ` (${outcome.when})` : ''}`,
    wentBack && !mayGoBack(outcome) && 'the address went back by itself',
    failedProbes !== undefined && failedProbes > 0 && `${failedProbes} probes failed`,
    sampled && missing(sampled.gap) > limits.missing + late && `a gap of ${intervals(sampled.gap)}`,
    sampled && sampled.doubled > 0 && `${sampled.doubled} doubled series`,
    federated &&
      federated.gap > limits.federatedGap + late &&
      `a gap of ${intervals(federated.gap)} in what is federated`,
    federated && federated.doubled > 0 && `${federated.doubled} doubled series in what is federated`,
    ...(pushed ? judgePushes(outcome, pushed) : []),
  ]
  return wrong.filter(text => typeof text === 'string')
}

/**
 * A host that is cut off has a HAProxy too, which leads to what runs on that same host meanwhile. Whose choice is kept is
 * decided when the two meet again: neither could know that it was the one that was cut off.
 */
function mayGoBack({ part, cell, fault }: Outcome): boolean {
  return part !== 'replica' && part !== 'loadbalancer' && cell === 'haproxy' && fault === cablePulled.name
}

function judgePushes(outcome: Outcome, pushed: Pushed): readonly (string | false)[] {
  const { acknowledged, lost, lostAfter, forgotten, forgottenWithin, unseen, unseenWithin, keptByBoth } =
    pushed
  const { fault, wentBack } = outcome
  return [
    acknowledged === 0 && 'nothing was acknowledged',
    !keptByBoth && 'what both were given is gone',
    // Where it went back, what the other one was given meanwhile is with that one.
    lostAfter > 0 &&
      !(wentBack && mayGoBack(outcome)) &&
      `${lostAfter} pushes lost that were acknowledged after the fault`,
    forgottenWithin > limits.forgottenWithin &&
      `${forgotten} pushes forgotten, up to ${forgottenWithin.toFixed(1)} s old`,
    unseenWithin > seenWithin && `${unseen} pushes never scraped, up to ${unseenWithin.toFixed(1)} s old`,
    fault === 'unit restarted' && forgotten > 0 && `${forgotten} pushes forgotten by an orderly restart`,
    fault === 'unit restarted' && lost > 0 && `${lost} pushes lost by an orderly restart`,
  ]
}

/** Seconds: what was pushed before that was scraped by one of the replicas at least. Two intervals of the site. */
export const seenWithin = 4

const missing = (gap: number) => gap - 1

export function intervals(gap: number): string {
  return `${gap.toFixed(1)} intervals`
}
