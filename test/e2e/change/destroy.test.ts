/** `promha destroy`: all that promha owns goes, what it does not own stays, and the data is the user's. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Document } from '../../../src/report/format/document.ts'
import { useFleet } from '../support/fleet.ts'
import { mainPid, query, units } from '../support/observe.ts'
import type { Finished } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

describe('destroy', function () {
  this.timeout(240_000)
  const fleet = useFleet({ bare: true })
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    done(await site.run('apply', '--json'))
    await fleet.inside('mon-a', 'echo mine >/etc/prometheus/mine.txt; echo mine >/usr/local/bin/mine')
  })
  after(async () => {
    await fleet.blank()
    await fleet.inside('mon-a', 'rm -f /usr/local/bin/mine')
    await site?.remove()
  })

  function done({ code, stdout, stderr, document }: Finished): Document {
    assert.equal(code, 0, stdout + stderr)
    return document()
  }

  const changes = ({ hosts = {} }: Document, host: string) =>
    (hosts[host]?.changes ?? []).map(({ action, resource }) => `${action} ${resource}`)

  /** Everything of promha's and its programs', data and what owns it apart. */
  const left = (host: string) =>
    fleet.inside(
      host,
      `for path in /etc/prometheus /etc/alertmanager /usr/local/bin/* /etc/systemd/system/*.service /etc/systemd/system/*/*.service /run/promha.lock /var/lib/promha/*; do
         case $path in *mine*) continue ;; esac
         case $path in *prom*|*alertm*|*amtool|*node_exp*) [ ! -e "$path" ] && [ ! -L "$path" ] || echo "$path" ;; esac
       done; systemctl list-units --all --plain --no-legend '*prom*' '*alertmanager*' '*node_exporter*'; ls -A /usr/local/bin | grep promha || :`,
    )

  it('asks, and touches nothing where it cannot', async () => {
    const { code, stderr } = await site.run('destroy')
    assert.equal(code, 1)
    assert.match(stderr, /--yes/)
    assert.notEqual(await mainPid(fleet, 'mon-a', 'prometheus'), 0)
  })

  it('takes only what is chosen', async () => {
    const before = await mainPid(fleet, 'mon-a', 'node_exporter')
    const document = done(
      await site.run('destroy', '--yes', '--json', '-l', 'app-01', '--only', 'node_exporter'),
    )
    assert.deepEqual(changes(document, 'app-01').slice(0, 2), [
      'stop service:node_exporter.service',
      'disable service:node_exporter.service',
    ])
    assert.ok(changes(document, 'app-01').includes('delete program:/usr/local/bin/node_exporter'))
    assert.equal(await mainPid(fleet, 'app-01', 'node_exporter'), 0)
    assert.equal(await mainPid(fleet, 'mon-a', 'node_exporter'), before)
  })

  it('removes all that promha owns, and keeps the data and what is not its own', async () => {
    const document = done(await site.run('destroy', '--yes', '--json'))
    assert.equal(document.result, 'changed')
    for (const host of fleet.names) {
      for (const unit of units) assert.equal(await mainPid(fleet, host, unit), 0, `${unit} on ${host}`)
    }
    assert.equal(await left('mon-a'), '/etc/prometheus\n/var/lib/promha/state')
    assert.equal(await left('app-01'), '')
    const kept =
      'cat /etc/prometheus/mine.txt /usr/local/bin/mine; ls -A /etc/prometheus; ls -d /var/lib/prometheus/wal; id -un prometheus'
    assert.equal(
      await fleet.inside('mon-a', kept),
      'mine\nmine\nmine.txt\n/var/lib/prometheus/wal\nprometheus',
    )
    assert.ok(await fleet.inside('mon-b', '[ ! -e /etc/prometheus ] && echo gone'))
  })

  it('has nothing to do a second time', async () => {
    const document = done(await site.run('destroy', '--yes', '--json'))
    assert.equal(document.result, 'ok')
    assert.ok(fleet.names.every(host => changes(document, host).length === 0))
  })

  it('leaves what an apply builds on again, old series included', async () => {
    const since = Date.now() / 1000
    done(await site.run('apply', '--json'))
    const [first] = await query(fleet, 'mon-a', 'min_over_time(timestamp(up{job="prometheus"})[10m:2s])')
    assert.ok(Number(first?.value[1]) < since, 'a sample from before')
  })

  it('deletes the data and its users too where it is told so', async () => {
    done(await site.run('destroy', '--yes', '--purge-data', '--json'))
    assert.equal(await left('mon-a'), '/etc/prometheus')
    for (const host of fleet.names) {
      const rest =
        'ls -d /var/lib/prom* /var/lib/alertm* /var/lib/node_exp* 2>/dev/null; getent passwd prometheus alertmanager node-exp || :'
      assert.equal(await fleet.inside(host, `{ ${rest}; } || :`), '', host)
    }
    assert.equal(await left('app-02'), '')
  })
})
