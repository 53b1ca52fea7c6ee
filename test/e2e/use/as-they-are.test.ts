/** Hosts as their admins made them: accounts, units, ports and directories that promha meets, takes and leaves as they are. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { mainPid, snapshot, untilServing } from '../support/observe.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const pair = ['mon-a', 'mon-b']
const dataDir = '/srv/shared/prometheus'

/** Users without a group of their name, as where accounts come from elsewhere; a parent that hands on its group. */
const onPair = `
useradd -g users -d /home/prometheus -s /bin/bash prometheus
install -d -m 2755 -g users /srv/shared
`
const masked =
  'systemctl mask --quiet node_exporter; groupadd metrics; install -d -m 2775 -g metrics /var/lib/node_exporter'
const linked = `
printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/opt/node_exporter.service
systemctl enable --quiet --now /opt/node_exporter.service
`
const socketUnit = (port: number) => `
printf '[Socket]\\nListenStream=${port}\\n' >/etc/systemd/system/cockpit.socket
printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >/etc/systemd/system/cockpit.service
systemctl daemon-reload; systemctl start cockpit.socket
`

describe('hosts as their admins made them', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    await fleet.blank()
    site = await makeSite(fleet)
    await site.edit(({ cells }) => {
      cells.lab.prometheus.data_dir = dataDir
    })
    await fleet.onAll(onPair, pair)
    await fleet.inside('app-01', masked)
    await fleet.inside('app-02', linked)
  })
  after(async () => {
    await fleet.blank()
    await fleet.onAll(
      'systemctl stop cockpit.socket cockpit.service 2>/dev/null || :; systemctl unmask --quiet node_exporter 2>/dev/null || :; rm -rf /srv/shared /opt/node_exporter.service /etc/systemd/system/*.d/promha-test.conf /etc/systemd/system/cockpit.*; groupdel metrics 2>/dev/null || :; userdel prometheus 2>/dev/null || :; systemctl daemon-reload',
    )
    await site?.remove()
  })

  const summaries = ({ errors = [] }: Document) => errors.map(({ summary }) => summary)
  const changes = ({ hosts = {} }: Document, host: string) =>
    (hosts[host]?.changes ?? []).map(({ action, resource, reason }) => `${action} ${resource}: ${reason}`)

  it('a port that a socket unit holds keeps the cell from being touched, and the unit is named', async () => {
    await fleet.inside('mon-b', socketUnit(9090))
    const before = await snapshot(fleet)
    const { code, stdout, document } = await site.run('apply', '--json')
    assert.equal(code, 3, stdout)
    const [problem] = document().errors?.filter(({ host }) => host === 'mon-b') ?? []
    assert.equal(problem?.summary, 'port 9090/tcp is taken by cockpit.socket')
    assert.match(problem.remedy ?? '', /`systemctl disable --now cockpit\.socket` on mon-b/)
    assert.equal(document().changed, 0)
    assert.ok(
      summaries(document()).includes('nothing of cell lab was changed because mon-b cannot be changed'),
    )
    assert.deepEqual(await snapshot(fleet), before)
    assert.equal(await fleet.inside('mon-a', 'ls -A /usr/local/bin | grep promha || :'), '')
    await fleet.inside(
      'mon-b',
      'systemctl disable --quiet --now cockpit.socket; systemctl stop cockpit.service',
    )
  })

  it('what apply will unmask is said first, and a group that is missing is named', async () => {
    const { stdout, document } = await site.run('plan', '--json')
    assert.equal(
      changes(document(), 'app-01')[0],
      'update unit:node_exporter.service: unit is masked; apply unmasks it',
      stdout,
    )
    assert.ok(
      changes(document(), 'mon-a').includes(
        'update user:prometheus: the group prometheus does not exist; apply creates it',
      ),
      stdout,
    )
    const { stderr, stdout: told } = await site.run('plan')
    assert.match(stderr + told, /node_exporter\.service on app-01 is masked; apply unmasks it/)
  })

  it('all are taken as they are, and a second apply has nothing to do', async () => {
    converged(await site.run('apply', '--json'))
    for (const host of pair) {
      const seen = await fleet.inside(
        host,
        `getent passwd prometheus | cut -d : -f 4,6,7; stat -c '%U:%G' /etc/prometheus ${dataDir}; systemctl is-active prometheus`,
      )
      assert.equal(seen, '100:/home/prometheus:/bin/bash\nroot:prometheus\nprometheus:prometheus\nactive')
    }
    const textfiles = await fleet.inside('app-01', "stat -c '%a %U:%G' /var/lib/node_exporter")
    assert.equal(textfiles, '2775 root:metrics')
    await untilServing(fleet)
    const again = await site.run('apply', '--json')
    assert.deepEqual([again.code, again.document().changed], [0, 0], again.stdout)
    for (const host of ['app-01', 'app-02'])
      assert.equal(await fleet.inside(host, 'systemctl is-enabled node_exporter'), 'enabled')
  })

  it('a drop-in that adds to a unit or says the same is left, and one that replaces its command is warned of', async () => {
    const folder = '/etc/systemd/system/prometheus.service.d'
    const drop = (text: string) =>
      fleet.inside(
        'mon-a',
        `mkdir -p ${folder}; printf '[Service]\\n${text}\\n' >${folder}/promha-test.conf; systemctl daemon-reload`,
      )
    await drop('MemoryMax=8G\\nEnvironment=GOGC=75\\nUser=prometheus')
    const quiet = await site.run('plan')
    assert.equal(quiet.code, 0, quiet.stdout)
    assert.doesNotMatch(quiet.stdout + quiet.stderr, /drop-in/)
    await drop(
      'ExecStart=\\nExecStart=/usr/local/bin/prometheus --config.file=/etc/prometheus/prometheus.yml',
    )
    for (const command of ['plan', 'apply', 'verify', 'drift']) {
      const { code, stdout, stderr } = await site.run(command)
      assert.equal(code, 0, stdout + stderr)
      assert.match(stdout + stderr, /a drop-in of prometheus\.service on mon-a replaces ExecStart/)
    }
    await drop('MemoryMax=8G')
  })

  it('a group that is gone is made again, and its service restarted, one replica after the other', async () => {
    const before = await Promise.all(pair.map(host => mainPid(fleet, host, 'prometheus')))
    await fleet.onAll('groupmod -n elsewhere prometheus', pair)
    converged(await site.run('apply', '--json'))
    for (const [index, host] of pair.entries()) {
      assert.notEqual(await mainPid(fleet, host, 'prometheus'), before[index])
      assert.equal(await fleet.inside(host, 'stat -c %G /etc/prometheus/prometheus.yml'), 'prometheus')
    }
    assert.equal((await site.run('plan')).code, 0)
    await fleet.onAll('groupdel elsewhere', pair)
  })

  it('a directory that the admin gives to another group stays so', async () => {
    await fleet.inside(
      'app-02',
      'groupadd metrics; chgrp metrics /var/lib/node_exporter; chmod 0775 /var/lib/node_exporter',
    )
    assert.equal((await site.run('plan')).code, 0)
    await fleet.inside('app-02', 'chmod 0777 /var/lib/node_exporter')
    converged(await site.run('apply', '--json'))
    assert.equal(await fleet.inside('app-02', "stat -c '%a %U:%G' /var/lib/node_exporter"), '755 root:root')
  })

  const refusals: readonly (readonly [
    name: string,
    break_: string,
    mend: string,
    summary: RegExp,
    remedy: RegExp,
  ])[] = [
    [
      'password has expired',
      'chage -d 0 ops',
      'chage -d -1 ops',
      /the password of ops has expired and must be changed/,
      /chage -d/,
    ],
    [
      'account has expired',
      'chage -E 1 ops',
      'chage -E -1 ops',
      /the account of ops has expired/,
      /chage -E -1 ops/,
    ],
    [
      'login shell is nologin',
      'usermod -s /usr/sbin/nologin ops',
      'usermod -s /bin/bash ops',
      /the login shell of ops is nologin/,
      /usermod -s \/bin\/sh ops/,
    ],
    [
      'host lets only root log in',
      'echo "System is going down. Unprivileged users are not permitted to log in anymore." >/run/nologin',
      'rm /run/nologin',
      /only root log in at the moment/,
      /\/run\/nologin/,
    ],
    [
      'sudo asks for a terminal',
      "echo 'Defaults requiretty' >/etc/sudoers.d/zz-tty",
      'rm /etc/sudoers.d/zz-tty',
      /requiretty/,
      /Defaults:ops !requiretty/,
    ],
  ]
  for (const [name, broken, mend, summary, remedy] of refusals)
    it(`a login user whose ${name} is told so at once`, async () => {
      await fleet.inside('app-01', broken)
      try {
        const began = performance.now()
        const { code, stdout, document } = await site.run('plan', '--json', '-l', 'app-01')
        assert.equal(code, 3, stdout)
        const [problem] = document().errors ?? []
        assert.match(problem?.summary ?? '', summary)
        assert.match(problem?.remedy ?? '', remedy)
        assert.ok(performance.now() - began < 30_000)
      } finally {
        await fleet.inside('app-01', mend)
      }
    })

  it('given back, the unit is masked again, the link and the user are there, the made group is not', async () => {
    const { code, stdout, stderr } = await site.run('destroy', '--yes', '--restore', '--purge-data', '--json')
    assert.equal(code, 0, stdout + stderr)
    assert.equal(await fleet.inside('app-01', 'systemctl is-enabled node_exporter || :'), 'masked')
    assert.equal(
      await fleet.inside(
        'app-02',
        'readlink /etc/systemd/system/node_exporter.service; systemctl is-active node_exporter',
      ),
      '/opt/node_exporter.service\nactive',
    )
    assert.equal(
      await fleet.inside('app-01', "stat -c '%a %U:%G' /var/lib/node_exporter"),
      '2775 root:metrics',
    )
    const left = await fleet.inside(
      'mon-a',
      'id prometheus >/dev/null && echo user; getent group prometheus || echo no group; ls /etc/systemd/system/prometheus.service.d',
    )
    assert.equal(left, 'user\nno group\npromha-test.conf')
  })
})
