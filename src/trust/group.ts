/** Groups that are one user's own, as most distributions make one for each user. */
import { readFileSync } from 'node:fs'

/** Both in the form of their files in /etc. */
interface Accounts {
  readonly passwd: string
  readonly group: string
}

/**
 * Whether only the user `uid` is in the group `gid`. Accounts that are not in this machine's own files are unknown, so
 * their groups are not private.
 */
export function isPrivateGroup(gid: number, uid: number, accounts: Accounts = read()): boolean {
  const users = rows(accounts.passwd).map(([name, , user, group]) => ({
    name,
    user: Number(user),
    group: Number(group),
  }))
  const owner = users.find(({ user }) => user === uid)
  if (owner === undefined || owner.group !== gid) return false
  if (users.some(({ user, group }) => group === gid && user !== uid)) return false
  const groups = rows(accounts.group).filter(([, , number]) => Number(number) === gid)
  const members = groups.flatMap(([, , , list = '']) => list.split(',').filter(name => name !== ''))
  return groups.length > 0 && members.every(name => name === owner.name)
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split(':'))
}

function read(): Accounts {
  return { passwd: text('/etc/passwd'), group: text('/etc/group') }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
