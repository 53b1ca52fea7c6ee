/** Flags of a store's program that hold a secret, which every user of its host would read in the command line. */
import type { ComponentKind } from '../../src/inventory/cell/common-words.ts'
import { type Own, setByPromha } from '../../src/inventory/cell/flags.ts'
import { hasPassword } from '../../src/inventory/secret/address.ts'
import { secretProblem } from '../../src/inventory/secret/messages.ts'
import { at } from '../../src/inventory/text/place.ts'

export interface SecretFlags {
  readonly names: RegExp
  /** Values that only say where the secret is; absent: the program takes the secret itself only. */
  readonly elsewhere?: RegExp
  /** What to do instead. */
  readonly instead: string
  /** Stands for a variable inside a value. */
  readonly variable?: RegExp
}

/** Reports them, and any address with a password. A flag in `own` is refused anyway. `of`: as messages call the program. */
export function refuseSecrets(
  of: string,
  own: Own,
  { names, elsewhere, instead, variable }: SecretFlags,
): NonNullable<ComponentKind['checkFlags']> {
  const isSecret = (value: unknown) =>
    value != null && typeof value !== 'boolean' && value !== '' && !elsewhere?.test(String(value))
  const withoutVariables = (value: unknown) =>
    variable && typeof value === 'string' ? value.replace(variable, '') : value
  return (flags, problems) => {
    for (const [name, value] of Object.entries(flags)) {
      const bare = name.replace(/^-+/, '')
      if (setByPromha(own, bare) !== undefined) continue
      const words = [value].flat()
      const secret = names.test(bare) && words.some(isSecret)
      if (!secret && !words.some(word => hasPassword(withoutVariables(word)))) continue
      const facts = { bare, of, secret, secretFlag: instead, credentials: undefined }
      problems.push(secretProblem.secretInFlag(at(flags, name), facts))
    }
  }
}
