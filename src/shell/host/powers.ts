/** Which users of a host may do what root may, by lines of `getent`. */
import { type Observed, uidOfRoot } from '../../resource/observed.ts'

/** Groups whose members may do what root may, on one system or another. */
export const powerful: readonly string[] = [
  'root',
  'sudo',
  'wheel',
  'admin',
  'docker',
  'lxd',
  'incus',
  'libvirt',
  'disk',
  'shadow',
  'kmem',
]

/** Of a line as `getent` prints it. */
export function getentFields(line: string): readonly string[] {
  return line.split(':')
}

/** Of lines of users and of groups, {@link powerful} ones among them. */
export function powersIn(users: readonly string[], groups: readonly string[]): Pick<Observed, 'powers'> {
  const found = users.map((line): [string, readonly string[]] => {
    const [user = '', , uid] = getentFields(line)
    const held = groups.flatMap(text => {
      const [group = '', , , members = ''] = getentFields(text)
      return powerful.includes(group) && members.split(',').includes(user) ? [group] : []
    })
    return [user, [...(Number(uid) === 0 ? [uidOfRoot] : []), ...held]]
  })
  const powers = new Map(found.filter(([, held]) => held.length > 0))
  return powers.size > 0 ? { powers } : {}
}
