/** Exporters of the catalogue, with Debian's builds: each runs, is scraped, keeps its secret, and goes again. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const host = 'app-01'
const secret = 'postgresql://watcher:s3cr%2Ft "quoted" $HOME@127.0.0.1/shop?sslmode=disable'

const password = 'n0t "shown" $HOME'

const processNames = { process_names: [{ name: '{{.Comm}}', comm: ['systemd', 'sshd'] }] }
const echoes = { targets: [{ hosts: ['127.0.0.1'], interval: '2s', network: 'ip4', protocol: 'icmp' }] }
const snmp = {
  auths: { public_v2: { community: 'public', version: 2 } },
  modules: {
    system: {
      walk: ['1.3.6.1.2.1.1.3'],
      metrics: [{ name: 'sysUpTime', oid: '1.3.6.1.2.1.1.3', type: 'gauge', help: 'Time since the start' }],
    },
  },
}

describe('the catalogue of exporters', function () {
  this.timeout(480_000)
  const fleet = useFleet()
  let site: Site

  const on = (script: string) => fleet.inside(host, script)
  const surroundings = { env: { PG_DSN: secret, DB_PASSWORD: password } }
  const run = (command: string, ...flags: string[]) => site.runIn(surroundings, command, ...flags)
  const metrics = (port: number, path = '/metrics') =>
    on(`bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}; printf "GET ${path} HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`)

  const entries = () => ({
    process: { hosts: [host], config: processNames },
    systemd: { hosts: [host] },
    units_twin: { use: 'systemd', hosts: [host], listen: 'self:9559' },
    postgres: {
      hosts: [host],
      environment: { DATA_SOURCE_NAME: '${env:PG_DSN}' },
      limits: { memory: '256M' },
    },
    redis: { hosts: [host] },
    nginx: { hosts: [host] },
    apache: { hosts: [host] },
    smokeping: { hosts: [host], config: echoes },
    snmp: {
      hosts: [host],
      config: snmp,
      probes: [{ module: 'system', auth: 'public_v2', targets: [fleet.host('mon-a').address] }],
    },
    bind: { hosts: [host] },
    mysqld: {
      hosts: [host],
      flags: { 'mysqld.username': 'exporter', 'mysqld.address': '127.0.0.1:3306' },
      environment: { MYSQLD_EXPORTER_PASSWORD: '${env:DB_PASSWORD}' },
    },
    haproxy: { hosts: [host], flags: { 'haproxy.scrape-uri': 'http://127.0.0.1:8404/;csv' } },
    elasticsearch: {
      hosts: [host],
      flags: { 'es.uri': 'http://127.0.0.1:9200' },
      environment: { ES_USERNAME: 'monitor', ES_PASSWORD: '${env:DB_PASSWORD}' },
      config: { auth_modules: { prod: { type: 'userpass', userpass: { username: 'a', password: 'b' } } } },
    },
    smartctl: { hosts: [host] },
    ipmi: {
      hosts: [host],
      config: { modules: { default: { collectors: ['bmc'] }, boards: { user: 'a', pass: 'b' } } },
      probes: [{ module: 'boards', targets: [fleet.host('mon-b').address] }],
    },
  })
  const components: readonly (readonly [component: string, port: number])[] = [
    ['process_exporter', 9256],
    ['systemd_exporter', 9558],
    ['postgres_exporter', 9187],
    ['redis_exporter', 9121],
    ['nginx_exporter', 9113],
    ['apache_exporter', 9117],
    ['smokeping_prober', 9374],
    ['snmp_exporter', 9116],
    ['bind_exporter', 9119],
    ['mysqld_exporter', 9104],
    ['haproxy_exporter', 9101],
    ['elasticsearch_exporter', 9114],
    ['smartctl_exporter', 9633],
    ['ipmi_exporter', 9290],
  ]

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(({ cells: { lab } }) => void Object.assign(lab.exporters, entries()))
  })
  after(() => site?.remove())

  it('sets up all of them in one apply, which verify proves, and a second one changes nothing', async () => {
    const document = converged(await run('apply', '--json'))
    const passed = document.checks
      ?.filter(({ id, status }) => id === 'exporter.up' && status === 'pass')
      .map(({ target }) => target)
    for (const [component] of [...components, ['units_twin_exporter', 9559] as const])
      assert.ok(passed?.includes(`${host}/${component}`), `${component} is not up`)
    const { code, stdout } = await run('apply', '--json')
    assert.equal(code, 0)
    assert.equal((JSON.parse(stdout) as Document).changed, 0)
  })

  it('has each serve its own metrics under its own user', async () => {
    for (const [component, port] of components) {
      assert.match(await metrics(port), /^HTTP\/1\.. 200/, component)
      const user = await on(`ps -o user= -p "$(systemctl show -P MainPID ${component})" | cut -c1-20`)
      // What the board says is root's alone.
      assert.equal(/root/.test(user), component === 'ipmi_exporter', component)
    }
    assert.match(await metrics(9256), /namedprocess_namegroup_num_procs\{groupname="systemd"\} [1-9]/)
    assert.match(await metrics(9558), /systemd_unit_state/)
    assert.match(await metrics(9374), /smokeping_requests_total\{[^}]*\} [1-9]/)
  })

  it('has each say that nothing is behind it, which it asks where and as whom it is told', async () => {
    for (const [port, down] of [
      [9119, /^bind_up 0$/m],
      [9104, /^mysql_up 0$/m],
      [9101, /^haproxy_up 0$/m],
      [9114, /^elasticsearch_exporter_build_info/m],
      [9633, /^smartctl_devices \d+$/m],
      [9290, /^ipmi_up\{collector="bmc"\} 0$/m],
    ] as const)
      assert.match((await metrics(port)).replaceAll('\r', ''), down)
    const given = await on(
      "tr '\\0' '\\n' < /proc/$(systemctl show -P MainPID mysqld_exporter)/environ | grep ^MYSQLD",
    )
    assert.equal(given, `MYSQLD_EXPORTER_PASSWORD=${password}`)
    // A lab host has not all privileges itself.
    const capabilities = async (kind: string, pid: string) =>
      BigInt(`0x${(await on(`grep ^${kind} /proc/${pid}/status`)).replace(/^\S+\s+/, '')}`)
    const disks = (1n << 17n) | (1n << 21n) | (1n << 2n)
    assert.equal(
      await capabilities('CapEff', '$(systemctl show -P MainPID smartctl_exporter)'),
      disks & (await capabilities('CapBnd', '1')),
    )
  })

  it('hands a secret over by its environment only', async () => {
    assert.equal(await on('stat -c "%a %U:%G" /etc/promha/environment/postgres_exporter'), '600 root:root')
    const given = await on(
      `tr '\\0' '\\n' < /proc/$(systemctl show -P MainPID postgres_exporter)/environ | grep ^DATA_SOURCE_NAME=`,
    )
    assert.equal(given, `DATA_SOURCE_NAME=${secret}`)
    const shown = await on(
      'systemctl cat postgres_exporter; cat /proc/[0-9]*/cmdline | tr "\\0" " "; systemctl show postgres_exporter',
    )
    assert.ok(!shown.includes('watcher'), 'the secret is shown on the host')
    assert.match(shown, /MemoryMax=268435456/)
    const { stdout, stderr } = await run('plan', '--deep')
    assert.ok(!`${stdout}${stderr}`.includes('watcher'))
  })

  it('puts a changed config in place and refuses a wrong one before it touches anything', async () => {
    await site.edit(({ cells: { lab } }) =>
      Object.assign(lab.exporters, {
        snmp: { ...entries().snmp, config: { ...snmp, modules: { system: { walk: 'no list' } } } },
      }),
    )
    const refused = await run('apply', '--json')
    assert.notEqual(refused.code, 0)
    assert.match(await metrics(9116), /^HTTP\/1\.. 200/)
    await site.edit(({ cells: { lab } }) => void Object.assign(lab.exporters, entries()))
    assert.equal((JSON.parse((await run('plan', '--json')).stdout) as Document).changed, 0)
  })

  it('puts drift right', async () => {
    await on('systemctl stop nginx_exporter; rm /etc/promha/environment/postgres_exporter')
    const { code, stdout } = await run('drift', '--fix', '--json')
    assert.equal(code, 0, stdout)
    assert.match(await metrics(9113), /^HTTP\/1\.. 200/)
    assert.equal(await on('stat -c %a /etc/promha/environment/postgres_exporter'), '600')
  })

  it('takes away what leaves the inventory, and of two of a kind the other one stays', async () => {
    await site.edit(({ cells: { lab } }) => {
      const { node, systemd, postgres } = { ...lab.exporters, ...entries() }
      const reports = { ...postgres, use: 'postgres', listen: 'self:9188' }
      lab.exporters = { node, systemd, postgres, postgres_reports: reports } as never
    })
    converged(await run('apply', '--json'))
    const left = await on('ls /etc/systemd/system | grep -E "_(exporter|prober)"')
    assert.deepEqual(
      left.split('\n').filter(name => name.endsWith('.service')),
      ['node', 'postgres', 'postgres_reports', 'systemd'].map(name => `${name}_exporter.service`),
    )
    assert.equal(await on('ls /usr/local/bin | grep -c _exporter'), '4')
    assert.equal(await on('ls -d /etc/snmp_exporter /etc/process_exporter 2>/dev/null | wc -l'), '0')
  })

  it('destroys the rest', async () => {
    const { code, stdout } = await run('destroy', '--yes', '--json')
    assert.equal(code, 0, stdout)
    assert.equal(await on('ls /etc/systemd/system | grep -c _exporter || :'), '0')
    assert.equal(await on('ls -d /etc/promha 2>/dev/null | wc -l'), '0')
    // Two of a kind have one account, which goes with the last one.
    assert.equal(await on('getent passwd postgres-exp | wc -l; getent group postgres-exp | wc -l'), '0\n0')
  })
})
