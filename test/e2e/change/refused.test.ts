/** Changes that cannot be made: each is told with its reason, and what ran before runs on with what it had. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import {
  assertServing,
  mainPid,
  pids,
  restarted,
  snapshot,
  untilServing,
  untilValue,
} from '../support/observe.ts'
import { alertmanagerConfig, makeSite, rules, type Site } from '../support/site.ts'
import { assertVersionRefused, useSuite } from '../support/versions.ts'

const goodRules = rules('vector(5)')

describe('a change that cannot be made', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await site.put('rules/shop.yml', goodRules)
    const { code, stdout, stderr } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
  })
  after(() => site?.remove())

  afterEach(async function () {
    this.timeout(120_000)
    await assertServing(fleet)
    for (const host of ['mon-a', 'mon-b']) await untilValue(fleet, host, 'shop:answer', '5')
    await site.put('rules/shop.yml', goodRules)
    await site.put('alertmanager.yml', alertmanagerConfig())
    // What was broken is seen to work again by the next scrape.
    await until('the stack to be proven', 60_000, async () => (await site.run('apply')).code === 0)
  })

  async function applyFails(code: number): Promise<Document> {
    const run = await site.run('apply', '--json')
    assert.equal(run.code, code, run.stdout + run.stderr)
    for (const { remedy, summary } of run.document().errors ?? []) assert.ok(remedy, summary)
    return run.document()
  }

  const told = ({ errors = [] }: Document) =>
    errors.map(({ summary, detail = '' }) => `${summary}\n${detail}`).join('\n')

  describe('refused before any host is touched', () => {
    let all: Record<string, string>
    before(async () => {
      all = await snapshot(fleet)
    })
    afterEach(async () => {
      assert.deepEqual(await snapshot(fleet), all)
    })

    it('a rule with an error in its PromQL', async () => {
      await site.put('rules/shop.yml', rules('sum(up) by ('))
      for (const command of ['apply', 'plan', 'validate']) {
        const { code, stdout, document } = await site.run(command, '--json')
        assert.equal(code, 1, stdout)
        assert.equal(document().result, 'refused')
        const said = told(document())
        assert.match(said, /parse error/)
        const [first] = document().errors ?? []
        assert.equal(first?.file, join(site.directory, 'rules/shop.yml'))
        assert.ok(first?.line !== undefined && first.column !== undefined)
        assert.equal(first?.host, undefined)
      }
    })

    it('an Alertmanager config whose route names no receiver', async () => {
      await site.put('alertmanager.yml', alertmanagerConfig('nowhere', 'nobody'))
      for (const command of ['apply', 'validate']) {
        const { code, stdout, document } = await site.run(command, '--json')
        assert.equal(code, 1, stdout)
        assert.match(told(document()), /nowhere/)
      }
    })

    it('a flag that the program does not know', async () => {
      await site.edit(({ cells }) => {
        cells.lab.prometheus.flags['no.such.flag'] = 1
      })
      assert.match(told(await applyFails(1)), /no\.such\.flag/)
      await site.edit(({ cells }) => {
        delete cells.lab.prometheus.flags['no.such.flag']
      })
    })

    it('values that flags do not take, of all programs at once', async () => {
      const wrong = { prometheus: 'query.timeout', alertmanager: 'data.retention' } as const
      await site.edit(({ cells: { lab } }) => {
        Object.assign(lab.prometheus.flags, { 'query.timeout': '2 minutes', 'web.cors.origin': '(' })
        lab.alertmanager.flags['data.retention'] = 10
        lab.exporters.node.flags['web.max-requests'] = 'many'
      })
      const text = told(await applyFails(1))
      for (const [program, flag] of Object.entries({ ...wrong, node_exporter: 'web.max-requests' }))
        assert.match(text, new RegExp(`${program} refuses the flag "${flag}" of cell lab`))
      assert.match(text, /"web\.cors\.origin" of cell lab\ncould not compile CORS regex/)
      await site.edit(({ cells: { lab } }) => {
        for (const { flags } of [lab.prometheus, lab.alertmanager, lab.exporters.node])
          for (const name of [...Object.values(wrong), 'web.cors.origin', 'web.max-requests'])
            delete flags[name]
      })
    })

    it('a version that cannot read the data that is there', async () => {
      await useSuite(site, 'trixie')
      await assertVersionRefused(site, fleet, /^Prometheus 3\.5\.\S* cannot go back to 2\.53\./, /2\.55/)
      await useSuite(site, 'forky')
    })

    it('a version that the suite does not have', async () => {
      await site.edit(({ versions }) => {
        versions.prometheus = '3.13.2'
      })
      assert.match(told(await applyFails(1)), /3\.13\.2/)
      await site.edit(({ versions }) => {
        delete versions.prometheus
      })
    })

    it('a template that does not parse', async () => {
      await site.put('templates/team.tmpl', '{{ define "team" }}{{ .Nothing ')
      await site.edit(({ cells }) => {
        cells.lab.alertmanager.templates = ['templates/*.tmpl']
      })
      const document = await applyFails(1)
      assert.deepEqual(
        document.errors?.map(({ file }) => file),
        [join(site.directory, 'templates/team.tmpl')],
      )
      await site.edit(({ cells }) => {
        delete cells.lab.alertmanager.templates
      })
    })
  })

  it('a port that another program holds', async () => {
    await fleet.inside(
      'app-01',
      'systemctl stop node_exporter; systemd-run -q --unit=thief /usr/sbin/sshd -D -p 9100',
    )
    const others = await pids(fleet, ['mon-a', 'mon-b', 'app-02'])
    const thief = Number(await fleet.inside('app-01', 'systemctl show -p MainPID --value thief'))
    try {
      const document = await applyFails(3)
      assert.equal(document.hosts?.['app-01']?.status, 'failed')
      assert.ok(told(document).includes(`port 9100/tcp is taken by sshd (pid ${thief})`), told(document))
      assert.equal(Number(await fleet.inside('app-01', 'systemctl show -p MainPID --value thief')), thief)
      assert.equal(await mainPid(fleet, 'app-01', 'node_exporter'), 0)
      assert.deepEqual(restarted(others, await pids(fleet, ['mon-a', 'mon-b', 'app-02'])), [])
    } finally {
      await fleet.inside('app-01', 'systemctl stop thief; systemctl start node_exporter')
      await untilServing(fleet)
    }
  })

  it('a disk without room for a program, before anything is touched there', async () => {
    await fleet.inside('app-01', 'mount -t tmpfs -o size=8m none /usr/local/bin')
    try {
      const before = await snapshot(fleet)
      const document = await applyFails(3)
      assert.equal(document.hosts?.['app-01']?.status, 'failed')
      assert.match(told(document), /the disk at \/usr\/local\/bin has \d+ MB free, and \d+ MB are needed/)
      assert.deepEqual(await snapshot(fleet), before)
    } finally {
      await fleet.inside('app-01', 'umount /usr/local/bin')
    }
  })

  it('a file system that became read-only on a: b is spared, so that the pair stays alike', async () => {
    const config = '/etc/prometheus'
    await fleet.inside('mon-a', `mount --bind ${config} ${config}; mount -o remount,bind,ro ${config}`)
    try {
      await site.put('rules/shop.yml', rules('vector(55)'))
      const before = await snapshot(fleet)
      const document = await applyFails(3)
      assert.equal(document.hosts?.['mon-a']?.status, 'failed')
      assert.match(
        document.hosts?.['mon-a']?.error ?? '',
        /the file system at \/etc\/prometheus cannot be written to/,
      )
      assert.equal(document.hosts?.['mon-b']?.status, 'skipped')
      assert.match(told(document), /nothing of cell lab was changed because mon-a cannot be changed/)
      assert.deepEqual(await snapshot(fleet), before)
    } finally {
      await fleet.inside('mon-a', `umount ${config}`)
      await site.put('rules/shop.yml', goodRules)
    }
  })

  it('a disk that is full at the first byte, though there seemed to be room', async () => {
    // Room for bytes, but not for one more file.
    await fleet.inside(
      'mon-b',
      'mkdir -p /var/lib/promha/staging; mount -t tmpfs -o nr_inodes=1 none /var/lib/promha/staging',
    )
    try {
      await site.put('rules/shop.yml', rules('vector(6)'))
      const before = await snapshot(fleet, ['mon-b'])
      const document = await applyFails(3)
      assert.equal(document.hosts?.['mon-b']?.status, 'failed')
      assert.match(document.hosts?.['mon-b']?.error ?? '', /the disk is full/)
      assert.deepEqual(await snapshot(fleet, ['mon-b']), before)
      assert.equal(document.hosts?.['mon-a']?.status, 'changed')
      await untilValue(fleet, 'mon-a', 'shop:answer', '6')
    } finally {
      await fleet.inside('mon-b', 'umount /var/lib/promha/staging')
      await site.put('rules/shop.yml', goodRules)
      await site.run('apply')
    }
  })

  it('a disk that fills up when some files are in place already', async () => {
    await site.put('rules/more.yml', rules('vector(1)').replaceAll('shop', 'more'))
    assert.equal((await site.run('apply')).code, 0)
    // `more.yml` comes before `shop.yml`, whose new content finds no inode left: two files, the directory, one temporary.
    await fleet.inside(
      'mon-a',
      'mount -t tmpfs -o mode=750,nr_inodes=4 none /mnt; chown root:prometheus /mnt; cd /etc/prometheus/rules; cp -p promha.yml more.yml shop.yml /mnt; mount --move /mnt /etc/prometheus/rules || mount --bind /mnt /etc/prometheus/rules',
    )
    try {
      const before = await snapshot(fleet, ['mon-a', 'mon-b'])
      await site.put('rules/more.yml', rules('vector(2)').replaceAll('shop', 'more'))
      await site.put('rules/shop.yml', rules('vector(6)'))
      await site.edit(({ cells }) => {
        cells.lab.prometheus.targets.shop = [{ targets: [`${fleet.host('app-02').address}:9100`] }]
      })
      const document = await applyFails(3)
      assert.match(document.hosts?.['mon-a']?.error ?? '', /the disk is full/)
      assert.equal(document.hosts?.['mon-a']?.status, 'rolled-back')
      assert.deepEqual(await snapshot(fleet, ['mon-a', 'mon-b']), before)
    } finally {
      await fleet.inside('mon-a', 'umount /etc/prometheus/rules; umount /mnt 2>/dev/null || :')
      await site.drop('rules/more.yml')
    }
  })

  it('a flag that only the host can judge, and does before anything is put in place there', async () => {
    await site.edit(({ cells }) => {
      Object.assign(cells.lab.exporters.node.flags, { 'collector.stat': true, 'path.procfs': '/none' })
    })
    const before = await snapshot(fleet)
    const document = await applyFails(3)
    assert.equal(document.hosts?.['mon-a']?.status, 'failed')
    const [first] = document.errors ?? []
    assert.match(first?.summary ?? '', /^node_exporter refuses the flag "path\.procfs" on this host/)
    assert.match(first?.detail ?? '', /\/none: no such file or directory/)
    assert.match(first?.file ?? '', /inventory\.yml$/)
    assert.deepEqual(await snapshot(fleet), before)
    await site.edit(({ cells }) => {
      for (const name of ['collector.stat', 'path.procfs']) delete cells.lab.exporters.node.flags[name]
    })
  })

  it('a value that the program refuses when it starts: a is put back, b is not begun', async () => {
    await site.edit(({ cells }) => {
      // Prometheus looks at this one after it has loaded its config.
      cells.lab.prometheus.flags['storage.tsdb.wal-segment-size'] = '1GB'
    })
    const before = await pids(fleet)
    const files = await snapshot(fleet)
    const document = await applyFails(3)
    assert.equal(document.result, 'rolled-back')
    assert.equal(document.hosts?.['mon-a']?.status, 'rolled-back')
    assert.equal(document.hosts?.['mon-b']?.status, 'skipped')
    assert.deepEqual(document.hosts?.['mon-b']?.changes, [])
    assert.match(told(document), /journal[\s\S]*wal-segment-size/)
    assert.deepEqual(restarted(before, await pids(fleet)), ['mon-a prometheus'])
    const withoutPids = (texts: Record<string, string>) =>
      JSON.stringify(texts).replaceAll(/MainPID=\d+/g, '')
    assert.equal(withoutPids(await snapshot(fleet)), withoutPids(files))
    await site.edit(({ cells }) => {
      delete cells.lab.prometheus.flags['storage.tsdb.wal-segment-size']
    })
    assert.equal((await site.run('plan')).code, 0)
  })

  it('a config that passes every check and is refused by the program itself', async () => {
    // The check runs as root and may read the file; Prometheus may not.
    await fleet.onAll(
      'openssl version >/dev/null 2>&1 || :; cp /etc/ssh/ssh_host_ed25519_key.pub /root/ca.pem; chmod 600 /root/ca.pem',
      ['mon-a', 'mon-b'],
    )
    const before = await snapshot(fleet)
    await site.edit(({ cells }) => {
      cells.lab.prometheus.alertmanagers = [
        {
          scheme: 'https',
          tls_config: { ca_file: '/root/ca.pem' },
          static_configs: [{ targets: ['127.0.0.1:9'] }],
        },
      ]
    })
    try {
      const document = await applyFails(3)
      assert.equal(document.hosts?.['mon-a']?.status, 'rolled-back')
      assert.equal(document.hosts?.['mon-b']?.status, 'skipped')
      assert.match(told(document), /refused the new config[\s\S]*\/root\/ca\.pem/)
      assert.deepEqual(await snapshot(fleet), before)
    } finally {
      await site.edit(({ cells }) => {
        delete cells.lab.prometheus.alertmanagers
      })
      await fleet.onAll('rm -f /root/ca.pem', ['mon-a', 'mon-b'])
    }
    assert.equal((await site.run('plan')).code, 0)
    assert.equal((await site.run('verify')).code, 0)
  })
})
