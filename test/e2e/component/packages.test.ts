/** Packages of the hosts' own system: on a host that reaches a mirror, and on hosts that reach none. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { components } from '../../../roles/index.ts'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { RunOutcome, RunRequest } from '../../../src/engine/api.ts'
import { byOwnership } from '../../../src/engine/command/destroy.ts'
import { byInventory, type Goal } from '../../../src/engine/command/goal.ts'
import { converge } from '../../../src/engine/converge.ts'
import { eachHost, type HostRun } from '../../../src/engine/host-run.ts'
import { probe } from '../../../src/engine/session/hosts.ts'
import type { PackageResource } from '../../../src/resource/model.ts'
import { readInventory } from '../../../src/site/read.ts'
import { useFleet } from '../support/fleet.ts'
import { type Mirror, startMirror } from '../support/network/mirror.ts'

/** As a person calls it there. */
const apt = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive apt-get -q -y'

const wanted = ['haproxy', 'keepalived']

/** What the inventory says, and these packages first among what each component on a host needs. */
function needing(names: readonly string[]): Goal {
  const packages = names.map((name): PackageResource => ({ kind: 'package', name }))
  return {
    ...byInventory,
    async desire(context) {
      const { hosts, warnings } = await byInventory.desire(context)
      const asked = await eachHost(hosts, 'look', async (run): Promise<HostRun> => {
        const desired = run.desired.map(instance =>
          instance.retired
            ? instance
            : {
                ...instance,
                resources: [...packages, ...instance.resources.filter(({ kind }) => kind !== 'package')],
              },
        )
        const { connection } = run.session
        if (!connection) return { ...run, desired }
        const living = desired.filter(({ retired }) => !retired)
        return { ...run, desired, session: { connection, observed: await probe(connection, living, false) } }
      })
      return { hosts: asked, warnings }
    },
  }
}

