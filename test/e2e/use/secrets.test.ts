/** A secret reaches the config file that needs it and nothing else. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { useFleet } from '../support/fleet.ts'
import { eavesdrop } from '../support/network/eavesdrop.ts'
import type { Finished } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

const fresh = () => randomBytes(12).toString('hex')

describe('secrets', function () {
  this.timeout(180_000)
  const fleet = useFleet({ bare: true })
  const variable = fresh()
  const inFile = fresh()
  const inConfig = fresh()
  const shipped = fresh()
  const secrets = [variable, inFile, inConfig, shipped]
  const env = { PROMHA_TEST_SECRET: variable }
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await site.put('secret', `${inFile}\n`)
    await site.put('web/token', `${shipped}\n`)
    await site.edit(({ cells }) => {
      // Answered with 404: a receiver that is not there would hold up each reload and stop for two minutes.
      cells.lab.prometheus.remote_write = [
        {
          url: 'http://127.0.0.1:9090/api/v1/write',
          basic_auth: { username: 'promha', password: '${env:PROMHA_TEST_SECRET}' },
        },
      ]
      cells.lab.prometheus.files['web/token'] = 'web/token'
      cells.lab.prometheus.scrape_configs = [
        {
          job_name: 'guarded',
          authorization: { credentials: '${file:secret}' },
          static_configs: [{ targets: [`${fleet.host('app-01').address}:9100`] }],
        },
      ]
    })
    await site.put(
      'alertmanager.yml',
      stringify({
        route: { receiver: 'team', group_wait: '1s' },
        receivers: [
          {
            name: 'team',
            webhook_configs: [
              {
                url: 'http://127.0.0.1:9/',
                http_config: { basic_auth: { username: 'u', password: inConfig } },
              },
            ],
          },
        ],
      }),
    )
  })

  after(async () => {
    await fleet.onAll('rm -f /root/secrets')

    await site?.remove()
  })

  function assertSilent({ stdout, stderr }: Finished): void {
    for (const secret of secrets) assert.ok(!`${stdout}${stderr}`.includes(secret), `${stdout}${stderr}`)
  }

  /** Other forms in which a secret could be passed on. */
  const forms = secrets.flatMap(secret => [secret, Buffer.from(secret).toString('base64').slice(0, 14)])

  it('stand in no difference that is shown, be it of a config or of a file that is shipped', async () => {
    const planned = await site.runIn({ env }, 'plan', '-v', '--diff')
    assert.equal(planned.code, 2, planned.stderr)
    assert.match(planned.stdout, /remote_write/)
    assertSilent(planned)
  })

  it('stand in no output, no process list and no journal while they are brought to the hosts', async () => {
    const listening = eavesdrop(forms)
    const applied = await site.runIn({ env }, 'apply', '-v')
    const { found, seen } = await listening.stop()
    assert.equal(applied.code, 0, applied.stdout + applied.stderr)
    assertSilent(applied)
    assert.deepEqual(found, [])
    // It would have been seen: the change programs themselves were.
    assert.ok([...seen].some(line => line.includes('/var/lib/promha/staging/prometheus')))
    for (const [index, journal] of (await fleet.onAll('journalctl --sync; journalctl -o cat')).entries()) {
      for (const secret of secrets) assert.ok(!journal.includes(secret), fleet.names[index])
    }
  })

  it('stand in no output once they change', async () => {
    await site.put('web/token', `${shipped}more\n`)
    await site.put('rules/shop.yml', 'groups: []\n')
    const changed = { PROMHA_TEST_SECRET: `${variable}more` }
    for (const flags of [
      ['plan', '-v', '--diff'],
      ['plan', '--json'],
      ['apply', '-v', '--diff'],
      ['apply', '--json'],
      ['verify', '-v'],
    ]) {
      const [command = '', ...rest] = flags
      assertSilent(await site.runIn({ env: changed }, command, ...rest))
    }
  })

  it('stand in no error', async () => {
    await site.put('rules/shop.yml', 'groups: [{ name: x, rules: [{ record: x, expr: "sum(" }] }]\n')
    const refused = await site.runIn({ env }, 'apply', '-v', '--diff')
    assert.equal(refused.code, 1)
    assertSilent(refused)
    await site.put('rules/shop.yml', 'groups: []\n')
  })

  it('lie on the hosts only where root and the service may read them', async () => {
    for (const host of fleet.names) {
      const pattern = secrets.join('\n')
      await writeFile(join(fleet.host(host).root, 'root/secrets'), pattern, { mode: 0o600 })
      const listed = await fleet.inside(
        host,
        `grep -rlF -f /root/secrets /etc /var/lib /var/log /var/tmp /tmp /run /usr/local /home 2>/dev/null |
          grep -v '^/var/lib/prometheus/\\|^/run/log' | sort | xargs -r stat -c '%a %U:%G %n'`,
      )
      const expected = [
        '640 root:alertmanager /etc/alertmanager/alertmanager.yml',
        '640 root:prometheus /etc/prometheus/prometheus.yml',
        '640 root:prometheus /etc/prometheus/web/token',
      ]
      const lines = listed.split('\n').filter(Boolean)
      // Kept to go back to, and to undo: for root only, in a directory that nobody else enters.
      const kept = lines.filter(line => line.includes(' /var/lib/promha/'))
      for (const line of kept) assert.match(line, /^600 root:root /)
      assert.equal(await fleet.inside(host, 'stat -c "%a %U" /var/lib/promha'), '700 root')
      const placed = lines.filter(line => !kept.includes(line))
      assert.deepEqual(placed, host.startsWith('mon-') ? expected : [])
    }
  })
})
