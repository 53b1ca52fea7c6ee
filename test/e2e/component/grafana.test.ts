/**
 * Two Grafanas behind one address, from the archive to the gate. Grafana itself cannot be had here: a stand-in is laid out,
 * started and asked alike. So this proves what promha does, and nothing of what Grafana makes of its config.
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { stringify } from 'yaml'
import { shippedDashboards } from '../../../roles/grafana/dashboards.ts'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { type GrafanaReleases, serveGrafana } from '../support/grafana.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

interface Shown {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[]
}

const pair = ['mon-a', 'mon-b'] as const
const first = '13.0.1'
const second = '14.1.0'
const failing = '90.0.0'
const older = '12.0.0'

describe('Grafana on two hosts', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site
  let releases: GrafanaReleases

  const home = '/usr/local/share/grafana'
  const data = '/var/lib/grafana'
  const address = () => fleet.host('mon-a').address.replace(/\d+$/, '111')
  const use = (version: string) =>
    site.edit(draft => {
      draft.versions.grafana = version
    })
  const everywhere = async (script: string) => {
    const [one, other] = await fleet.onAll(script, pair)
    assert.equal(one, other)
    return one
  }
  /** What answers where people ask, with the server that HAProxy chose. */
  const asked = async (cookie = '') => {
    const headers = cookie === '' ? {} : { cookie }
    const response = await fetch(`http://${address()}:3000/api/health`, {
      headers,
      signal: AbortSignal.timeout(3000),
    })
    const [chosen] = response.headers.getSetCookie().map(one => one.split(';')[0] ?? '')
    return { status: response.status, body: await response.text(), cookie: chosen }
  }
  const statusOf = ({ checks = [] }: Document, id: string) =>
    checks.filter(check => check.id === id).map(({ target, status }) => `${target} ${status}`)

  before(async () => {
    releases = await serveGrafana([older, first, second, failing])
    site = await makeSite(fleet)
    await site.put('dashboards/shop.json', JSON.stringify({ title: 'Shop', uid: 'shop', panels: [] }))
    await site.edit(draft => {
      draft.artifacts.components = { grafana: { from: releases.url } }
      draft.versions.grafana = first
      Object.assign(draft.cells.lab, {
        grafana: { hosts: pair, vip: `${address()}/24`, dashboards: ['dashboards/*.json'] },
      })
    })
  })
  after(async () => {
    await site?.run('destroy', '--yes', '--purge-data', '--only', 'grafana')
    releases?.close()
    await site?.remove()
  })

  it('comes with its whole release, and a second apply changes nothing', async () => {
    const document = converged(await site.run('apply', '--json'))
    assert.deepEqual(statusOf(document, 'grafana.ready'), ['mon-a/grafana pass', 'mon-b/grafana pass'])
    const files = await everywhere(`find ${home} | wc -l; stat -c '%U %a' ${home}/bin/grafana`)
    assert.equal(files, '310\nroot 755')
    assert.equal(converged(await site.run('apply', '--json')).changed, 0)
    assert.equal((await site.run('drift')).code, 0)
  })

  it('has the same dashboards and data sources on both, and runs under its own user', async () => {
    await everywhere('cd /etc/grafana && find . -name "*.json" -o -name "*.yml" | sort | xargs sha256sum')
    const list = await everywhere('ls /etc/grafana/dashboards/*')
    assert.match(list ?? '', /pair\.json/)
    assert.match(list ?? '', /shop\.json/)
    assert.equal(await everywhere('stat -c "%U %G %a" /etc/grafana/grafana.ini'), 'root grafana 640')
    assert.equal(await everywhere('ps -o user:20= -p "$(systemctl show -P MainPID grafana)"'), 'grafana')
  })

  it('asks nothing in its dashboards that promtool does not read', async () => {
    const rules = shippedDashboards().flatMap(({ content }) =>
      (JSON.parse(content) as Shown).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    )
    assert.ok(rules.length > 30)
    const groups = [{ name: 'shown', rules: rules.map((expr, at) => ({ record: `shown:${at}`, expr })) }]
    const check = (text: string) =>
      fleet.inside(
        'mon-a',
        `cat >/tmp/shown.yml <<'END'\n${text}END\n/usr/local/bin/promtool check rules /tmp/shown.yml 2>&1 || :`,
      )
    assert.match(await check(stringify({ groups })), new RegExp(`SUCCESS: ${rules.length} rules found`))
    const [group = assert.fail('no group')] = groups
    const wrong = { ...group, rules: [...group.rules, { record: 'wrong', expr: 'rate(up)' }] }
    assert.match(await check(stringify({ groups: [wrong] })), /expected type range vector/)
  })

  it('is reached by its address only, by which a browser stays with one of the two', async () => {
    const { body, cookie = '', status } = await asked()
    assert.equal(status, 200, body)
    assert.match(cookie, /^promha-grafana=mon-[ab]$/)
    assert.equal((await asked(cookie)).status, 200)
    for (const host of pair)
      await assert.rejects(
        fetch(`http://${fleet.host(host).address}:3001/api/health`, { signal: AbortSignal.timeout(2000) }),
      )
  })

  it('answers while one of the two is away', async () => {
    await fleet.inside('mon-a', 'systemctl stop grafana')
    await until(
      'the other one to answer',
      20_000,
      async () => (await asked().catch(() => undefined))?.status === 200,
    )
    assert.equal((await asked('promha-grafana=mon-a')).status, 200)
    assert.equal((await site.run('verify', '--json')).code, 4)
    converged(await site.run('drift', '--fix', '--json'))
  })

  it('is replaced as a whole by an upgrade, before which its database is copied', async () => {
    await use(second)
    converged(await site.run('apply', '--json'))
    assert.equal(await everywhere(`cat ${home}/VERSION; ls ${home}/public/build`), `${second}\n${second}.js`)
    assert.equal(await everywhere(`tail -n 1 ${data}/grafana.db`), second)
    assert.equal(await everywhere(`tail -n 1 ${data}/promha-copies/${first}/grafana.db`), first)
  })

  it('goes back with its database if the gate does not pass', async () => {
    await use(failing)
    const { code, stdout } = await site.run('apply', '--json')
    assert.equal(code, 3, stdout)
    assert.equal(
      await everywhere(`cat ${home}/VERSION; tail -n 1 ${data}/grafana.db`),
      `${second}\n${second}`,
    )
    assert.equal(
      await everywhere('systemctl is-active grafana; ls -A /usr/local/share | grep promha-old || :'),
      'active',
    )
  })

  it('is not replaced by an older one without a copy to go back to', async () => {
    await use(older)
    const { code, stdout } = await site.run('apply', '--json')
    assert.equal(code, 3, stdout)
    assert.match(stdout, /there is no copy from before that for Grafana 12\.0\.0/)
    assert.equal(await everywhere(`cat ${home}/VERSION; systemctl is-active grafana`), `${second}\nactive`)
  })

  it('goes back to the generation before, and to the database of that time', async () => {
    await use(second)
    const { code, stdout } = await site.run('rollback', '--json', '--only', 'grafana')
    assert.equal(code, 0, stdout)
    assert.equal(await everywhere(`cat ${home}/VERSION; tail -n 1 ${data}/grafana.db`), `${first}\n${first}`)
  })

  it('is destroyed, and its data stays', async () => {
    const { code, stdout } = await site.run('destroy', '--yes', '--json', '--only', 'grafana')
    assert.equal(code, 0, stdout)
    const left = `ls -d ${home} /etc/grafana /etc/promha/grafana-database /etc/systemd/system/grafana.service 2>/dev/null || :; ls ${data}/grafana.db`
    assert.equal(await everywhere(left), `${data}/grafana.db`)
  })
})
