/** What root would do in a directory that is not promha's to change is refused, by name and before anything is changed. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { useFleet } from '../../e2e/support/fleet.ts'
import { converged } from '../../e2e/support/promha.ts'
import { makeSite, type Site } from '../../e2e/support/site.ts'

describe('a directory of another user', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  const pair = ['mon-a', 'mon-b']
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await fleet.onAll(
      'userdel -r alice 2>/dev/null || :; useradd --create-home alice; chmod 755 /home/alice',
      pair,
    )
  })
  after(async () => {
    await fleet.onAll('userdel -r alice 2>/dev/null || :; rm -rf /srv/other /home/alice', pair)
    await site?.remove()
  })

  const at = (path: string) =>
    site.edit(({ cells }) => {
      cells.lab.prometheus.data_dir = path
    })
  /** The errors of a command that changes nothing on the pair. */
  async function refused(command: 'apply' | 'plan', path: string) {
    const facts = () =>
      fleet.onAll(`stat -c '%n %U:%G %a %F' ${path} ${path}/.. 2>&1 || :; cat /etc/shadow`, pair)
    const before_ = await facts()
    const { stdout, stderr, code, document } = await site.run(command, '--json', '-l', 'mon-*')
    assert.notEqual(code, 0, stdout + stderr)
    assert.deepEqual(await facts(), before_)
    for (const host of pair) assert.equal(document().hosts?.[host]?.status, 'failed', stdout)
    return document().errors ?? []
  }

  it('that is not empty is no data directory, whatever it is called: plan and apply name it on both hosts', async () => {
    await fleet.onAll(
      'install -d -m 700 -o alice -g alice /home/alice/.ssh; echo key >/home/alice/.ssh/authorized_keys',
      pair,
    )
    // Its parent is root's, so that only what it holds counts.
    await fleet.onAll('chown root /home/alice', pair)
    await at('/home/alice/.ssh')
    for (const command of ['plan', 'apply'] as const) {
      const errors = await refused(command, '/home/alice/.ssh')
      const found = errors.filter(
        ({ summary }) =>
          summary === '/home/alice/.ssh belongs to alice and holds something else, so it is left alone',
      )
      assert.deepEqual(found.map(({ host }) => host).sort(), pair)
      assert.match(found[0]?.remedy ?? '', /^Set a `data_dir:` of its own/)
    }
  })

  it('is named where it is a parent of the data directory', async () => {
    await fleet.onAll('chown alice /home/alice', pair)
    await at('/home/alice/prometheus')
    const errors = await refused('apply', '/home/alice')
    const found = errors.filter(
      ({ summary }) => summary === '/home/alice belongs to alice, so nothing is changed below it',
    )
    assert.deepEqual(found.map(({ host }) => host).sort(), pair)
    // A home stays its user's.
    assert.equal(found[0]?.remedy, 'Set another `data_dir:`, such as /var/lib/prometheus.')
  })

  it('may hold a link in the place of the data: what that leads to is not touched', async () => {
    await at('/var/lib/prometheus')
    converged(await site.run('apply', '--json', '-l', 'mon-*'))
    const unit = await fleet.inside('mon-a', 'stat -c "%U:%G %a" /etc/systemd/system')
    await fleet.inside(
      'mon-a',
      `systemctl stop prometheus; mv /var/lib/prometheus /var/lib/kept; ln -s /etc/systemd/system /var/lib/prometheus; chown -h prometheus /var/lib/prometheus`,
    )
    const { stdout, document } = await site.run('drift', '--fix', '--json', '-l', 'mon-a')
    assert.equal(document().hosts?.['mon-a']?.status, 'failed', stdout)
    assert.match(
      JSON.stringify(document().errors),
      /\/var\/lib\/prometheus is a link that belongs to prometheus/,
    )
    assert.equal(await fleet.inside('mon-a', 'stat -c "%U:%G %a" /etc/systemd/system'), unit)
    await fleet.inside('mon-a', 'rm /var/lib/prometheus; mv /var/lib/kept /var/lib/prometheus')
    converged(await site.run('apply', '--json', '-l', 'mon-*'))
  })

  it('that promha adopts is cleaned of planted names first: the file that they lead to stays as it is', async () => {
    await at('/var/lib/prometheus')
    converged(await site.run('apply', '--json', '-l', 'mon-*'))
    const shadow = await fleet.inside('mon-a', 'sha256sum /etc/shadow')
    await fleet.inside(
      'mon-a',
      `chown -R prometheus:prometheus /etc/prometheus; chmod 755 /etc/prometheus
       cd /etc/prometheus; echo '# by hand' >>prometheus.yml
       setpriv --reuid prometheus --regid prometheus --clear-groups ln -s /etc/shadow .promha-new.prometheus.yml`,
    )
    converged(await site.run('apply', '--json', '-l', 'mon-*'))
    assert.equal(await fleet.inside('mon-a', 'sha256sum /etc/shadow'), shadow)
    assert.equal(
      await fleet.inside(
        'mon-a',
        'ls -A /etc/prometheus | grep ^.promha || :; stat -c %U:%a /etc/prometheus',
      ),
      'root:750',
    )
  })

  it('keeps what lies behind a link when the data is purged', async () => {
    await fleet.inside(
      'mon-a',
      'mkdir -p /srv/other/data; echo x >/srv/other/data/file; ln -s /srv/other /var/lib/prometheus/away',
    )
    converged(await site.run('destroy', '--yes', '--purge-data', '--json', '-l', 'mon-*'))
    assert.equal(
      await fleet.inside('mon-a', 'cat /srv/other/data/file; ls -d /var/lib/prometheus 2>/dev/null || :'),
      'x',
    )
  })
})
