/** A bad edit to each kind of file that a user writes: caught before it is active anywhere. */
import assert from 'node:assert/strict'
import { get, pids, restarted, snapshot } from '../../../test/e2e/support/observe.ts'
import { alertmanagerConfig, rules, type Site } from '../../../test/e2e/support/site.ts'
import { launch } from '../../breaking/launch.ts'
import { lengthOf } from '../../breaking/poller.ts'
import { leftovers } from '../evidence.ts'
import { pager, replicas, type World } from '../site.ts'
import { isComplete, type Outcome } from '../trial.ts'

export interface Edit {
  readonly kind: string
  readonly make: (site: Site) => Promise<void>
  readonly back: (site: Site, world: World) => Promise<void>
  /** What the error has to name. */
  readonly names: RegExp
}

export const edits: readonly Edit[] = [
  {
    kind: 'rule file',
    make: site => site.put('rules/more.yml', rules('rate(up[5m)').replaceAll('shop', 'more')),
    back: site => site.drop('rules/more.yml'),
    names: /more\.yml/,
  },
  {
    kind: 'target file',
    make: site =>
      site.edit(({ cells }) => {
        cells.lab.prometheus.targets.odd = [{ targets: ['http://10.0.0.1:80/metrics'] }]
      }),
    back: site =>
      site.edit(({ cells }) => {
        delete cells.lab.prometheus.targets.odd
      }),
    names: /odd|10\.0\.0\.1/,
  },
  {
    kind: "Prometheus' config",
    make: site =>
      site.edit(({ cells }) => {
        cells.lab.prometheus.scrape_configs = [{ job_name: 'odd', scrape_interval: 'often' }]
      }),
    back: site =>
      site.edit(({ cells }) => {
        delete cells.lab.prometheus.scrape_configs
      }),
    names: /often|odd/,
  },
  {
    kind: 'shipped file',
    make: async site => {
      await site.put('ca.pem', 'no certificate')
      await site.edit(({ cells }) => {
        cells.lab.prometheus.files['web/ca.pem'] = 'ca.pem'
        // Only the program itself reads it.
        cells.lab.prometheus.remote_write = [
          { url: 'https://127.0.0.1:9/', tls_config: { ca_file: 'web/ca.pem' } },
        ]
      })
    },
    back: site =>
      site.edit(({ cells }) => {
        delete cells.lab.prometheus.files['web/ca.pem']
        delete cells.lab.prometheus.remote_write
      }),
    names: /ca\.pem/,
  },
  {
    kind: 'template',
    make: async site => {
      await site.put('templates/odd.tmpl', '{{ define "odd" }}{{ .Nothing ')
      await site.edit(({ cells }) => {
        cells.lab.alertmanager.templates = ['templates/*.tmpl']
      })
    },
    back: site =>
      site.edit(({ cells }) => {
        delete cells.lab.alertmanager.templates
      }),
    names: /odd\.tmpl|template/,
  },
  {
    kind: "Alertmanager's config",
    make: site => site.put('alertmanager.yml', alertmanagerConfig('nowhere', 'nobody')),
    back: (site, world) => site.put('alertmanager.yml', pager(world.receiver.url)),
    names: /nowhere/,
  },
  {
    kind: 'flag in a unit',
    make: site =>
      site.edit(({ cells }) => {
        cells.lab.prometheus.flags['no.such.flag'] = 1
      }),
    back: site =>
      site.edit(({ cells }) => {
        delete cells.lab.prometheus.flags['no.such.flag']
      }),
    names: /no\.such\.flag/,
  },
]

/** Never rejects. */
export async function attemptEdit(world: World, edit: Edit): Promise<Outcome> {
  const poller = world.poll()
  let failure: string | undefined
  let code: number | undefined
  try {
    code = await play(world, edit)
  } catch (problem) {
    failure = (problem as Error).message
  }
  const { allOut, out } = await poller.stop()
  if (allOut.length > 0) failure ??= `both replicas were out for ${lengthOf(allOut)} s`
  return {
    fault: 'bad edit',
    step: edit.kind,
    ...(code === undefined ? {} : { code }),
    undone: 'nothing to undo',
    pairOut: lengthOf(allOut),
    oneOut: lengthOf(out.flat()),
    converged: 0,
    ...(failure === undefined ? {} : { failure }),
  }
}

async function play(world: World, { make, back, names }: Edit): Promise<number | undefined> {
  const { fleet, site } = world
  const before = await active(world)
  await make(site)
  try {
    const { code, stdout, stderr } = await launch('apply', site.inventory).done
    assert.ok(code === 1 || code === 3, `the apply ended with ${code}\n${stderr}`)
    assert.match(stdout, names)
    const now = await active(world)
    assert.deepEqual(restarted(before.running, now.running), [])
    assert.deepEqual(now, before, 'what is active changed')
    assert.equal(await leftovers(fleet), '', 'something was left over')
    return code
  } finally {
    await back(site, world)
    await isComplete(world)
  }
}

/** Processes and files, and what each replica has loaded. */
async function active({ fleet }: World) {
  const loaded = replicas.map(host => get(fleet, host, 'prometheus', '/api/v1/status/config'))
  return { running: await pids(fleet), files: await snapshot(fleet), loaded: await Promise.all(loaded) }
}
