/** Names of hosts in few words: `mon-a, mon-b`, `app-[01:12]`. */
import { grouped } from '../../diagnostic/grouped.ts'

/** Numbers that follow each other become a range, as the inventory writes it. In the order of the first of each. */
export function foldHosts(hosts: readonly string[]): readonly string[] {
  const groups = grouped(hosts, host => host.replace(/\d+$/, digits => `\0${digits.length}`))
  return [...groups.values()].flatMap(runsOf)
}

/** At most `most` names; how many hosts there are, if they are more than that. */
export function hostsText(hosts: readonly string[], most = 4): string {
  const folded = foldHosts(hosts)
  if (folded.length <= most) return folded.join(', ')
  return `${hosts.length} hosts: ${folded.slice(0, most).join(', ')}, …`
}

/** Of hosts that differ in their last number only, which has the same length. */
function runsOf(hosts: readonly string[]): readonly string[] {
  const numbered = hosts.map(host => ({ host, digits: /\d+$/.exec(host)?.[0] ?? '' }))
  const sorted = numbered.sort((one, other) => Number(one.digits) - Number(other.digits))
  const runs: (typeof numbered)[] = []
  for (const one of sorted) {
    const last = runs.at(-1)
    const before = last?.at(-1)
    const follows =
      before !== undefined && one.digits !== '' && Number(one.digits) === Number(before.digits) + 1
    if (last && follows) last.push(one)
    else runs.push([one])
  }
  return runs.flatMap(run => {
    const [first, last] = [run[0], run.at(-1)]
    if (!first || !last || run.length < 3) return run.map(({ host }) => host)
    return [`${first.host.slice(0, -first.digits.length)}[${first.digits}:${last.digits}]`]
  })
}
