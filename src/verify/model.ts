import type { Component } from '../inventory/model.ts'
import type { Answer, Sent } from '../shell/host/ask.ts'
import type { HostAsk } from './ask/question.ts'

/** One proven, disproven or unprovable statement about the running stack. */
export interface Check {
  /** The contract's name: `prometheus.mutual`. */
  readonly id: string
  /** A cell, a host or `HOST/component`. */
  readonly target: string
  readonly status: 'pass' | 'warn' | 'fail' | 'skip'
  /** What was seen. */
  readonly detail: string
  /** What to do; with `fail` and `warn`. */
  readonly remedy?: string
  /** It could not be decided, because this host or program gives no answer. Others may wait for the same one. */
  readonly cause?: Cause
  /** It fails only because programs do not run that other checks name as a cause. */
  readonly follows?: true
  /** What people use and this check is about. */
  readonly offer?: Offer
  /** The cell that it is a check of. */
  readonly cell?: string
}

/** Who gives no answer: a host, or a program on it. */
export interface Cause {
  readonly host: string
  readonly component?: Component
}

/** What a stack is there for: `queries`, `alerts`, `addresses`. */
export interface Offer {
  readonly what: string
  /** Who gives it; absent if the check does not show that anybody does. */
  readonly by?: string
}

/** Asks PATH of the program that listens at ADDRESS:PORT on HOST. Rejects with an AskError. */
export type Ask = (host: string, address: string, port: number, path: string, sent?: Sent) => Promise<Answer>

/** Asks a host itself. Rejects with an AskError. */
export type AskHost = <A>(host: string, ask: HostAsk<A>) => Promise<A>

/** Both ways to ask. */
export interface Asking {
  readonly ask: Ask
  readonly askHost: AskHost
}

/** `refused`: nothing listens; `impossible`: no way to ask from here (the check says `skip`); `failed`: the rest. */
export class AskError extends Error {
  readonly reason: 'refused' | 'impossible' | 'failed'
  constructor(reason: 'refused' | 'impossible' | 'failed', message: string) {
    super(message)
    this.name = 'AskError'
    this.reason = reason
  }
}

/** One line of `promha status`. */
export interface StatusRow {
  readonly cell: string
  readonly host: string
  readonly component: Component
  /** The replica's name, or the peer's; empty for exporters. */
  readonly replica: string
  /** What the running program says of itself; empty where it cannot be asked. */
  readonly version: string
  readonly health: 'ready' | 'not ready' | 'stopped' | 'absent' | 'unreachable'
  /** Seconds since the epoch when promha last changed it; null where it never did. */
  readonly lastChange: number | null
  /** What is wrong, in a few words. */
  readonly note: string
}
