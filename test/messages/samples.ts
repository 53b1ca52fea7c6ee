/** Facts with which the messages of a room are shown. */
import type { Problem } from '../../src/diagnostic/problem.ts'

// biome-ignore lint/suspicious/noExplicitAny: each message has facts of its own
type Messages = Readonly<Record<string, (where: object, ...facts: any[]) => Problem>>
/** Lists of facts as real callers give them: enough that each branch of the message is executed. */
type Facts<T extends Messages> = {
  readonly [Name in keyof T]: readonly (Parameters<T[Name]> extends [unknown, ...infer F] ? F : never)[]
}

export interface Samples {
  readonly messages: Messages
  readonly facts: Readonly<Record<string, readonly (readonly unknown[])[]>>
}

export function samples<T extends Messages>(messages: T, facts: Facts<T>): Samples {
  return { messages, facts }
}
