/** Passwords for sudo that the user types: one question for each user name, and one more where sudo refuses. */
import type { Prompt } from './identity.ts'

/** Compared by identity, so that a wrong one that is typed twice is a new answer. */
export interface TypedPassword {
  readonly password: string
}

/** Without an argument: the password typed last, asked for where there is none; with one that was refused: a newer one. */
export type AskSudo = (refused?: TypedPassword) => Promise<TypedPassword>

/** Hosts on which users have the same name share an answer, since theirs is mostly one password, and no others do. */
export function createSudoPasswords(prompt: Prompt): (user: string, host: string) => AskSudo {
  const latest = new Map<string, Promise<TypedPassword>>()
  return (user, host) => async refused => {
    for (;;) {
      const known = latest.get(user)
      if (known !== undefined) {
        const answer = await known
        if (answer !== refused) return answer
        // Somebody else may have asked anew while this one waited.
        if (latest.get(user) !== known) continue
      }
      const again = refused === undefined ? '' : `sudo on ${host} did not accept it. `
      const asked = prompt(`${again}sudo password of ${user}: `).then(password => ({ password }))
      latest.set(user, asked)
      return asked
    }
  }
}