describe('packages of the hosts’ own system', function () {
  this.timeout(300_000)
  const fleet = useFleet({ bare: true })
  let directory = ''
  let mirror: Mirror

  before(async () => {
    mirror = await startMirror(fleet.lab().name)
    directory = await mkdtemp(join(tmpdir(), 'promha-packages-'))
    await put({})
  })

  const put = (flags: object) =>
    write({
      exporters: { node: { hosts: ['all'], flags: { 'collector.disable-defaults': true, ...flags } } },
    })

  const write = (lab: object) => {
    const inventory = {
      promha: 1,
      ssh: { config: fleet.lab().sshConfig },
      artifacts: { from: 'debian', suite: 'forky' },
      hosts: Object.fromEntries(
        fleet
          .lab()
          .hosts.map(({ name, address, user }) => [
            name,
            { address, ...(user === 'root' ? { ssh: { sudo: false } } : {}) },
          ]),
      ),
      cells: { lab },
    }
    return writeFile(join(directory, 'inventory.yml'), stringify(inventory))
  }

  // Those that another file's components brought, too: what was there before stays, and so nothing would come.
  // One by one: apt touches none where it does not know one of them.
  const purge = `for one in haproxy keepalived nftables; do ${apt} --auto-remove purge $one >/dev/null 2>&1 || :; done`

  before(async () => {
    await fleet.onAll(purge)
    await fleet.onAll(
      'cp /etc/apt/sources.list /root/sources.list; : >/etc/apt/sources.list; rm -f /var/cache/apt/archives/*.deb',
    )
    await fleet.inside('app-01', `echo '${mirror.source}' >/etc/apt/sources.list`)
  })
  after(async () => {
    await fleet.onAll(
      `${purge}
       cp /root/sources.list /etc/apt/sources.list; rm -rf /var/lib/apt/lists/* /root/sources.list`,
    )
    await fleet.blank()
    await mirror?.close()
    await rm(directory, { recursive: true, force: true })
  })

  const seen: Problem[] = []
  afterEach(async () => {
    seen.splice(0)
    await put({})
  })

  async function run(hosts: readonly string[], desire: (request: RunRequest) => Goal): Promise<RunOutcome> {
    const file = join(directory, 'inventory.yml')
    const { inventory } = await readInventory(file)
    const request: RunRequest = {
      ...{ inventory, file, forks: 4, deep: false, allowOutage: false, lockTimeout: 0, command: 'apply' },
      selection: { hosts: new Set(hosts), components: new Set(components) },
      order: { parallelCells: 1, keepGoing: false },
      signal: new AbortController().signal,
      emit: event => {
        if (event.type === 'problem') seen.push(event.problem)
      },
    }
    return converge(request, desire(request))
  }
  const apply = (hosts: readonly string[], names: readonly string[] = wanted) =>
    run(hosts, () => needing(names))
  const destroy = (hosts: readonly string[]) =>
    run(hosts, request => byOwnership(request, { purgeData: false, restore: false }))

  const steps = ({ hosts }: RunOutcome, host: string) => {
    const found = hosts.find(one => one.host === host)
    assert.ok(found)
    const told = found.problems.map(({ summary, detail }) => `${summary}\n${detail}`).join('\n')
    assert.ok(['ok', 'changed'].includes(found.status), `${host} ${found.status}: ${told}`)
    return found.instances.flatMap(({ changes }) =>
      changes
        .map(({ action, resource }) => `${action} ${resource}`)
        .filter(step => step.includes('package:')),
    )
  }
  const problemOf = ({ hosts }: RunOutcome, host: string): Problem => {
    const found = hosts.find(one => one.host === host)
    assert.equal(found?.status, 'failed')
    const [problem] = found?.problems ?? []
    assert.ok(problem?.remedy && problem.host === host && problem.resource === 'package:haproxy')
    return problem
  }
  const installedOn = async (host: string) =>
    (await fleet.inside(host, "dpkg-query -W -f='${db:Status-Status} ${Package}\\n' | sort")).split('\n')
  /** Of the packages' own services: enabled and active where one is, and nothing that was left behind. */
  const traces = (host: string) =>
    fleet.inside(
      host,
      `for unit in ${wanted.join(' ')}; do systemctl is-active --quiet $unit && echo "$unit runs"; systemctl is-enabled --quiet $unit 2>/dev/null && echo "$unit is enabled"; done
       ls -d /usr/sbin/policy-rc.d* /var/lib/promha/repository /var/lib/promha/packaging 2>/dev/null || :`,
    )
  const created = wanted.map(name => `create package:${name}`)

  it('come from the host’s own sources where it reaches them, and leave with what came only for them', async () => {
    const before = await installedOn('app-01')
    assert.deepEqual(steps(await apply(['app-01']), 'app-01'), created)
    const now = await installedOn('app-01')
    for (const name of wanted) assert.ok(now.includes(`installed ${name}`))
    assert.ok(mirror.requests.some(path => /keepalived_.*\.deb$/.test(path)))
    assert.equal(await traces('app-01'), '')
    assert.deepEqual(steps(await apply(['app-01']), 'app-01'), [])
    // As a run leaves it that ends before the package's own service is off.
    await fleet.inside(
      'app-01',
      'touch /var/lib/promha/packages/.installing.haproxy; systemctl enable --quiet haproxy',
    )
    assert.deepEqual(steps(await apply(['app-01']), 'app-01'), ['create package:haproxy'])
    assert.equal(await traces('app-01'), '')
    assert.deepEqual(steps(await apply(['app-01']), 'app-01'), [])
    // One goes, the other stays with all that it needs.
    assert.deepEqual(steps(await apply(['app-01'], ['haproxy']), 'app-01'), ['delete package:keepalived'])
    const less = await installedOn('app-01')
    assert.ok(less.includes('installed haproxy') && !less.includes('installed keepalived'))
    assert.deepEqual(steps(await apply(['app-01'], []), 'app-01'), ['delete package:haproxy'])
    assert.deepEqual(await installedOn('app-01'), before)
    assert.equal(await fleet.inside('app-01', 'ls /var/lib/promha/packages 2>/dev/null || :'), '')
  })

  it('that were killed half-way are completed by the next run, and nothing starts by itself', async () => {
    const inside = (script: string) => fleet.inside('app-01', `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${script}`)
    const before = await installedOn('app-01')
    // haproxy's own script calls this. It writes down all that it was called by, and does not end.
    const [slow, chain] = ['/root/slow-adduser', '/run/half-way']
    await inside(
      `cat >${slow} <<'EOF'
#!/bin/sh
pid=$$
{ echo "$PROMHA_PACKAGING"
  while [ "$pid" -gt 1 ]; do case $(cat /proc/$pid/comm) in sshd* | sudo) break ;; esac; echo $pid; pid=$(cut -d ' ' -f 4 /proc/$pid/stat); done
} >${chain}.new
mv ${chain}.new ${chain}
exec sleep 300
EOF
chmod 0755 ${slow}; mount --bind ${slow} /usr/sbin/adduser`,
    )
    const policy = '/usr/sbin/policy-rc.d other.service start'
    const kill = `kill -9 $(tail -n +2 ${chain} | tac)`
    const running = apply(['app-01'], ['haproxy'])
    try {
      await inside(`timeout 200 sh -c 'until [ -e ${chain} ]; do sleep 0.1; done'`)
      assert.equal(await inside(`head -n 1 ${chain}; ${policy}; echo $?`), 'install\n0')
      // From the top down: dpkg would go on if it saw a script of a package end. None is stopped first: sudo would
      // stop with it, and nobody would wake it.
      await inside(kill)
      assert.match(problemOf(await running, 'app-01').summary, /haproxy could not be installed/)
    } finally {
      await inside(`umount --lazy /usr/sbin/adduser; [ ! -e ${chain} ] || ${kill} 2>/dev/null || :`)
      await inside(`rm -f ${slow} ${chain}`)
      // A run that is still going would disturb the tests that follow.
      await running.catch(() => undefined)
    }
    assert.ok((await installedOn('app-01')).includes('half-configured haproxy'))
    assert.equal(await inside(`${policy}; echo $?; ls /var/lib/dpkg/updates | head -n 1 | wc -l`), '0\n1')
    assert.deepEqual(steps(await apply(['app-01'], ['haproxy']), 'app-01'), ['create package:haproxy'])
    assert.ok((await installedOn('app-01')).includes('installed haproxy'))
    assert.equal(await traces('app-01'), '')
    assert.deepEqual(steps(await destroy(['app-01']), 'app-01'), ['delete package:haproxy'])
    assert.deepEqual(await installedOn('app-01'), before)
  })

  it('are brought to hosts that reach no source, pinned, and go by destroy', async () => {
    const hosts = ['mon-a', 'app-02']
    const before = await Promise.all(hosts.map(installedOn))
    mirror.requests.length = 0
    const outcome = await apply(hosts)
    for (const host of hosts) {
      assert.deepEqual(steps(outcome, host), created)
      const now = await installedOn(host)
      for (const name of wanted) assert.ok(now.includes(`installed ${name}`))
      assert.equal(await traces(host), '')
      assert.equal(
        await fleet.inside(host, 'ls /var/lib/apt/lists | grep -v -e partial -e lock -e auxfiles || :'),
        '',
      )
    }
    assert.deepEqual(mirror.requests, [])
    const lock = await readFile(join(directory, 'inventory.lock.yml'), 'utf8')
    assert.match(lock, /^packages:\n/m)
    assert.match(lock, /name: "keepalived"/)
    assert.deepEqual(steps(await apply(hosts), 'mon-a'), [])
    const gone = await destroy(hosts)
    for (const [index, host] of hosts.entries()) {
      assert.deepEqual(
        steps(gone, host).sort(),
        wanted.map(name => `delete package:${name}`),
      )
      assert.deepEqual(await installedOn(host), before[index])
      assert.equal(await fleet.inside(host, 'ls -d /var/lib/promha 2>/dev/null || :'), '')
    }
  })

  it('come with the components that need them, either way, and go with the last of those', async () => {
    const [fetches, gets] = ['app-01', 'mon-a']
    const before = await Promise.all([fetches, gets].map(installedOn))
    const address = (host: string) => fleet.host(host).address
    mirror.requests.length = 0
    await fleet.inside(fetches, 'rm -f /var/cache/apt/archives/*.deb')
    await write({
      hosts: [fetches, gets],
      prometheus: {
        replicas: { a: fetches, b: gets },
        alertmanagers: [],
        global: { scrape_interval: '2s', evaluation_interval: '2s' },
      },
      loadbalancer: { hosts: [fetches, gets], vip: `${address(gets).replace(/\d+$/, '101')}/24` },
    })
    const outcome = await run([fetches, gets], () => byInventory)
    for (const host of [fetches, gets]) {
      assert.deepEqual(
        steps(outcome, host).sort(),
        ['haproxy', 'keepalived', 'nftables'].map(name => `create package:${name}`),
      )
      // The packages' own services stay off; promha's use their programs.
      assert.equal(await traces(host), '')
      await fleet.inside(
        host,
        'systemctl is-active promha-haproxy promha-keepalived promha-firewall; ! systemctl is-enabled --quiet nftables',
      )
    }
    const answered = outcome.checks.filter(({ id }) =>
      ['vip.one_holder', 'loadbalancer.answers', 'peers.closed'].includes(id),
    )
    assert.deepEqual(
      answered.map(({ status }) => status),
      ['pass', 'pass', 'pass', 'pass'],
      JSON.stringify(answered),
    )
    const debs = (name: string) =>
      mirror.requests.filter(path => path.endsWith('.deb') && path.includes(`/${name}_`)).length
    assert.deepEqual(['haproxy', 'keepalived', 'nftables'].map(debs), [1, 1, 1])
    await run([fetches, gets], request => byOwnership(request, { purgeData: true, restore: false }))
    for (const [index, host] of [fetches, gets].entries()) {
      assert.deepEqual(await installedOn(host), before[index])
      assert.equal(await fleet.inside(host, 'ls -d /var/lib/promha /etc/promha 2>/dev/null || :'), '')
    }
  })

  it('that were there before stay, and so does a policy of the host’s own', async () => {
    const policy = '/usr/sbin/policy-rc.d'
    const [text, asked] = ['#!/bin/sh\necho "$*" >>/run/policy-asked', '/run/policy-asked']
    await fleet.inside('app-01', `echo '${text}' >${policy}; chmod 0755 ${policy}`)
    await fleet.inside('app-01', `${apt} --no-install-recommends install keepalived haproxy >/dev/null 2>&1`)
    // Gone, but for what somebody wrote for it.
    const config = '/etc/haproxy/haproxy.cfg'
    await fleet.inside('app-01', `echo '# mine' >>${config}; ${apt} remove haproxy >/dev/null 2>&1`)
    // Whom the package's own scripts ask before they start what is in it.
    assert.match(await fleet.inside('app-01', `cat ${asked}; rm ${asked}`), /haproxy.*start|start.*haproxy/)
    assert.deepEqual(steps(await apply(['app-01']), 'app-01'), [
      'create package:haproxy',
      'adopt package:keepalived',
    ])
    assert.equal(await fleet.inside('app-01', `cat ${policy}; ls ${policy}*`), `${text}\n${policy}`)
    assert.equal(await fleet.inside('app-01', `cat ${asked} 2>/dev/null || :`), '')
    await fleet.inside('app-01', `rm -f ${policy} ${asked}; ! systemctl is-active --quiet haproxy`)
    await destroy(['app-01'])
    const now = await installedOn('app-01')
    assert.ok(now.includes('installed keepalived') && now.includes('config-files haproxy'))
    assert.equal(await fleet.inside('app-01', `tail -n 1 ${config}; ls -d /var/lib/promha || :`), '# mine')
    await fleet.inside('app-01', `${apt} --auto-remove purge keepalived haproxy >/dev/null 2>&1`)
  })

  it('whose name a service of somebody else has leave it, its files and its user alone', async () => {
    const [unit, folder] = ['/etc/systemd/system/haproxy.service', '/etc/haproxy']
    const inside = (script: string) => fleet.inside('app-01', `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${script}`)
    await inside(
      [
        `printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >${unit}`,
        `mkdir -p ${folder}; echo '# mine' >${folder}/haproxy.cfg; useradd --system haproxy`,
        'systemctl daemon-reload; systemctl enable --quiet --now haproxy',
      ].join('\n'),
    )
    const look = () =>
      inside(
        `systemctl show -p MainPID,ActiveState,UnitFileState haproxy; cat ${folder}/haproxy.cfg; getent passwd haproxy`,
      )
    const before = await look()
    assert.match(before, /MainPID=[1-9]\d*\n.*=active\n.*=enabled\n# mine\nhaproxy:/s)
    assert.deepEqual(steps(await apply(['app-01'], ['haproxy']), 'app-01'), ['create package:haproxy'])
    assert.equal(await look(), before)
    await destroy(['app-01'])
    assert.equal(await look(), before)
    assert.ok(!(await installedOn('app-01')).includes('installed haproxy'))
    await inside(
      [
        `systemctl disable --quiet --now haproxy; rm ${unit}; systemctl daemon-reload`,
        `${apt} purge haproxy >/dev/null 2>&1; rm -rf ${folder}; ! getent passwd haproxy || userdel haproxy`,
      ].join('\n'),
    )
  })

  it('stay where the change fails that they were installed for, which is told, until destroy', async () => {
    // Only the host knows that there is no such directory.
    await put({ 'collector.stat': true, 'path.procfs': '/none' })
    const { hosts } = await apply(['app-01'], ['haproxy']).finally(() => put({}))
    const [host] = hosts
    assert.notEqual(host?.status, 'changed')
    assert.deepEqual(
      host?.problems.map(({ summary }) => summary),
      [
        'node_exporter refuses the flag "path.procfs" on this host, so what runs was not touched',
        'haproxy stays installed',
      ],
    )
    assert.ok((await installedOn('app-01')).includes('installed haproxy'))
    const gone = await destroy(['app-01'])
    assert.deepEqual(gone.hosts[0]?.problems, [])
    assert.ok(!(await installedOn('app-01')).includes('installed haproxy'))
    assert.equal(await fleet.inside('app-01', 'ls -d /var/lib/promha 2>/dev/null || :'), '')
  })

  it('that could not be removed are promha’s still, and go the next time', async () => {
    assert.deepEqual(steps(await apply(['app-01'], ['haproxy']), 'app-01'), ['create package:haproxy'])
    await fleet.inside('app-01', ': >/var/lib/dpkg/updates/0000')
    const mended = () => fleet.inside('app-01', 'rm /var/lib/dpkg/updates/0000')
    const first = await destroy(['app-01']).finally(mended)
    assert.match(problemOf(first, 'app-01').summary, /haproxy, which promha installed, could not be removed/)
    assert.match(problemOf(first, 'app-01').detail ?? '', /dpkg was interrupted/)
    assert.ok((await installedOn('app-01')).includes('installed haproxy'))
    assert.deepEqual(steps(await destroy(['app-01']), 'app-01'), ['delete package:haproxy'])
    assert.ok(!(await installedOn('app-01')).includes('installed haproxy'))
    assert.equal(await fleet.inside('app-01', 'ls -d /var/lib/promha 2>/dev/null || :'), '')
  })

  it('that cannot be installed say why, and nothing else is changed there', async () => {
    await fleet.inside('app-01', ': >/var/lib/dpkg/updates/0000')
    const mended = () => fleet.inside('app-01', 'rm /var/lib/dpkg/updates/0000')
    const outcome = await apply(['app-01']).finally(mended)
    const interrupted = problemOf(outcome, 'app-01')
    assert.match(interrupted.detail ?? '', /dpkg was interrupted/)
    assert.match(interrupted.remedy ?? '', /dpkg --configure -a/)
    const archives = '/var/cache/apt/archives'
    await fleet.inside(
      'app-01',
      `rm -f ${archives}/*.deb; mount -t tmpfs -o size=64k promha-test ${archives}`,
    )
    const cramped = await apply(['app-01']).finally(() => fleet.inside('app-01', `umount ${archives}`))
    assert.match(problemOf(cramped, 'app-01').summary, /the disk is full/)
    assert.match(problemOf(cramped, 'app-01').detail ?? '', new RegExp(archives))
    const brought = '/var/lib/promha/repository'
    await fleet.inside('mon-a', `mkdir -p ${brought}; mount -t tmpfs -o size=64k promha-test ${brought}`)
    const full = await apply(['mon-a']).finally(() => fleet.inside('mon-a', `umount ${brought}`))
    const [unsent] = full.hosts[0]?.problems ?? []
    assert.equal(unsent?.host, 'mon-a')
    assert.match(`${unsent?.summary}`, new RegExp(`${brought}/\\S+\\.deb.*No space left on device`, 's'))
    assert.equal(unsent?.resource, 'package:haproxy')
    assert.match(`${unsent?.remedy}`, /room/)
    const unknown = problemOf(await apply(['mon-a'], ['haproxy', 'no-such-package']), 'mon-a')
    assert.match(unknown.summary, /does not have .*no-such-package/)
    assert.match(
      unknown.detail ?? '',
      /own package sources do not bring them either.*Unable to locate package/s,
    )
    await fleet.inside('app-01', '[ ! -e /usr/local/bin/node_exporter ]')
    assert.ok(!(await installedOn('mon-a')).includes('installed haproxy'))
  })
})
