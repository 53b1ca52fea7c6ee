/** Drift is told by lines, and repaired only where that restores what was last applied. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { samples } from '../../../src/verify/answer/metrics.ts'
import { useFleet } from '../support/fleet.ts'
import { assertServing, pids, restarted, snapshot } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import { makeSite, rules, type Site } from '../support/site.ts'

const ruleFile = '/etc/prometheus/rules/shop.yml'

describe('drift', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site
  let textfile = ''

  before(async () => {
    site = await makeSite(fleet)
    textfile = await mkdtemp(join(tmpdir(), 'promha-metrics-'))
    const { code, stdout, stderr } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
  })
  after(async () => {
    await site?.remove()
    if (textfile !== '') await rm(textfile, { recursive: true, force: true })
  })

  const lines = (stdout: string) => stdout.split('\n').filter(line => line !== '')

  /** Runs and asserts the exit code; gives the lines of standard output, and what was told beside them. */
  async function drift(expected: number, ...flags: string[]) {
    const { code, stdout, stderr } = await site.run('drift', ...flags)
    assert.equal(code, expected, `${stdout}\n${stderr}`)
    return { lines: lines(stdout), stderr }
  }

  async function metric(name: string, host?: string): Promise<number | undefined> {
    const [file = ''] = await readdir(textfile)
    const text = await readFile(join(textfile, file), 'utf8')
    const of = samples(text, `promha_drift_${name}`)
    return of.find(({ labels }) => labels.inventory === site.inventory && labels.host === host)?.value
  }

  it('says nothing on standard output where nothing differs', async () => {
    const { lines, stderr } = await drift(0)
    assert.deepEqual(lines, [])
    assert.match(stderr, /No differences\. 4 hosts: 4 ok\./)
    assert.deepEqual((await drift(0, '--fix')).lines, [])
  })

  describe('of a file that was changed by hand', () => {
    before(() => fleet.inside('mon-a', `echo '# by hand' >>${ruleFile}`))

    it('is a line for the file and one for what it asks of the service', async () => {
      const expected = [
        `mon-a file:${ruleFile} update content differs`,
        `mon-a service:prometheus.service reload file:${ruleFile} changes`,
      ]
      const before = await snapshot(fleet)
      assert.deepEqual((await drift(2)).lines, expected)
      assert.deepEqual((await drift(2)).lines, expected)
      assert.deepEqual(await snapshot(fleet), before)
    })

    it('is the shared document with --json', async () => {
      const { code, document } = await site.run('drift', '--json')
      assert.equal(code, 2)
      const { command, result, changed, hosts = {}, errors } = document()
      assert.deepEqual([command, result, changed, errors], ['drift', 'differs', 2, undefined])
      assert.equal(hosts['mon-a']?.status, 'differs')
      assert.equal(hosts['mon-b']?.status, 'ok')
    })

    it('is counted in the metrics', async () => {
      await drift(2, '--textfile', textfile)
      assert.equal(await metric('differences', 'mon-a'), 2)
      assert.equal(await metric('differences', 'mon-b'), 0)
      assert.equal(await metric('success'), 1)
      const [file = ''] = await readdir(textfile)
      assert.match(file, /^promha_drift_.*\.prom$/)
      assert.equal((await stat(join(textfile, file))).mode & 0o777, 0o644)
    })

    it('is repaired by --fix, under the gates of apply', async () => {
      const before = await pids(fleet)
      const { lines, stderr } = await drift(0, '--fix', '--textfile', textfile)
      assert.equal(lines.length, 2)
      assert.match(stderr, /2 differences repaired\. 4 hosts: 1 changed, 3 ok\. \d+ checks passed/)
      assert.deepEqual(restarted(before, await pids(fleet)), [])
      assert.doesNotMatch(await fleet.inside('mon-a', `cat ${ruleFile}`), /by hand/)
      assert.equal(await metric('repairs', 'mon-a'), 2)
      assert.equal(await metric('differences', 'mon-a'), 0)
      await drift(0, '--fix')
      assert.equal((await site.run('plan')).code, 0)
    })
  })

  describe('of services and hosts', () => {
    it('--fix starts what was stopped and enables what was disabled, one replica after the other', async () => {
      await fleet.inside('mon-b', 'systemctl disable --now prometheus 2>/dev/null')
      await fleet.inside('app-01', 'systemctl stop node_exporter')
      const watched = watchOutages([`http://${fleet.host('mon-a').address}:9090/-/ready`])
      assert.deepEqual((await drift(0, '--fix')).lines.sort(), [
        'app-01 service:node_exporter.service start not running',
        'mon-b service:prometheus.service enable does not start at boot',
        'mon-b service:prometheus.service start not running',
      ])
      assert.deepEqual(await watched.stop(), [[]])
      await assertServing(fleet)
      await drift(0)
    })

    it('--fix puts a unit back that was edited, a before b, and one of them always serves', async () => {
      const unit = '/etc/systemd/system/prometheus.service'
      await fleet.onAll(`echo '# by hand' >>${unit}; systemctl daemon-reload`, ['mon-a', 'mon-b'])
      const urls = ['mon-a', 'mon-b'].map(host => `http://${fleet.host(host).address}:9090/-/ready`)
      const watched = watchOutages(urls)
      await drift(0, '--fix')
      const [a = [], b = []] = await watched.stop()
      assert.ok(a.length > 0 && b.length > 0, 'a restart was to be seen on both')
      assert.deepEqual(overlap(a, b), [])
      await drift(0)
    })

    it('exits 3 where a host cannot be reached, and repairs the others', async () => {
      await fleet.inside('app-02', 'systemctl stop ssh')
      try {
        await drift(0, '--textfile', textfile, '-l', '!app-02')
        await fleet.inside('app-01', 'systemctl stop node_exporter')
        const told = await drift(3, '--textfile', textfile)
        assert.deepEqual(told.lines, ['app-01 service:node_exporter.service start not running'])
        assert.match(told.stderr, /app-02: unreachable/)
        assert.equal(await metric('success'), 0)
        const last = (await metric('last_success_timestamp_seconds')) ?? 0
        assert.ok(last > 0 && last < ((await metric('last_run_timestamp_seconds')) ?? 0) + 1)
        assert.equal(await metric('differences', 'app-02'), undefined)
        await drift(3, '--fix')
        assert.match(await fleet.inside('app-01', 'systemctl is-active node_exporter'), /^active/)
      } finally {
        await fleet.inside('app-02', 'systemctl start ssh')
      }
      await drift(0)
    })

    it('looks at what is selected only', async () => {
      await fleet.inside('mon-b', `echo '# by hand' >>${ruleFile}`)
      await drift(0, '-l', 'mon-a')
      await drift(0, '--skip', 'prometheus')
      await drift(2, '--only', 'prometheus', '-f', '1', '--deep')
      await drift(0, '--fix')
    })
  })

  describe('with an inventory that was edited and not applied', () => {
    before(async () => {
      await site.put('rules/shop.yml', rules('vector(99)'))
      await fleet.inside('app-01', 'systemctl stop node_exporter')
    })

    it('repairs nothing at all, and says who decides', async () => {
      const before = await snapshot(fleet)
      const { lines, stderr } = await drift(2, '--fix', '--textfile', textfile)
      assert.deepEqual(await snapshot(fleet), before)
      assert.ok(lines.includes('app-01 service:node_exporter.service start not running'))
      for (const host of ['mon-a', 'mon-b'])
        assert.match(
          stderr,
          new RegExp(
            `drift was not repaired because the inventory no longer matches what was last applied to ${host} `,
          ),
        )
      assert.equal(await metric('success'), 1)
      assert.equal(await metric('repairs', 'app-01'), 0)
      assert.equal(await metric('differences', 'app-01'), 1)
    })

    it('repairs what is selected where that is as it was applied', async () => {
      assert.deepEqual((await drift(0, '--fix', '--only', 'node_exporter')).lines, [
        'app-01 service:node_exporter.service start not running',
      ])
    })

    it('repairs again once a person has applied it', async () => {
      assert.equal((await site.run('apply')).code, 0)
      await fleet.inside('mon-a', `echo '# by hand' >>${ruleFile}`)
      await drift(0, '--fix')
    })
  })

  describe('after a change that was undone', () => {
    it('repairs nothing, with the new inventory and with the old one', async () => {
      // It passes every check, and the program refuses it when it starts.
      await site.edit(({ cells }) => {
        cells.lab.prometheus.flags['storage.tsdb.wal-segment-size'] = '1GB'
      })
      const failed = await site.run('apply')
      assert.equal(failed.code, 3, failed.stdout + failed.stderr)
      const before = await snapshot(fleet)
      const again = await drift(2, '--fix')
      assert.match(again.stderr, /drift was not repaired because /)
      assert.deepEqual(await snapshot(fleet), before)
      // With the old inventory too, where something else has drifted.
      await site.edit(({ cells }) => {
        delete cells.lab.prometheus.flags['storage.tsdb.wal-segment-size']
      })
      await fleet.inside('app-01', 'systemctl stop node_exporter')
      const old = await drift(2, '--fix')
      assert.match(old.stderr, /the last change of prometheus on mon-a was undone/)
      assert.deepEqual(old.lines, ['app-01 service:node_exporter.service start not running'])
      await assert.rejects(fleet.inside('app-01', 'systemctl is-active node_exporter'))
      assert.equal((await site.run('apply')).code, 0)
    })
  })
})
