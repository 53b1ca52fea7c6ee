/** What is true of every command: variables and exit codes, for `--help` and the man page. */

/** A word and what it means. */
export type Meaning = readonly [word: string, text: string]

export const environmentVariables: readonly Meaning[] = [
  ['PROMHA_INVENTORY', 'the inventory file of every command that names none; without it, ./inventory.yml'],
  [
    'PROMHA_TRUST_OWNER',
    'uid of one more user, beside root and you, whose files promha runs and believes: for containers that map users',
  ],
  [
    'PROMHA_TRUSTED',
    "a list of accepted programs, instead of ~/.config/promha/trusted; it must lie outside of the inventory's checkout",
  ],
]

/** The first one that applies counts. */
export const exitCodes: readonly Meaning[] = [
  ['130', 'interrupted; every host is in its old or its new state'],
  ['5', 'another run holds the lock'],
  ['1', 'refused before any change: wrong usage, inventory, config, or an outage that was not allowed'],
  ['3', 'at least one host was unreachable, failed or was rolled back'],
  ['4', 'applied, but a check of verify failed'],
  ['2', 'plan and drift: there are differences'],
  ['0', 'done; plan and drift: no differences'],
]
