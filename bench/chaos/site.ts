/** A pair under watch: its site, an alert that always fires, and changes that can be made to it again and again. */
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { Fleet } from '../../test/e2e/support/fleet.ts'
import { makeSite, rules, type Site } from '../../test/e2e/support/site.ts'
import { launch } from '../breaking/launch.ts'
import { type Poller, poll } from '../breaking/poller.ts'
import { type Receiver, receive } from './receiver.ts'

export const replicas = ['mon-a', 'mon-b'] as const

/** `reload`: the rules; `restart`: also Prometheus' flags; `everything`: every program's; `program`: Prometheus itself. */
export type Change = 'reload' | 'restart' | 'everything' | 'program'

export interface World {
  readonly fleet: Fleet
  readonly site: Site
  readonly receiver: Receiver
  readonly poll: () => Poller
  /** Edits the site so that the next apply has this to do; gives the value that `shop:answer` is to have then. */
  readonly turn: (change: Change) => Promise<number>
  readonly close: () => Promise<void>
}

/** The alert that fires from the first evaluation on. */
export const alarm = stringify({
  groups: [
    { name: 'alarm', rules: [{ alert: 'AlwaysBroken', expr: 'vector(1)', labels: { severity: 'page' } }] },
  ],
})

/** Notified of at once, and then never again while it fires. */
export function pager(url: string): string {
  return stringify({
    route: {
      receiver: 'nobody',
      group_wait: '1s',
      group_interval: '5s',
      repeat_interval: '24h',
      routes: [{ matchers: ['alertname = AlwaysBroken'], receiver: 'pager' }],
    },
    receivers: [{ name: 'nobody' }, { name: 'pager', webhook_configs: [{ url, send_resolved: false }] }],
  })
}

/** A site whose first apply has been made, and proven. */
export async function makeWorld(fleet: Fleet): Promise<World> {
  const receiver = await receive(fleet.lab().name)
  const site = await makeSite(fleet)
  await site.put('rules/alarm.yml', alarm)
  await site.put('alertmanager.yml', pager(receiver.url))
  await site.edit(({ cells }) => {
    // Two of these are as long as the shortest watch over a restarted replica, and time enough on a busy machine.
    cells.lab.prometheus.global = { scrape_interval: '4s', evaluation_interval: '2s' }
  })
  await build(site)
  let turn = 100
  return {
    fleet,
    site,
    receiver,
    poll: () => poll(replicas.map(host => `http://${fleet.host(host).address}:9090/-/ready`)),
    turn: async change => {
      turn += 1
      await site.put('rules/shop.yml', rules(`vector(${turn})`))
      if (change === 'program') await alterPrograms(fleet)
      if (change === 'restart' || change === 'everything')
        await site.edit(({ cells }) => {
          cells.lab.prometheus.flags['query.max-concurrency'] = turn
        })
      if (change === 'everything')
        await site.edit(({ cells }) => {
          cells.lab.alertmanager.flags['data.retention'] = `${turn}h`
          cells.lab.exporters.node.flags['web.max-requests'] = turn
        })
      return turn
    },
    close: async () => {
      await site.remove()
      await receiver.close()
    },
  }
}

/** On a busy machine a first build may take longer to settle than its proof waits for: then it is proven by a second one. */
async function build({ inventory }: Site): Promise<void> {
  const first = await launch('apply', inventory).done
  if (first.code === 0) return
  const second = await launch('apply', inventory).done
  if (second.code !== 0) throw new Error(`the first apply failed\n${first.stderr}\n${second.stderr}`)
}

/** One byte behind its end: the program runs as before, and is another one by its hash. */
async function alterPrograms(fleet: Fleet): Promise<void> {
  const path = '/usr/local/bin/prometheus'
  await fleet.onAll(`cp -p ${path} ${path}.x; printf x >>${path}.x; mv ${path}.x ${path}`, replicas)
  // Its time is one of the things that it is known by.
  await delay(10)
}
