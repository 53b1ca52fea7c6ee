/** Groups that are one user's own, as most distributions make one for each user. */
import { readFileSync } from 'node:fs'

/** Both in the form of their files in /etc. */
interface Accounts {
  readonly passwd: string
  readonly group: string
}

/** Whether only the user `uid` is in the group `gid`. False if the accounts are not in this machine's own files. */
export function isPrivateGroup(gid: number, uid: number, accounts: Accounts = read()): boolean {
  const users = rows(accounts.passwd)
  const owner = users.find(([, , user]) => Number(user) === uid)
  if (owner === undefined || Number(owner[3]) !== gid) return false
  if (users.some(([, , user, group]) => Number(group) === gid && Number(user) !== uid)) return false
  const groups = rows(accounts.group).filter(([, , number]) => Number(number) === gid)
  const members = groups.flatMap(([, , , list = '']) => list.split(',').filter(name => name !== ''))
  return groups.length > 0 && members.every(name => name === owner[0])
}

function rows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return lines.map(line => line.split(':'))
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
