/** Who is changed first, what each change has to prove before the next, and what is not begun at all. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import { useFleet } from '../support/fleet.ts'
import { get, mainPid, snapshot } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import { makeSite, type Site } from '../support/site.ts'

const slow = { scrape_interval: '5s', evaluation_interval: '5s' }

describe('the gates of a change', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(({ cells: { lab } }) => {
      // A scrape that is late on a busy machine is no failure of what is tested here.
      Object.assign(lab.prometheus, { global: slow, targets: {} })
      lab.exporters.node.hosts = ['mon-*']
    })
    const { code, stdout, stderr } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
  })
  after(async () => {
    await fleet.onAll('systemctl stop crasher 2>/dev/null || :; systemctl start ssh.service 2>/dev/null || :')
    await fleet.blank(['app-01', 'app-02'])
    await site?.remove()
  })

  let turn = 0
  /** Another flag for every Prometheus, which asks for a restart. */
  const nextFlag = async () => {
    turn += 1
    await site.edit(({ cells }) => {
      for (const { prometheus } of Object.values(cells)) prometheus.flags['query.max-concurrency'] = 60 + turn
    })
    return 60 + turn
  }
  const flagOf = async (host: string) => {
    const path = '/api/v1/status/flags'
    const { data } = (await get(fleet, host, 'prometheus', path)) as { data: Record<string, string> }
    return Number(data['query.max-concurrency'])
  }
  const ready = (hosts: readonly string[]) =>
    hosts.map(host => `http://${fleet.host(host).address}:9090/-/ready`)
  /** Lines of the verbose text that tell of a restart of Prometheus, as hosts in their order. */
  const restarts = (text: string) =>
    [...text.matchAll(/^(\S+) prometheus: restart service:/gm)].map(([, host]) => host)

  /** Kills the Prometheus of a host 5 s after one with this flag was started, as a bad version would end. */
  const crashWith = (host: string, flag: number) =>
    fleet.inside(
      host,
      `cat >/run/crasher <<'END'
last=
while :; do
  pid=$(systemctl show -p MainPID --value prometheus)
  if [ "$pid" != 0 ] && [ "$pid" != "$last" ] && grep -qz -e 'max-concurrency=${flag}$' /proc/$pid/cmdline 2>/dev/null; then
    last=$pid; sleep 5; kill -KILL $pid
  fi
  sleep 0.2
done
END
systemctl reset-failed crasher 2>/dev/null || :
systemd-run --quiet --unit=crasher --property=RuntimeMaxSec=120 sh /run/crasher`,
    )
  const crashNoMore = (host: string) => fleet.inside(host, 'systemctl stop crasher')

  it('change the replica first that runs and does not serve, then soak', async () => {
    const flag = await nextFlag()
    // systemd finds nothing wrong with it.
    await fleet.inside(
      'mon-b',
      `dropin=/run/systemd/system/prometheus.service.d; mkdir -p $dropin
printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep infinity\\n' >$dropin/idle.conf
systemctl daemon-reload; systemctl restart prometheus; rm -r $dropin; systemctl daemon-reload`,
    )
    const watched = watchOutages(ready(['mon-a', 'mon-b']))
    const { code, stdout, stderr } = await site.run('apply', '-v')
    const [a = [], b = []] = await watched.stop()
    assert.equal(code, 0, stdout + stderr)
    assert.deepEqual(restarts(stdout + stderr), ['mon-b', 'mon-a'])
    assert.deepEqual(overlap(a, b), [])
    assert.equal(await flagOf('mon-a'), flag)
    // It had served, so it soaks; its twin had not.
    assert.match(stdout + stderr, /^mon-a prometheus: waiting: soaks: \d+ of \d+ targets up, \d s left$/m)
    assert.doesNotMatch(stdout + stderr, /^mon-b prometheus: waiting: soaks/m)
  })

  it('refuse to restart the only one that serves, before anything is touched', async () => {
    const flag = await nextFlag()
    await fleet.inside('mon-b', 'systemctl stop prometheus')
    const before = await snapshot(fleet)
    const planned = await site.run('plan', '--limit', 'mon-a')
    assert.equal(planned.code, 2, planned.stderr)
    assert.match(planned.stderr, /apply would refuse: prometheus would be restarted, and no other replica/)
    const { code, document, stderr } = await site.run('apply', '--json', '--limit', 'mon-a')
    assert.equal(code, 1, stderr)
    assert.deepEqual(await snapshot(fleet), before)
    assert.equal(document().result, 'refused')
    const [error] = document().errors ?? []
    assert.equal(error?.summary, 'prometheus would be restarted, and no other replica of cell lab serves now')
    assert.equal(error?.host, 'mon-a')
    assert.equal(error?.resource, 'service:prometheus.service')
    assert.match(error?.detail ?? '', /^prometheus on mon-b, asked on mon-b: nothing listens on 127/)
    assert.match(error?.remedy ?? '', /--allow-outage/)
    assert.notEqual(await flagOf('mon-a'), flag)
  })

  it('let that pass where the outage is allowed', async () => {
    const { code, stdout, stderr } = await site.run('apply', '--limit', 'mon-a', '--allow-outage')
    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout + stderr, /although it is the only replica of cell lab that serves/)
    assert.equal(await flagOf('mon-a'), 60 + turn)
  })

  it('ask a twin that SSH does not reach through the other host', async () => {
    const flag = await nextFlag()
    await fleet.inside('mon-b', 'systemctl start prometheus')
    await until('b to serve', 60_000, () =>
      flagOf('mon-b').then(
        () => true,
        () => undefined,
      ),
    )
    await fleet.inside('mon-b', 'systemctl stop ssh.socket 2>/dev/null || :; systemctl stop ssh.service')
    try {
      const { code, document, stdout, stderr } = await site.run('apply', '--json')
      assert.equal(code, 3, stdout + stderr)
      assert.equal(document().hosts?.['mon-a']?.status, 'changed')
      assert.equal(document().hosts?.['mon-b']?.status, 'unreachable')
      assert.equal(await flagOf('mon-a'), flag)
    } finally {
      await fleet.inside('mon-b', 'systemctl start ssh.service')
    }
  })

  it('put back what crashes some seconds after its start, and spare the twin', async () => {
    const old = await flagOf('mon-a')
    const twin = await mainPid(fleet, 'mon-b', 'prometheus')
    await crashWith('mon-a', await nextFlag())
    const { code, document, stdout, stderr } = await site.run('apply', '--json')
    await crashNoMore('mon-a')
    assert.equal(code, 3, stdout + stderr)
    assert.equal(document().result, 'rolled-back')
    assert.equal(document().hosts?.['mon-a']?.status, 'rolled-back')
    assert.equal(document().hosts?.['mon-b']?.status, 'skipped')
    const [error] = document().errors ?? []
    assert.match(error?.summary ?? '', /^prometheus does not stay up: it ended, and systemd/)
    assert.match(error?.detail ?? '', /Its last journal lines:/)
    assert.equal(await mainPid(fleet, 'mon-b', 'prometheus'), twin)
    assert.equal(await flagOf('mon-a'), old)
  })

  it('tell that the pair differs where the second one fails', async () => {
    const flag = await nextFlag()
    await crashWith('mon-b', flag)
    const { code, document, stdout, stderr } = await site.run('apply', '--json')
    await crashNoMore('mon-b')
    assert.equal(code, 3, stdout + stderr)
    assert.equal(document().hosts?.['mon-a']?.status, 'changed')
    assert.equal(document().hosts?.['mon-b']?.status, 'rolled-back')
    const told = document().errors?.map(error => error.summary) ?? []
    assert.ok(
      told.includes('the pair now differs: prometheus has the change on mon-a, and not on mon-b'),
      told.join('\n'),
    )
    assert.equal(await flagOf('mon-a'), flag)
    assert.notEqual(await flagOf('mon-b'), flag)
  })

  describe('among cells', () => {
    before(async () => {
      await site.edit(({ cells }) => {
        const { lab } = cells
        Object.assign(lab, { hosts: ['mon-*'] })
        Object.assign(cells, {
          two: {
            hosts: ['app-*'],
            prometheus: {
              replicas: { a: 'app-01', b: 'app-02' },
              global: slow,
              flags: { ...lab.prometheus.flags },
            },
            alertmanager: { hosts: ['app-01', 'app-02'], config: 'alertmanager.yml', flags: {} },
            exporters: { node: { hosts: ['all'], flags: {} } },
          },
        })
      })
      const { code, stdout, stderr } = await site.run('apply', '--parallel-cells', '2')
      assert.equal(code, 0, stdout + stderr)
    })

    it('a canary that is none is refused', async () => {
      const { code, stderr } = await site.run('apply', '--canary', 'twoo')
      assert.equal(code, 1)
      assert.match(stderr, /Did you mean "two"\?/)
    })

    it('a canary that fails spares every other cell', async () => {
      await crashWith('app-01', await nextFlag())
      const before = await snapshot(fleet, ['mon-a', 'mon-b'])
      const { code, document, stdout, stderr } = await site.run('apply', '--json', '--canary', 'two')
      await crashNoMore('app-01')
      assert.equal(code, 3, stdout + stderr)
      const status = (host: string) => document().hosts?.[host]?.status
      assert.equal(status('app-01'), 'rolled-back')
      for (const host of ['app-02', 'mon-a', 'mon-b']) assert.equal(status(host), 'skipped', host)
      assert.deepEqual(await snapshot(fleet, ['mon-a', 'mon-b']), before)
    })
  })
})
