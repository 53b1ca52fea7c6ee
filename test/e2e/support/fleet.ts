/** One lab of four hosts for all tests of the stack: it is booted once, by the first file that asks. */
import { labName } from '../../../scripts/testing/lab-names.mjs'
import type { Lab } from '../../../src/lab/index.ts'
import { bringUp, type HeldLab, keep, overSsh, takeDown, throughNamespaces } from './lab.ts'

const name = labName()
const names = ['mon-a', 'mon-b', 'app-01', 'app-02']
let booting: Promise<Lab> | undefined
let lab: Lab | undefined

export interface Fleet extends HeldLab {
  readonly names: readonly string[]
  /** Runs a script as root on each of the hosts, by default on all. */
  readonly onAll: (script: string, hosts?: readonly string[]) => Promise<readonly string[]>
  /** As the hosts were before promha came: nothing of the stack is left. */
  readonly blank: (hosts?: readonly string[]) => Promise<void>
}

// A hook outside of every suite: it runs once, after the last test of all files.
after('take down the lab', async function () {
  this.timeout(60_000)
  if (booting !== undefined) await takeDown(name)
})

/**
 * Inside a `describe`: its hosts, as they were before promha came, since which file was there before is a matter of how
 * they are shared out. Programs that another file left may still lie there, and are adopted then: sending them is most
 * of the work of a first apply. Where they are not to be there, `bare` is said. PROMHA_KEEP_LAB=1 keeps the hosts up
 * afterwards, to look at or to save time.
 */
export function useFleet({ bare = false }: { readonly bare?: boolean } = {}): Fleet {
  before('bring up the lab', async function () {
    this.timeout(300_000)
    const isNew = booting === undefined && !keep
    booting ??= bringUp(name, names.length)
    lab = await booting
    if (isNew) return
    if (bare) await fleet.blank()
    else await onAll(removal)
  })
  return fleet
}

function current(): Lab {
  if (lab === undefined) throw new Error('the lab is not up yet')
  return lab
}

function host(wanted: string) {
  const found = current().hosts.find(candidate => candidate.name === wanted)
  if (found === undefined) throw new Error(`the lab has no host ${wanted}`)
  return found
}

const inside: Fleet['inside'] = (wanted, script) => throughNamespaces(current(), host(wanted), script)
const onAll: Fleet['onAll'] = (script, hosts = names) => Promise.all(hosts.map(one => inside(one, script)))

// The guard goes first: it would take what is missing for a change that was cut short.
const removal = `
units='promha-guard prometheus alertmanager node_exporter pushgateway blackbox_exporter victoriametrics grafana vmstorage vminsert vmselect'
systemctl kill --signal=KILL $units 2>/dev/null || :
systemctl disable --now $units 2>/dev/null || :
for unit in $units; do rm -f /etc/systemd/system/$unit.service; done
rm -f /etc/systemd/system/.promha-*
systemctl daemon-reload
systemctl reset-failed
rm -rf /etc/prometheus /etc/alertmanager /usr/share/prometheus /var/lib/promha /run/promha.lock /run/promha-packages.lock
rm -rf /var/lib/prometheus /var/lib/alertmanager /var/lib/node_exporter /var/lib/pushgateway
rm -rf /etc/blackbox_exporter.yml /etc/blackbox_exporter /var/log/prometheus
rm -rf /etc/victoriametrics /var/lib/victoriametrics /etc/vmstorage /etc/vminsert /etc/vmselect /var/lib/vmstorage /var/lib/vminsert /var/lib/vmselect
rm -rf /etc/grafana /var/lib/grafana /usr/local/share/grafana /usr/local/share/.promha-*
rm -f /usr/local/bin/.promha-*
for user in prometheus alertmanager node-exp pushgateway blackbox-exp victoriametrics grafana vmstorage vminsert vmselect; do userdel $user 2>/dev/null || :; done
for unit in $(cd /etc/systemd/system && grep -ls 'Written by promha' -- *_exporter.service *_prober.service); do
  systemctl disable --now $unit
  rm -rf /etc/systemd/system/$unit /etc/\${unit%.service}
done
own='promha-keepalived promha-haproxy promha-firewall'
systemctl disable --now $own 2>/dev/null || :
for unit in $own; do rm -f /etc/systemd/system/$unit.service; done
systemctl daemon-reload
rm -rf /etc/promha /usr/libexec/keepalived
userdel promha-check 2>/dev/null || :
`

const programs = `
for program in prometheus promtool alertmanager amtool node_exporter pushgateway blackbox_exporter victoria-metrics; do
  rm -f /usr/local/bin/$program
done
`

const fleet: Fleet = {
  names,
  lab: current,
  host,
  onHost: (wanted, script) => overSsh(current(), host(wanted), script),
  inside,
  onAll,
  blank: async hosts => {
    await onAll(removal + programs, hosts)
  },
}
