/** Each change of the inventory interrupts no more than it has to, and never both replicas. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { get, mainPid, pids, query, restarted, snapshot, untilValue } from '../support/observe.ts'
import { overlap, watchOutages } from '../support/outage.ts'
import { converged } from '../support/promha.ts'
import { alertmanagerConfig, makeSite, rules, type Site } from '../support/site.ts'

describe('a change of the inventory', function () {
  this.timeout(180_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    converged(await site.run('apply', '--json'))
  })
  after(() => site?.remove())

  /** `mon-a reload service:prometheus.service`, files and the like left out. */
  const services = ({ hosts = {} }: Document) =>
    Object.entries(hosts)
      .flatMap(([host, { changes }]) =>
        changes.map(({ action, resource }) => `${host} ${action} ${resource}`),
      )
      .filter(line => line.includes(' service:'))

  /** Applies, and gives which main processes were replaced, and what the services were told. */
  async function apply(...flags: string[]) {
    const before = await pids(fleet)
    const document = converged(await site.run('apply', '--json', ...flags))
    return { document, told: services(document), restarted: restarted(before, await pids(fleet)) }
  }

  it('reloads Prometheus for a rule, and the rule is evaluated', async () => {
    await site.put('rules/shop.yml', rules('vector(42)'))
    const { told, restarted } = await apply()
    assert.deepEqual(told, [
      'mon-a reload service:prometheus.service',
      'mon-b reload service:prometheus.service',
    ])
    assert.deepEqual(restarted, [])
    for (const host of ['mon-a', 'mon-b']) await untilValue(fleet, host, 'shop:answer', '42')
  })

  it('loads a further rule file, and no longer one that is gone', async () => {
    await site.put('rules/more.yml', rules('vector(7)').replaceAll('shop', 'more'))
    await apply()
    const groups = async (host: string) => {
      const { data } = (await get(fleet, host, 'prometheus', '/api/v1/rules')) as {
        data: { groups: { name: string }[] }
      }
      return data.groups.map(group => group.name)
    }
    for (const host of ['mon-a', 'mon-b']) assert.ok((await groups(host)).includes('more'))
    await site.drop('rules/more.yml')
    assert.deepEqual((await apply()).restarted, [])
    for (const host of ['mon-a', 'mon-b']) assert.ok(!(await groups(host)).includes('more'))
    assert.equal((await site.run('plan')).code, 0)
  })

  it('reloads the Alertmanagers for their config', async () => {
    await site.put('alertmanager.yml', alertmanagerConfig('team', 'team'))
    const { told, restarted } = await apply()
    assert.deepEqual(told, [
      'mon-a reload service:alertmanager.service',
      'mon-b reload service:alertmanager.service',
    ])
    assert.deepEqual(restarted, [])
    for (const host of ['mon-a', 'mon-b']) {
      const { config } = (await get(fleet, host, 'alertmanager', '/api/v2/status')) as {
        config: { original: string }
      }
      assert.match(config.original, /receiver: team/)
    }
  })

  it('of a receiver that refuses every notification is told by verify, with receiver and reason', async () => {
    const refusing = {
      route: { receiver: 'pager', group_wait: '1s', group_interval: '10s', repeat_interval: '1h' },
      receivers: [{ name: 'pager', webhook_configs: [{ url: 'http://127.0.0.1:1/hook/hunter2' }] }],
    }
    await site.put('alertmanager.yml', stringify(refusing))
    await apply()
    const check = await until('verify to warn of notifications', 60_000, async () => {
      const { code, document } = await site.run('verify', '--json')
      assert.equal(code, 0)
      return document().checks?.find(
        ({ id, status }) => id === 'alertmanager.notifications' && status === 'warn',
      )
    })
    assert.match(check.detail, /receiver pager \(webhook\) on mon-[ab]: .*request/)
    assert.match(check.detail, /the log of mon-[ab] says: .*connection refused/)
    assert.doesNotMatch(check.detail, /hunter2/)
    await site.put('alertmanager.yml', alertmanagerConfig('team', 'team'))
    await apply()
  })

  it('tells no service of new targets, and they are scraped', async () => {
    await site.edit(({ cells }) => {
      cells.lab.prometheus.targets.till = [{ targets: [`${fleet.host('app-02').address}:9100`] }]
    })
    await apply()
    const loaded = async () =>
      (await get(fleet, 'mon-a', 'prometheus', '/api/v1/status/runtimeinfo')) as {
        data: { lastConfigTime: string }
      }
    const before = await loaded()
    await site.edit(({ cells }) => {
      cells.lab.prometheus.targets.till = [
        { targets: [`${fleet.host('app-01').address}:9100`], labels: { floor: '3' } },
      ]
    })
    const { told, restarted } = await apply()
    assert.deepEqual(told, [])
    assert.deepEqual(restarted, [])
    for (const host of ['mon-a', 'mon-b']) await untilValue(fleet, host, 'up{job="till",floor="3"}', '1')
    assert.equal((await loaded()).data.lastConfigTime, before.data.lastConfigTime)
  })

  it('is done only once the new targets are scraped', async () => {
    await site.edit(({ cells }) => {
      cells.lab.prometheus.targets.till = [
        { targets: [`${fleet.host('app-01').address}:9100`], labels: { floor: '4' } },
      ]
    })
    await apply()
    for (const host of ['mon-a', 'mon-b'])
      assert.equal((await query(fleet, host, 'up{floor="4"}')).length, 1, host)
    assert.equal((await site.run('verify')).code, 0)
  })

  it('restarts a before b for a flag, and one of them always answers', async () => {
    await site.edit(({ cells }) => {
      cells.lab.prometheus.flags['query.max-concurrency'] = 7
    })
    const watched = watchOutages(
      ['mon-a', 'mon-b'].map(host => `http://${fleet.host(host).address}:9090/-/ready`),
    )
    const { told, restarted } = await apply()
    const [a = [], b = []] = await watched.stop()
    assert.deepEqual(told, [
      'mon-a restart service:prometheus.service',
      'mon-b restart service:prometheus.service',
    ])
    assert.deepEqual(restarted, ['mon-a prometheus', 'mon-b prometheus'])
    assert.ok(a[0] !== undefined && b[0] !== undefined, 'a restart was to be seen on both')
    assert.deepEqual(overlap(a, b), [])
    assert.ok(a[0].to <= b[0].from, 'a was ready before b was stopped')
    const { data } = (await get(fleet, 'mon-b', 'prometheus', '/api/v1/status/flags')) as {
      data: Record<string, string>
    }
    assert.equal(data['query.max-concurrency'], '7')
  })

  it('restarts one Alertmanager after the other for a flag', async () => {
    await site.edit(({ cells }) => {
      cells.lab.alertmanager.flags['data.retention'] = '100h'
    })
    const watched = watchOutages(
      ['mon-a', 'mon-b'].map(host => `http://${fleet.host(host).address}:9093/-/ready`),
    )
    const { restarted } = await apply()
    const [first = [], second = []] = await watched.stop()
    assert.deepEqual(restarted, ['mon-a alertmanager', 'mon-b alertmanager'])
    assert.ok(first.length > 0 && second.length > 0, 'a restart was to be seen on both')
    assert.deepEqual(overlap(first, second), [])
  })

  it('restarts every exporter for its flag, and nothing else', async () => {
    await site.edit(({ cells }) => {
      cells.lab.exporters.node.flags['no-collector.xfs'] = true
    })
    const { restarted } = await apply()
    assert.deepEqual(
      restarted,
      [...fleet.names].sort().map(host => `${host} node_exporter`),
    )
    for (const host of fleet.names) {
      assert.match(
        await fleet.inside(
          host,
          `tr '\\0' ' ' </proc/${await mainPid(fleet, host, 'node_exporter')}/cmdline`,
        ),
        / --no-collector\.xfs /,
      )
    }
  })

  it('ships files beside the config', async () => {
    await site.put('certs/ca.pem', 'not really a certificate\n')
    await site.edit(({ cells }) => {
      cells.lab.prometheus.files['web/ca.pem'] = 'certs/ca.pem'
    })
    await apply()
    for (const shown of await fleet.onAll("stat -c '%a %U:%G' /etc/prometheus/web/ca.pem", [
      'mon-a',
      'mon-b',
    ])) {
      assert.equal(shown, '640 root:prometheus')
    }
  })

  it('ships a file that the same run names by its path on the host', async () => {
    await site.put('secrets/shop.token', 's3cr3t-token-value\n')
    await site.edit(({ cells }) => {
      cells.lab.prometheus.files['secrets/shop.token'] = 'secrets/shop.token'
      cells.lab.prometheus.scrape_configs = [
        {
          job_name: 'token',
          authorization: { credentials_file: '/etc/prometheus/secrets/shop.token' },
          static_configs: [{ targets: [`${fleet.host('app-01').address}:9100`] }],
        },
      ]
    })
    await apply()
    await untilValue(fleet, 'mon-a', 'up{job="token"}', '1')
    const [config = ''] = await fleet.onAll('cat /etc/prometheus/prometheus.yml', ['mon-a'])
    assert.match(config, /credentials_file: \/etc\/prometheus\/secrets\/shop\.token/)
    const { code, document } = await site.run('apply', '--json')
    assert.deepEqual([code, document().changed], [0, 0])
    await site.edit(({ cells }) => {
      delete cells.lab.prometheus.scrape_configs
    })
    await apply()
  })

  it('takes a whole prometheus.yml, experimental functions and the replica label of Mimir', async () => {
    const target = `${fleet.host('app-01').address}:9100`
    await site.put(
      'whole/prometheus.yml',
      stringify({
        global: { external_labels: { 'dc.name': 'x' } },
        storage: { tsdb: { out_of_order_time_window: '30m' } },
        scrape_config_files: ['jobs/*.yml'],
        alerting: { alertmanagers: [{ static_configs: [{ targets: ['192.0.2.9:9093'] }] }] },
        scrape_configs: [
          { job_name: 'prometheus', static_configs: [{ targets: ['localhost:9090'] }] },
          { job_name: 'whole', file_sd_configs: [{ files: ['sd/*.yml'] }] },
        ],
      }),
    )
    await site.put('whole/sd/app.yml', stringify([{ targets: [target] }]))
    const further = { job_name: 'further', static_configs: [{ targets: [target] }] }
    await site.put('whole/jobs/a.yml', stringify({ scrape_configs: [further] }))
    await site.put(
      'rules/deep/experimental.rules',
      rules('sort_by_label(vector(3), "a")').replaceAll('shop', 'deep'),
    )
    await site.edit(({ cells }) => {
      const { prometheus } = cells.lab
      prometheus.scrape_configs = 'whole/prometheus.yml'
      prometheus.replica_label = '__replica__'
      prometheus.rule_files = ['rules/**/*']
      prometheus.flags['enable-feature'] = ['promql-experimental-functions', 'exemplar-storage']
      prometheus.external_labels = undefined
    })
    await apply()
    for (const host of ['mon-a', 'mon-b']) {
      for (const job of ['whole', 'further']) await untilValue(fleet, host, `up{job="${job}"}`, '1')
      await untilValue(fleet, host, 'deep:answer', '3')
    }
    assert.equal((await site.run('plan')).code, 0)
  })

  describe('with only a part selected', () => {
    before(async () => {
      await site.put('rules/shop.yml', rules('vector(1000)'))
      await site.put('alertmanager.yml', alertmanagerConfig('other', 'other'))
    })

    it('--check is plan', async () => {
      const before = await snapshot(fleet)
      const { code, document } = await site.run('apply', '--check', '--json')
      assert.equal(code, 2)
      assert.deepEqual(services(document()).length, 4)
      assert.deepEqual(await snapshot(fleet), before)
    })

    it('plan shows what changes in a file, and --no-diff does not', async () => {
      const shown = await site.run('plan')
      assert.match(shown.stdout, /^ *-.*vector\(42\)$/m)
      assert.match(shown.stdout, /^ *\+.*vector\(1000\)$/m)
      assert.doesNotMatch((await site.run('plan', '--no-diff')).stdout, /vector/)
    })

    it('--only and --limit together touch one program of one host', async () => {
      const before = await snapshot(fleet)
      const { told, document } = await apply(
        '--only',
        'alertmanager',
        '--limit',
        'mon-*,!mon-a',
        '--forks',
        '1',
      )
      assert.deepEqual(told, ['mon-b reload service:alertmanager.service'])
      assert.deepEqual(Object.keys(document.hosts ?? {}), ['mon-b'])
      const now = await snapshot(fleet)
      assert.deepEqual({ ...now, 'mon-b': '' }, { ...before, 'mon-b': '' })
      assert.notEqual(now['mon-b'], before['mon-b'])
    })

    it('verify sees that the members are no longer alike', async () => {
      const { code, document } = await site.run('verify', '--json')
      assert.equal(code, 4)
      assert.equal(document().result, 'unverified')
      const failed = document().checks?.filter(check => check.status === 'fail')
      assert.deepEqual(
        failed?.map(check => check.id),
        ['alertmanager.config_identical'],
      )
      assert.ok(document().errors?.every(error => error.remedy))
    })

    it('--skip leaves a component as it is', async () => {
      const { told } = await apply('--skip', 'alertmanager')
      assert.deepEqual(told, [
        'mon-a reload service:prometheus.service',
        'mon-b reload service:prometheus.service',
      ])
    })

    it('--forks 1 does the rest', async () => {
      const { told } = await apply('--forks', '1')
      assert.deepEqual(told, ['mon-a reload service:alertmanager.service'])
      assert.equal((await site.run('plan')).code, 0)
      assert.equal((await query(fleet, 'mon-b', 'shop:answer')).length, 1)
    })
  })

  describe('of where programs listen, and of what hosts have to have for that', () => {
    const pair = ['mon-a', 'mon-b']
    /** `ADDRESS:PORT` of each TCP socket that a program listens on. */
    const listens = async (host: string, unit: string) => {
      const flag = await fleet.inside(
        host,
        `tr '\\0' '\\n' </proc/$(systemctl show -p MainPID --value ${unit})/cmdline`,
      )
      return flag.split('\n').flatMap(word => /^--web\.listen-address=(.*)$/.exec(word)?.[1] ?? [])
    }

    it('is refused while Prometheus could not write its log, and nothing is touched', async () => {
      await site.edit(({ cells: { lab } }) => {
        Object.assign(lab.prometheus.global as object, { query_log_file: '/var/log/prometheus/query.log' })
      })
      const before = await snapshot(fleet)
      const { code, stderr } = await site.run('apply')
      assert.equal(code, 1, stderr)
      assert.match(
        stderr,
        /prometheus cannot write \/var\/log\/prometheus\/query\.log: there is no directory \/var\/log\/prometheus/,
      )
      assert.match(stderr, /Run `install -d -o prometheus -g prometheus \/var\/log\/prometheus` on mon-b\./)
      assert.deepEqual(await snapshot(fleet), before)
    })

    it('lets each host listen on its own address, some at other ports, and ships secrets', async () => {
      await fleet.onAll('install -d -o prometheus -g prometheus /var/log/prometheus', pair)
      await site.put('secrets/smtp.pass', 'hunter2\n')
      await site.edit(({ cells: { lab } }) => {
        delete lab.prometheus.scrape_configs
        Object.assign(lab.prometheus, { listen: 'self', per_host: { 'mon-b': { listen: 'self:9190' } } })
        Object.assign(lab.alertmanager, {
          listen: 'self',
          cluster_listen: 'self',
          per_host: { 'mon-a': { listen: 'self:9193', cluster_listen: 'self:9194' } },
          flags: { 'cluster.peer-timeout': '20s', 'cluster.reconnect-timeout': '1h' },
          files: { 'secrets/smtp.pass': 'secrets/smtp.pass' },
          config: {
            global: {
              smtp_smarthost: '127.0.0.1:25',
              smtp_from: 'a@example.net',
              smtp_auth_username: 'a',
              smtp_auth_password_file: 'secrets/smtp.pass',
            },
            route: { receiver: 'team', routes: [{ receiver: 'nobody', matchers: ['alertname=~".+"'] }] },
            receivers: [{ name: 'nobody' }, { name: 'team', email_configs: [{ to: 'team@example.net' }] }],
          },
        })
        Object.assign(lab.exporters.node, { listen: 'self', per_host: { 'app-*': { listen: 'self:9188' } } })
      })
      const { document } = await apply()
      assert.ok((document.checks ?? []).every(({ status }) => status === 'pass' || status === 'warn'))
      for (const [host, unit, port] of [
        ['mon-a', 'prometheus', 9090],
        ['mon-b', 'prometheus', 9190],
        ['mon-a', 'alertmanager', 9193],
        ['mon-b', 'alertmanager', 9093],
        ['mon-a', 'node_exporter', 9100],
        ['app-02', 'node_exporter', 9188],
      ] as const)
        assert.deepEqual(await listens(host, unit), [`${fleet.host(host).address}:${port}`])
      for (const shown of await fleet.onAll(
        "stat -c '%a %U:%G' /etc/alertmanager/secrets/smtp.pass; readlink /proc/$(systemctl show -p MainPID --value alertmanager)/cwd; stat -c %U /var/log/prometheus/query.log",
        pair,
      ))
        assert.equal(shown, '640 root:alertmanager\n/etc/alertmanager\nprometheus')
      assert.equal(converged(await site.run('apply', '--json')).changed, 0)
    })

    it('lets a program answer at several addresses, and gives a host files of its own', async () => {
      await site.put('all.pem', 'for all\n')
      await site.put('app.pem', 'for app-02\n')
      await site.edit(({ cells: { lab } }) => {
        Object.assign(lab.prometheus, { listen: ['self', '127.0.0.1:9090'] })
        Object.assign(lab.alertmanager, { listen: ['self', '127.0.0.1:9093'] })
        Object.assign(lab.exporters.node, {
          listen: ['self', '127.0.0.1:9100'],
          files: { 'tls/ca.pem': 'all.pem' },
          per_host: {
            'app-*': { listen: ['self:9188', '127.0.0.1:9100', 'self:9288'] },
            'app-02': { files: { 'tls/ca.pem': 'app.pem' } },
          },
        })
      })
      const { document } = await apply()
      assert.ok((document.checks ?? []).every(({ status }) => status === 'pass' || status === 'warn'))
      for (const [host, unit, ...wanted] of [
        ['mon-a', 'prometheus', 'self:9090', '127.0.0.1:9090'],
        // It has a list of one under per_host.
        ['mon-b', 'prometheus', 'self:9190'],
        ['mon-b', 'alertmanager', 'self:9093', '127.0.0.1:9093'],
        ['mon-b', 'node_exporter', 'self:9100', '127.0.0.1:9100'],
        ['app-02', 'node_exporter', 'self:9188', '127.0.0.1:9100', 'self:9288'],
      ] as const) {
        const addresses = wanted.map(one => one.replace('self', fleet.host(host).address))
        assert.deepEqual(await listens(host, unit), addresses)
        for (const address of addresses) {
          const path = unit === 'node_exporter' ? '/' : '/-/ready'
          const [first] = (
            await fleet.inside(
              host,
              `bash -c 'exec 3<>/dev/tcp/${address.replace(':', '/')}; printf "GET ${path} HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`,
            )
          ).split('\r\n')
          assert.equal(first, 'HTTP/1.0 200 OK', `${host} ${address}`)
        }
      }
      const shown = await fleet.onAll(
        "stat -c '%a %U:%G' /etc/node_exporter/tls/ca.pem; cat /etc/node_exporter/tls/ca.pem",
        ['mon-a', 'app-02'],
      )
      assert.deepEqual(shown, ['640 root:node-exp\nfor all', '640 root:node-exp\nfor app-02'])
      const { code } = await site.run('verify', '--json')
      assert.equal(code, 0)
      assert.equal(converged(await site.run('apply', '--json')).changed, 0)
    })

    it('finds the address of an Alertmanager whose host has a name, and a second apply changes nothing', async () => {
      const hosts = pair.map(name => `${fleet.host(name).address} ${name}.pub`).join('\\n')
      // As Debian has it: a host's own name is one of its own loopback.
      for (const name of pair)
        await fleet.inside(
          name,
          `cp /etc/hosts /etc/hosts.before; printf '127.0.1.1 ${name}.pub\\n${hosts}\\n' | awk '!seen[$2]++' >>/etc/hosts`,
        )
      try {
        await site.edit(draft => {
          for (const name of pair) (draft.hosts[name] ?? assert.fail()).address = `${name}.pub`
          const { lab } = draft.cells
          for (const part of [lab.prometheus, lab.alertmanager, lab.exporters.node] as Record<
            string,
            unknown
          >[]) {
            delete part.listen
            delete part.cluster_listen
            delete part.per_host
          }
        })
        const plan = await site.run('plan', '-v')
        for (const [own, other] of [pair, pair.toReversed()] as [string, string][])
          assert.match(
            plan.stdout,
            new RegExp(`advertises ${fleet.host(own).address}:9094, as ${other} resolves ${own}\\.pub`),
          )
        const { document } = await apply()
        const cluster = document.checks?.find(({ id }) => id === 'alertmanager.cluster')
        assert.equal(`${cluster?.status} ${cluster?.detail}`, 'pass 2 of 2 peers, seen by every member')
        assert.equal(converged(await site.run('apply', '--json')).changed, 0)
        // Nor does one that looks at one of them only.
        assert.equal(converged(await site.run('apply', '--json', '--limit', 'mon-a')).changed, 0)
      } finally {
        for (const name of pair)
          await fleet.inside(name, 'cat /etc/hosts.before >/etc/hosts; rm /etc/hosts.before')
      }
    })
  })
})
