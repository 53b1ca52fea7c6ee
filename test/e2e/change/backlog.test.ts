/** What a replica has not sent to its sinks yet is waited for before it is restarted, as far as a sink lives. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { useFleet } from '../support/fleet.ts'
import { type Receiver, startReceiver } from '../support/network/receiver.ts'
import { mainPid } from '../support/observe.ts'
import { makeSite, type Site } from '../support/site.ts'

const stores = ['app-01', 'app-02']

describe('the backlog of a replica', function () {
  this.timeout(300_000)
  const fleet = useFleet()
  let site: Site
  let live: Receiver
  let gone: Receiver

  before(async () => {
    // The machine's own address in the lab's network.
    const here = fleet.host('mon-a').address.replace(/\.\d+$/, '.1')
    live = await startReceiver(here)
    gone = await startReceiver(here)
    gone.answer = 503
    site = await makeSite(fleet)
    await site.edit(({ cells: { lab } }) => {
      Object.assign(lab, { storage: { victoriametrics: { hosts: stores, retention: '30d' } } })
      lab.exporters.node.hosts = ['mon-*']
      Object.assign(lab.prometheus, {
        targets: {},
        remote_write: [
          { name: 'live', url: live.url },
          { name: 'gone', url: gone.url },
        ],
      })
    })
    const { code, stdout, stderr } = await site.run('apply')
    assert.equal(code, 0, stdout + stderr)
  })
  after(async () => {
    await live?.close()
    await gone?.close()
    await site?.run('destroy', '--yes', '--purge-data')
    await site?.remove()
  })

  /** Seconds from the order to stop to the end of the last stop of a replica, by its journal. */
  const stopped = async (host: string) => {
    const log = await fleet.inside(host, 'journalctl -u prometheus -o short-unix --no-pager -n 2000')
    const last = (pattern: RegExp) =>
      log
        .split('\n')
        .flatMap(line => (pattern.test(line) ? [Number.parseFloat(line)] : []))
        .at(-1) ?? 0
    return last(/ systemd\[1\]: Stopped /) - last(/ systemd\[1\]: Stopping /)
  }

  it('keeps a replica from a restart if no member of its store takes samples', async () => {
    await fleet.onAll('systemctl stop victoriametrics', stores)
    const pid = await mainPid(fleet, 'mon-a', 'prometheus')
    await site.edit(({ cells: { lab } }) => {
      lab.prometheus.flags['query.max-concurrency'] = 61
    })
    const { code, stdout, stderr } = await site.run('apply', '--limit', 'mon-a')
    assert.equal(code, 1, stdout + stderr)
    assert.match(stderr, /no samples are accepted by victoriametrics on app-01, victoriametrics on app-02\n/)
    assert.match(stderr, /victoriametrics on app-02 has accepted nothing since .* UTC\.\n/)
    assert.match(stderr, /To accept that loss, pass --allow-outage\./)
    // Nothing was restarted, so nothing is lost of the sink that takes nothing either.
    assert.doesNotMatch(stdout + stderr, /"gone"/)
    assert.equal(await mainPid(fleet, 'mon-a', 'prometheus'), pid)
    const plan = await site.run('plan', '--limit', 'mon-a')
    assert.match(
      plan.stdout + plan.stderr,
      /apply would refuse: prometheus would be restarted, and no samples are accepted by victoriametrics on app-01,/,
    )
  })

  it('is waited for until it is sent, but not for a sink of the user that takes nothing, or if it may be lost', async () => {
    const pid = await mainPid(fleet, 'mon-a', 'prometheus')
    live.answer = 503
    const apply = site.start('apply', '-v', '--limit', 'mon-a', '--allow-outage')
    await apply.says(/^mon-a prometheus: waiting: waits until its samples are sent: .*"live" to \S+ \(about/m)
    assert.equal(await mainPid(fleet, 'mon-a', 'prometheus'), pid)
    live.answer = 204
    await apply.says(/^mon-a prometheus: waiting: does not listen yet/m)
    await fleet.onAll('systemctl start victoriametrics', stores)
    const { code, stdout, stderr } = await apply.done
    const said = stdout + stderr
    assert.equal(code, 0, said)
    assert.notEqual(await mainPid(fleet, 'mon-a', 'prometheus'), pid)
    assert.match(said, /Warning: remote write "gone" to \S+ has accepted nothing since .* UTC\n {2}on mon-a/)
    assert.match(said, /Warning: prometheus is restarted although no samples are accepted by victoriametrics/)
    assert.doesNotMatch(said, /Warning: .*"live"/)
    // For each of three sinks it waits for samples, and for metadata if it was sending some: ten seconds each, not a minute.
    const seconds = await stopped('mon-a')
    assert.ok(seconds >= 29 && seconds <= 100, `${seconds}`)
  })

  it('is waited for by no rollback', async () => {
    const pid = await mainPid(fleet, 'mon-a', 'prometheus')
    await fleet.onAll('systemctl stop victoriametrics', stores)
    live.answer = 503
    const { code, stdout, stderr } = await site.run('rollback', '-v', '--limit', 'mon-a')
    const said = stdout + stderr
    assert.equal(code, 0, said)
    assert.doesNotMatch(said, /its samples are sent|accepted nothing|behind/)
    assert.notEqual(await mainPid(fleet, 'mon-a', 'prometheus'), pid)
  })
})
