/** As Debian has it: the data lies in /var/lib/prometheus/metrics2, whose parent is prometheus'. No root works there. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { useFleet } from '../../e2e/support/fleet.ts'
import { converged } from '../../e2e/support/promha.ts'
import { makeSite, type Site } from '../../e2e/support/site.ts'

const user =
  'useradd --system --home-dir /var/lib/prometheus --no-create-home --shell /usr/sbin/nologin prometheus'
const own = 'install -d -m 755 -o prometheus -g prometheus /var/lib/prometheus'

describe('data below a directory of the service', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  const pair = ['mon-a', 'mon-b']
  let site: Site

  before(async () => {
    await fleet.blank()
    site = await makeSite(fleet)
    await site.edit(({ cells }) => {
      cells.lab.prometheus.data_dir = '/var/lib/prometheus/metrics2'
    })
    await fleet.onAll(`${user}; ${own}`, pair)
  })
  after(async () => {
    await fleet.blank(pair)
    await site?.remove()
  })

  const data = () => fleet.onAll('cd /var/lib/prometheus/metrics2 && stat -c %U:%G:%a . && ls -d wal', pair)
  const good = ['prometheus:prometheus:750\nwal', 'prometheus:prometheus:750\nwal']

  it('is made by the service, and a second apply finds nothing to do', async () => {
    converged(await site.run('apply', '--json', '-l', 'mon-*'))
    assert.deepEqual(await data(), good)
    assert.equal(converged(await site.run('apply', '--json', '-l', 'mon-*')).changed, 0)
  })

  it('gets its mode back from the service', async () => {
    await fleet.inside('mon-a', 'chmod 777 /var/lib/prometheus/metrics2')
    const drift = await site.run('drift', '--fix', '--json', '-l', 'mon-*')
    assert.equal(drift.document().hosts?.['mon-a']?.status, 'changed', drift.stdout)
    assert.deepEqual(await data(), good)
  })

  it('is not followed to where a link of the service leads', async () => {
    const script = 'stat -c "%U:%G %a" /etc/systemd/system /etc/cron.d'
    const before_ = await fleet.inside('mon-a', script)
    await fleet.inside(
      'mon-a',
      'systemctl stop prometheus; cd /var/lib/prometheus; mv metrics2 kept; setpriv --reuid prometheus --regid prometheus --clear-groups ln -s /etc/systemd/system metrics2',
    )
    const { stdout, document } = await site.run('drift', '--fix', '--json', '-l', 'mon-a')
    assert.equal(document().hosts?.['mon-a']?.status, 'failed', stdout)
    assert.match(
      JSON.stringify(document().errors),
      /\/var\/lib\/prometheus\/metrics2 does not belong to prometheus, whose directory it lies in/,
    )
    assert.equal(await fleet.inside('mon-a', script), before_)
    await fleet.inside('mon-a', 'cd /var/lib/prometheus; rm metrics2; mv kept metrics2')
    converged(await site.run('apply', '--json', '-l', 'mon-*'))
  })

  it('goes by the service too when it is purged, and what was there before stays', async () => {
    converged(await site.run('destroy', '--yes', '--purge-data', '--json', '-l', 'mon-*'))
    assert.deepEqual(
      await fleet.onAll('ls -A /var/lib/prometheus; stat -c %U /var/lib/prometheus', pair),
      pair.map(() => 'prometheus'),
    )
  })
})
