/** The standard alert rules: promtool tries each alert, and both replicas load them. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { definitions } from '../../../roles/index.ts'
import { until } from '../../../src/lab/wait.ts'
import type { Document } from '../../../src/report/format/document.ts'
import { exporterCases } from '../../roles/standard-rules/exporters.ts'
import { nodeCases } from '../../roles/standard-rules/node.ts'
import { promtoolTests, rulesIn, textOf } from '../../roles/standard-rules/promtool.ts'
import { useFleet } from '../support/fleet.ts'
import { converged } from '../support/promha.ts'
import { makeSite, type Site } from '../support/site.ts'

interface LoadedGroup {
  readonly file: string
  readonly rules: readonly { readonly name: string; readonly health: string }[]
}

const files = new Map(
  definitions.flatMap(({ exporter }) => (exporter?.rules ? [[exporter.key, exporter.rules.file]] : [])),
)

describe('the standard rules', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(({ cells: { lab } }) => {
      lab.prometheus.standard_rules = 'all'
      Object.assign(lab.exporters, {
        systemd: { hosts: ['app-01'] },
        units_twin: { use: 'systemd', hosts: ['app-01'], listen: 'self:9559' },
      })
    })
  })
  after(() => site?.remove())

  it('are loaded by both replicas and evaluated without a fault', async () => {
    converged(await site.run('apply', '--json'))
    for (const host of ['mon-a', 'mon-b']) {
      const { address } = fleet.host(host)
      const standard = await until('the rules were evaluated', 60_000, async () => {
        const { data } = (await (await fetch(`http://${address}:9090/api/v1/rules`)).json()) as {
          data: { groups: readonly LoadedGroup[] }
        }
        const found = data.groups.filter(({ file }) => /\/promha-\w+\.yml$/.test(file))
        return found.every(({ rules }) => rules.every(({ health }) => health !== 'unknown'))
          ? found
          : undefined
      })
      assert.deepEqual(
        standard.map(({ file }) => file),
        ['/etc/prometheus/rules/promha-node.yml', '/etc/prometheus/rules/promha-systemd.yml'],
      )
      for (const [index, key] of ['node', 'systemd'].entries()) {
        const { rules = [] } = standard[index] ?? {}
        assert.deepEqual(
          rules.map(({ name }) => name),
          rulesIn(files.get(key) ?? '').map(({ alert }) => alert),
        )
        assert.deepEqual(new Set(rules.map(({ health }) => health)), new Set(['ok']))
      }
    }
  })

  it('have the metrics that they need a collector for', async () => {
    const { address } = fleet.host('app-01')
    const metrics = await (await fetch(`http://${address}:9100/metrics`)).text()
    assert.match(metrics, /^node_systemd_unit_state\{.*state="failed".*\} 0$/m)
    assert.match(metrics, /^node_systemd_service_restart_total\{/m)
  })

  it('are left alone by a second apply', async () => {
    const { code, stdout } = await site.run('apply', '--json')
    assert.equal(code, 0, stdout)
    assert.equal((JSON.parse(stdout) as Document).changed, 0)
  })

  for (const [job, cases] of Object.entries({ node: nodeCases, ...exporterCases })) {
    it(`fire for ${job} when they should, and keep quiet when they should`, async () => {
      const file = files.get(job.replace(/-probe.*/, '')) ?? assert.fail(job)
      const tests = promtoolTests(file, '/run/rules.yml', job, cases)
      const put = (path: string, text: string) => `cat >${path} <<'END'\n${text}\nEND\n`
      const said = await fleet.inside(
        'mon-a',
        `${put('/run/rules.yml', textOf(file))}${put('/run/rules-test.yml', tests)}promtool test rules /run/rules-test.yml 2>&1`,
      )
      assert.match(said, /SUCCESS/)
    })
  }
})
