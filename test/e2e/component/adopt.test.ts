/** A pair that another tool has built is taken over where it stands, through the same gates, and given back. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { mainPid, query, untilValue } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import type { Finished } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

/** As the widespread Ansible collection leaves a host, but with its data where Debian has it; the programs wait in /root/kept. */
const foreign = `
groupadd --system prometheus
useradd --system --gid prometheus --groups adm --home-dir /var/lib/prometheus --no-create-home --shell /usr/sbin/nologin prometheus
install -m 0755 /root/kept/prometheus /root/kept/promtool /usr/local/bin/
install -d -m 0770 -o root -g prometheus /etc/prometheus /etc/prometheus/rules /etc/prometheus/file_sd /etc/prometheus/scrape_configs
install -d -m 0755 -o prometheus -g prometheus /var/lib/prometheus
install -d -m 0755 -o prometheus -g adm /var/lib/prometheus/metrics2
cat >/etc/prometheus/prometheus.yml <<'END'
# Ansible managed
global:
  scrape_interval: 2s
  external_labels: { environment: old }
rule_files: [/etc/prometheus/rules/*.rules]
scrape_config_files: [scrape_configs/*]
scrape_configs:
  - job_name: old
    static_configs:
      - targets: ['localhost:9090']
END
chown root:prometheus /etc/prometheus/prometheus.yml
chmod 0640 /etc/prometheus/prometheus.yml
echo 'groups: [{ name: theirs, rules: [{ alert: DiskFull, expr: vector(0) > 0 }] }]' >/etc/prometheus/rules/theirs.rules
echo 'scrape_configs: [{ job_name: mail, static_configs: [{ targets: ["localhost:9090"] }] }]' >/etc/prometheus/scrape_configs/mail.yml
echo '{}' >/etc/prometheus/web.yml
echo 'ARGS="--storage.tsdb.path=/var/lib/prometheus/metrics2 --web.config.file=/etc/prometheus/web.yml --web.external-url=http://old.example/"' >/etc/default/prometheus
cat >/etc/systemd/system/prometheus.service <<'END'
# Ansible managed
[Unit]
Description=Prometheus
After=network-online.target

[Service]
Type=simple
User=prometheus
Group=prometheus
ExecReload=/bin/kill -HUP $MAINPID
EnvironmentFile=/etc/default/prometheus
ExecStart=/usr/local/bin/prometheus $ARGS --storage.tsdb.retention.time=30d --web.listen-address=0.0.0.0:9090 --config.file=/etc/prometheus/prometheus.yml
Restart=always

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --quiet --now prometheus
`

/** Any user may call a program so, and claim any port and file by its arguments. */
const pretender = `
cp /bin/bash /tmp/prometheus
systemd-run --quiet --unit=pretender --uid=nobody /tmp/prometheus -c 'while :; do read -rt 60 <><(:); done' x --web.config.file=/etc/pretended.yml --storage.tsdb.path=/pretended
`

