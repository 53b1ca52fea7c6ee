/** What lies on a host in the middle of a change, read from the machine so that a cut cable does not matter. */
import { access } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { marks, stagingOf } from '../../src/shell/change/staging.ts'
import { lockLife } from '../../src/shell/lock/lock.ts'
import { guardUnit, home, hostLockPath, oldName, recordDirectory } from '../../src/shell/syntax/layout.ts'
import type { Fleet } from '../../test/e2e/support/fleet.ts'

export type Mark = 'staged' | 'touched' | 'told'

const files: Readonly<Record<Mark, string>> = { staged: '', touched: marks.touched, told: marks.told }

/** Whether a host's staging directory of a component has come that far. */
export async function has(fleet: Fleet, host: string, component: string, mark: Mark): Promise<boolean> {
  return there(`${fleet.host(host).root}${stagingOf(component)}/${files[mark]}`)
}

export function there(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

const components = ['alertmanager', 'node_exporter', 'prometheus'] as const

/** Every host and component in which a change is under way, as `mon-a prometheus`. */
export async function underWay(fleet: Fleet): Promise<readonly string[]> {
  const all = fleet.names.flatMap(host => components.map(component => ({ host, component })))
  const found = await Promise.all(
    all.map(async ({ host, component }) =>
      (await has(fleet, host, component, 'touched')) ? `${host} ${component}` : '',
    ),
  )
  return found.filter(text => text !== '')
}

/** The lines of a lock that was taken since this second, and is not free: released, or not renewed for half a minute. */
const heldLock = (second: number) => `lock=$(cat ${hostLockPath} 2>/dev/null) || lock=
renewed=\${lock#*renewed=}; renewed=\${renewed%%[!0-9]*}
since=\${lock#*since=}; since=\${since%%[!0-9]*}
read -r up rest </proc/uptime
if [ -n "$renewed" ] && [ $((\${up%%.*} - renewed)) -le ${lockLife} ] && [ "$since" -ge ${second} ]; then
  printf '%s\\n' "$lock"
fi`

/**
 * What nobody would ever clear away: staged and replaced files, and locks of runs that ended by themselves since this
 * moment (milliseconds of the epoch); that of one that was killed before is free soon. Empty where all is in order.
 */
export async function leftovers(fleet: Fleet, since = 0): Promise<string> {
  const mark = oldName('/x').replace(/^\/(\.promha-).*$/, '$1*')
  const places = `/usr/local/bin /etc /usr/share/prometheus ${home}`
  const script = `for place in ${places}; do [ -d $place ] || continue; find $place -name '${mark}' -o -path '*/staging/*'; done | sort
${heldLock(Math.floor(since / 1000))}
systemctl is-failed --quiet ${guardUnit} && echo '${guardUnit} has failed' || :`
  const found = await fleet.onAll(script)
  return found.map((text, index) => (text === '' ? '' : `${fleet.names[index]}:\n${text}\n`)).join('')
}

/** Looks every few milliseconds until it is so. Throws after `deadline` milliseconds. */
export async function seen(what: string, deadline: number, look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + deadline
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`waited ${deadline / 1000} s in vain for ${what}`)
    await delay(5)
  }
}

/** Who put anything back since `since`, milliseconds of the epoch; undefined where nobody did. A host that is off is not asked. */
export async function undoneSince(fleet: Fleet, since: number): Promise<'the host' | 'promha' | undefined> {
  const second = Math.floor(since / 1000)
  const script = `journalctl -q -o cat -u ${guardUnit} --since @${second} | grep '^undoing ' || :
sed -sn '1s/.*\\bundone=\\([0-9]*\\).*/undone \\1/p' ${recordDirectory}/* 2>/dev/null || :`
  const found = await Promise.all(fleet.names.map(host => fleet.inside(host, script).catch(() => '')))
  const lines = found.join('\n').split('\n')
  if (lines.some(line => line.startsWith('undoing '))) return 'the host'
  const times = lines.flatMap(line => (line.startsWith('undone ') ? [Number(line.slice(7))] : []))
  return times.some(time => time >= second) ? 'promha' : undefined
}