describe('a pair that another tool has built', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  const pair = ['mon-a', 'mon-b']
  let site: Site
  let before_: readonly string[]
  let since = 0

  before(async () => {
    await fleet.blank()
    site = await makeSite(fleet)
    await site.edit(draft => {
      const { targets: _, rule_files: __, ...prometheus } = draft.cells.lab.prometheus
      draft.cells = { lab: { hosts: pair, prometheus } } as never
    })
    done(await site.run('apply', '--json', '-l', 'mon-*'))
    await fleet.onAll('mkdir -p /root/kept; cp /usr/local/bin/prom* /root/kept/', pair)
    await fleet.blank(pair)
    await fleet.onAll(`${foreign}${pretender}`, pair)
    for (const host of pair)
      await until(`${host} to scrape`, 30_000, async () =>
        query(fleet, host, 'up{job="old"}').then(
          found => found.length > 0,
          () => false,
        ),
      )
    before_ = await asItIs()
    since = Date.now() / 1000
  })
  after(async () => {
    await fleet.blank(pair)
    await fleet.onAll(
      'systemctl stop pretender; rm -rf /root/kept /tmp/prometheus /etc/default/prometheus',
      pair,
    )
    await site?.remove()
  })

  function done({ code, stdout, stderr, document }: Finished): Document {
    assert.equal(code, 0, stdout + stderr)
    return document()
  }

  /** What has to be the same again in the end. */
  const asItIs = () =>
    fleet.onAll(
      `for file in $(ls /usr/local/bin/prom* /etc/prometheus/*.* /etc/prometheus/*/* /etc/systemd/system/prometheus.service); do
         echo "$(sha256sum $file) $(stat -c '%a %U:%G %Y' $file)"
       done; stat -c '%n %a %U:%G' /etc/prometheus /etc/prometheus/* /var/lib/prometheus /var/lib/prometheus/metrics2
       systemctl show -p ActiveState,UnitFileState,SubState prometheus; id prometheus; ls -d /var/lib/prometheus/metrics2/wal`,
      pair,
    )

  const changes = ({ hosts = {} }: Document, host: string) =>
    (hosts[host]?.changes ?? []).map(({ action, resource }) => `${action} ${resource}`)

  it('is refused, and not touched, as long as it would lose passwords, history or data', async () => {
    for (const command of ['plan', 'apply']) {
      const { code, document } = await site.run(command, '--json')
      assert.equal(code, 1)
      for (const host of pair) {
        const told = (document().errors ?? []).filter(one => one.host === host)
        assert.deepEqual(
          told.map(({ summary }) => summary.replace(/:.*/, '')),
          [
            'prometheus reads /etc/prometheus/web.yml for TLS and passwords, and promha would serve port 9090 without them',
            'prometheus keeps its data in /var/lib/prometheus/metrics2, and promha would use /var/lib/prometheus',
            'prometheus keeps 30d of data, and the inventory keeps 15d',
          ],
        )
        assert.match(told[1]?.remedy ?? '', /^Set `data_dir: \/var\/lib\/prometheus\/metrics2` /)
      }
    }
    assert.deepEqual(await asItIs(), before_)
    await site.edit(({ cells: { lab } }) => {
      Object.assign(lab, { adopt: { accept: ['web_config'] } })
      Object.assign(lab.prometheus, { data_dir: '/var/lib/prometheus/metrics2', retention: { time: '30d' } })
    })
  })

  it('is told first what the inventory lacks', async () => {
    const { code, stderr } = await site.run('plan')
    assert.equal(code, 2)
    for (const said of [
      /^Warning: prometheus reads \/etc\/prometheus\/web\.yml .* \(accepted by `adopt`\)$/m,
      /^Warning: the inventory lacks scrape jobs that \/etc\/prometheus\/prometheus\.yml has: mail, old$/m,
      /^Warning: the inventory lacks alerts that \/etc\/prometheus\/prometheus\.yml has: DiskFull$/m,
      /^Warning: prometheus has the external URL http:\/\/old\.example and will have http:\/\/\S+:9090: links/m,
    ])
      assert.match(stderr, said)
  })

  it('is planned as adopted where it is as wanted, and as replaced with a backup where not', async () => {
    const pidsBefore = await Promise.all(pair.map(host => mainPid(fleet, host, 'prometheus')))
    const { code, stdout, document } = await site.run('plan', '--json')
    assert.equal(code, 2, stdout)
    for (const host of pair) {
      const found = changes(document(), host)
      for (const wanted of [
        'adopt user:prometheus',
        'adopt program:/usr/local/bin/prometheus',
        'adopt program:/usr/local/bin/promtool',
        'update file:/etc/prometheus/prometheus.yml',
        'update unit:prometheus.service',
        'restart service:prometheus.service',
      ])
        assert.ok(found.includes(wanted), `${host}: ${wanted}\n${found.join('\n')}`)
      const reasons = document().hosts?.[host]?.changes.filter(change => change.reason.includes('backup'))
      assert.equal(reasons?.length, 2)
    }
    const told = (await site.run('plan', '--diff=full')).stdout
    assert.match(told, /^\s*-\s+- job_name: old$/m)
    assert.deepEqual(await asItIs(), before_)
    assert.deepEqual(await Promise.all(pair.map(host => mainPid(fleet, host, 'prometheus'))), pidsBefore)
  })

  it('is taken over one replica after the other, with its data, and then is as any other', async () => {
    const watch = watchOutages(pair.map(host => `http://${fleet.host(host).address}:9090/-/ready`))
    done(await site.run('apply', '--json'))
    const [a = [], b = []] = await watch.stop()
    assert.deepEqual(overlap(a, b), [])
    assert.ok(a.length > 0 && b.length > 0, 'each was restarted')
    for (const host of pair) {
      const found = await query(fleet, host, 'last_over_time(up{job="old"}[15m])')
      assert.equal(found.length, 1, 'its series')
      await untilValue(fleet, host, 'count(up{job="prometheus"})', '2')
    }
    assert.equal(
      await fleet.inside(
        'mon-a',
        'cat /etc/prometheus/rules/theirs.rules; stat -c %a /var/lib/promha/backup',
      ),
      'groups: [{ name: theirs, rules: [{ alert: DiskFull, expr: vector(0) > 0 }] }]\n700',
    )
    assert.equal(done(await site.run('apply', '--json')).changed, 0)
  })

  it('is an error where what was given back does not run any more, which says why', async () => {
    await fleet.inside(
      'mon-a',
      "cp -p /etc/prometheus/web.yml /root/kept/; echo 'bad: [' >/etc/prometheus/web.yml",
    )
    const { code, stdout, document } = await site.run(
      ...['destroy', '--yes', '--restore', '--json', '-l', 'mon-a', '--only', 'prometheus'],
    )
    assert.equal(code, 3, stdout)
    const [problem, ...rest] = document().errors ?? []
    assert.deepEqual(rest, [])
    assert.equal(problem?.host, 'mon-a')
    assert.equal(problem?.summary, 'prometheus.service was given back, but does not run')
    assert.match(
      problem?.detail ?? '',
      /^It ran before promha was used\. systemd says \w+( \([\w-]+\))?( and has restarted it \d+ times)?\./,
    )
    assert.match(problem?.detail ?? '', /validate web configuration/)
    assert.match(problem?.detail ?? '', /^systemd says:\n.*status=1\/FAILURE/ms)
    await fleet.inside('mon-a', 'cp -p /root/kept/web.yml /etc/prometheus/')
  })

  it('is given back as it was and runs, with all its data', async () => {
    const { code, stdout, stderr, document } = await site.run('destroy', '--yes', '--restore', '--json')
    assert.equal(code, 0, stdout + stderr)
    assert.ok(changes(document(), 'mon-a').includes('start service:prometheus.service'), stdout + stderr)
    await until('the old config to be scraped by', 30_000, async () =>
      query(fleet, 'mon-b', 'up{job="old"}').then(
        found => found.length > 0,
        () => false,
      ),
    )
    assert.deepEqual(await asItIs(), before_)
    const samples = await query(fleet, 'mon-a', `min_over_time(timestamp(up{job="old"})[15m:2s])`)
    assert.ok(Number(samples[0]?.value[1]) < since)
    assert.equal(await fleet.inside('mon-a', 'ls -A /var/lib/promha /run/promha.lock 2>/dev/null || :'), '')
  })
})
