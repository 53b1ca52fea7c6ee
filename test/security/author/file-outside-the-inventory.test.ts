/** An inventory may name any file of this machine: of what lies outside its directory nothing is shown, by no way. */

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildInstances } from '../../../roles/instances.ts'
import { readLock } from '../../../src/artifact/lock/lock-file.ts'
import { directorySource } from '../../../src/artifact/source/directory.ts'
import { toolProblems } from '../../../src/check/refusal.ts'
import { describe as describeProblem } from '../../../src/diagnostic/describe.ts'
import type { Problem, ProblemError } from '../../../src/diagnostic/problem.ts'
import { shownTexts, withDiffs } from '../../../src/engine/diff/diffs.ts'
import { withJournal } from '../../../src/engine/gate/gate.ts'
import { stepProblems } from '../../../src/engine/rollout/step-problem.ts'
import { planInstance } from '../../../src/plan/plan.ts'
import type { Instance } from '../../../src/resource/model.ts'
import { checkStep } from '../../../src/shell/change/change.ts'
import type { ChangeRequest } from '../../../src/shell/change/request.ts'
import { readInventory } from '../../../src/site/read.ts'
import { readConfigFile } from '../../../src/ssh/config/config-file.ts'
import { buildTopology } from '../../../src/topology/build.ts'
import { alertmanager, head, prometheus } from '../../inventory/harness.ts'
import { blank, hash } from '../../plan/host.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { error } from '../../support/problems.ts'

/** Stands in what must not be shown. */
const marker = 'hunter2'

describe('a file outside the directory of the inventory', () => {
  let root = ''
  let site = ''
  let outside = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'promha-outside-'))
    site = join(root, 'site')
    outside = join(root, 'secret.yml')
    mkdirSync(site)
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const read = async (text: string): Promise<readonly Problem[]> => {
    const file = join(site, 'inventory.yml')
    writeFileSync(file, text)
    return readInventory(file).then(
      ({ warnings }) => warnings,
      (thrown: ProblemError) => thrown.problems,
    )
  }
  /** What is told says where it stands and that it is not shown, and holds nothing of it. */
  const tellsPlaceOnly = (problems: readonly Problem[], file = outside) => {
    assert.ok(problems.length > 0)
    for (const problem of problems) {
      assert.doesNotMatch(JSON.stringify(problem), new RegExp(marker), describeProblem(problem))
      assert.equal(problem.source?.text, undefined)
      assert.equal(problem.source?.file, file)
      assert.ok((problem.source?.line ?? 0) > 0)
    }
  }

  const contents: Readonly<Record<string, string>> = {
    'no YAML': `root:$6$${marker}:1:0\n  ${marker}: [\n`,
    'a key twice': `${marker}: 1\n${marker}: 2\n`,
    'an alias of nothing': `a: *${marker}\n`,
    'a word instead of a list': `${marker}\n`,
    'a list of words': `- ${marker}\n`,
    'jobs of one name': `- job_name: ${marker}\n- job_name: ${marker}\n`,
    'a job that promha generates': `- job_name: node\n  static_configs: [{ targets: ["${marker}:1"] }]\n`,
    'rules that are not there': `rule_files: [${marker}.yml, "${marker}/*.yml"]\n`,
    'a password that is not there': `scrape_configs:\n- job_name: x\n  basic_auth: { password_file: ${marker} }\n`,
    Alertmanagers: `alerting: { alertmanagers: [{ static_configs: [{ targets: ["${marker}:1"] }] }] }\n`,
    'an external label that promha sets': `global: { external_labels: { cell: ${marker} } }\n`,
    'parts of another shape': `remote_read: ${marker}\nscrape_config_files: { ${marker}: 1 }\nscrape_configs: ${marker}\n`,
  }
  for (const [name, content] of Object.entries(contents)) {
    it(`is not quoted where it holds ${name}`, async () => {
      writeFileSync(outside, content)
      tellsPlaceOnly(await read(prometheus(`scrape_configs: ${outside}`)))
    })
  }

  it('is not quoted as a file of scrape jobs', async () => {
    writeFileSync(outside, `${marker}\n`)
    tellsPlaceOnly(await read(prometheus(`scrape_config_files: [${outside}]`)))
    writeFileSync(
      outside,
      `scrape_configs: [{ job_name: 5, job_nam: ${marker} }, { job_name: [${marker}] }]\n`,
    )
    tellsPlaceOnly(await read(prometheus(`scrape_config_files: [${outside}]`)))
  })

  it('says that a part of a prometheus.yml is not used', async () => {
    writeFileSync(outside, `global: { x: ${marker} }\n`)
    const problems = await read(prometheus(`scrape_configs: ${outside}`, 'global: {}'))
    tellsPlaceOnly(problems)
    assert.match(problems[0]?.summary ?? '', /^"global" of this file is not used/)
  })

  it('is not quoted as the config of an Alertmanager, and as modules of the blackbox exporter', async () => {
    writeFileSync(outside, `- ${marker}\n`)
    tellsPlaceOnly(await read(alertmanager().replace(/config: .*/, `config: ${outside}`)))
    const blackbox = `${head}cells: { eu: { blackbox: { hosts: [mon-a], modules: ${outside} } } }\n`
    tellsPlaceOnly(await read(blackbox))
  })

  it('is not guessed at by a module that a probe names', async () => {
    writeFileSync(outside, `${marker}: { prober: http }\n`)
    const problems = await read(
      `${head}cells: { eu: { blackbox: { hosts: [mon-a], modules: ${outside}, probes: [{ module: hunter3, targets: [x] }] } } }\n`,
    )
    assert.ok(problems.some(({ summary }) => /names the module "hunter3"/.test(summary)))
    assert.doesNotMatch(JSON.stringify(problems), new RegExp(marker))
  })

  it('is not reached by a link in the directory', async () => {
    writeFileSync(outside, `a: [${marker}\n`)
    symlinkSync('../secret.yml', join(site, 'jobs.yml'))
    tellsPlaceOnly(await read(prometheus('scrape_configs: jobs.yml')), join(site, 'jobs.yml'))
    symlinkSync('..', join(site, 'up'))
    tellsPlaceOnly(await read(prometheus('scrape_configs: up/secret.yml')), join(site, 'up/secret.yml'))
  })

  it('is not shown as the inventory itself, or as its lock file', async () => {
    writeFileSync(outside, `${marker}: [\n`)
    symlinkSync(outside, join(site, 'linked.yml'))
    await assert.rejects(readInventory(join(site, 'linked.yml')), ({ problems }: ProblemError) => {
      tellsPlaceOnly(problems, join(site, 'linked.yml'))
      return true
    })
    writeFileSync(outside, `${marker}: 1\n`)
    await assert.rejects(readInventory(join(site, 'linked.yml')), ({ problems }: ProblemError) => {
      tellsPlaceOnly(problems, join(site, 'linked.yml'))
      return true
    })
    writeFileSync(outside, `${marker}: [\n`)
    const lock = join(site, 'inventory.lock.yml')
    symlinkSync(outside, lock)
    await assert.rejects(readLock({ path: lock, shown: lock }), ({ problems }: ProblemError) => {
      tellsPlaceOnly(problems, lock)
      return true
    })
  })

  it('is not shown as a checksum, which a token may look like', async () => {
    const token = 'deadbeef'.repeat(8)
    writeFileSync(outside, `${token}\n`)
    const archive = 'prometheus-3.5.0.linux-amd64.tar.gz'
    writeFileSync(join(site, archive), 'x')
    symlinkSync(outside, join(site, `${archive}.sha256`))
    const source = directorySource(site, { directory: root, prepare: async () => {} }, () => false)
    const key = { component: 'prometheus', version: '3.5.0', arch: 'amd64' } as const
    await assert.rejects(source.resolve(key), ({ problems }: ProblemError) => {
      assert.match(problems[0]?.detail ?? '', /A link that leads out of .* does not count/)
      assert.doesNotMatch(JSON.stringify(problems), new RegExp(token))
      return true
    })
    rmSync(join(site, `${archive}.sha256`))
    writeFileSync(join(site, `${archive}.sha256`), `${token}  ${archive}\n`)
    assert.deepEqual(await source.resolve(key), [{ name: archive, sha256: token }])
  })

  it('is not quoted as a config of SSH', async () => {
    writeFileSync(outside, `Host "${marker}\n`)
    await assert.rejects(readConfigFile(outside, false), ({ problems }: ProblemError) => {
      assert.doesNotMatch(JSON.stringify(problems), new RegExp(marker))
      return true
    })
  })

  it('inside stays quoted, by a link as well', async () => {
    mkdirSync(join(site, 'real'))
    writeFileSync(join(site, 'real/jobs.yml'), `- job_name: ${marker}\n- job_name: ${marker}\n`)
    symlinkSync('real/jobs.yml', join(site, 'jobs.yml'))
    symlinkSync(site, join(root, 'elsewhere'))
    writeFileSync(join(site, 'inventory.yml'), prometheus('scrape_configs: jobs.yml'))
    await assert.rejects(
      readInventory(join(root, 'elsewhere/inventory.yml')),
      ({ problems }: ProblemError) => {
        assert.match(problems[0]?.summary ?? '', new RegExp(`"${marker}" is defined twice`))
        assert.match(problems[0]?.source?.text ?? '', new RegExp(marker))
        return true
      },
    )
  })

  const kinds: Readonly<Record<string, () => { readonly text: string; readonly path: string }>> = {
    'rule files': () => ({
      text: prometheus(`rule_files: [${outside}]`),
      path: '/etc/prometheus/rules/secret.yml',
    }),
    'scrape configs': () => {
      writeFileSync(outside, `- { job_name: ${marker} }\n`)
      return { text: prometheus(`scrape_configs: ${outside}`), path: '/etc/prometheus/prometheus.yml' }
    },
    'external labels of a prometheus.yml': () => {
      writeFileSync(outside, `global: { external_labels: { region: ${marker} } }\n`)
      return {
        text: prometheus(`scrape_configs: ${outside}`, 'global: {}'),
        path: '/etc/prometheus/prometheus.yml',
      }
    },
    'a part of a prometheus.yml that is passed on': () => {
      writeFileSync(outside, `tracing: { endpoint: ${marker} }\n`)
      return { text: prometheus(`scrape_configs: ${outside}`), path: '/etc/prometheus/prometheus.yml' }
    },
    'a file of scrape jobs': () => {
      writeFileSync(outside, `scrape_configs: [{ job_name: ${marker} }]\n`)
      return {
        text: prometheus(`scrape_config_files: [${outside}]`),
        path: '/etc/prometheus/scrape_configs/secret.yml',
      }
    },
    'a config of Alertmanager': () => ({
      text: alertmanager().replace(/config: .*/, `config: ${outside}`),
      path: '/etc/alertmanager/alertmanager.yml',
    }),
    templates: () => ({
      text: alertmanager(`templates: [${outside}]`),
      path: '/etc/alertmanager/templates/secret.yml',
    }),
    'modules of the blackbox exporter': () => ({
      text: `${head}cells: { eu: { blackbox: { hosts: [mon-a], modules: ${outside} } } }\n`,
      path: '/etc/blackbox_exporter.yml',
    }),
  }
  for (const [name, kind] of Object.entries(kinds)) {
    describe(`as ${name}`, () => {
      let instance: Instance
      let path = ''
      beforeEach(async () => {
        writeFileSync(outside, `${marker}: { prober: http }\n`)
        const made = kind()
        path = made.path
        writeFileSync(join(site, 'inventory.yml'), made.text)
        const { inventory } = await readInventory(join(site, 'inventory.yml'))
        const [first] = buildInstances(inventory, buildTopology(inventory), () => '3.5.0')
        instance = first ?? assert.fail()
      })

      it('is deployed, and in no difference', () => {
        const resource = `file:${path}`
        const content = instance.resources.find(found => found.kind === 'file' && found.path === path)
        assert.match(JSON.stringify(content), new RegExp(marker))
        const plan = planInstance(instance, blank, hash)
        assert.ok(!shownTexts(plan).includes(path))
        const shown = withDiffs(plan, { contents: new Map([[path, Buffer.from(`before: ${marker}\n`)]]) })
        const diff = shown.changes.find(change => change.resource === resource)?.diff
        assert.match(diff ?? '', /not shown: read from outside the inventory's directory/)
        assert.doesNotMatch(JSON.stringify(shown.changes), new RegExp(marker))
      })

      it('is not quoted by a tool that refuses it, here or on the host', async () => {
        const index = instance.checks.findIndex(({ flags }) => flags === undefined)
        const check = instance.checks[index] ?? assert.fail()
        const message = `rules/secret.yml: 1:1: cannot unmarshal !!str \`${marker}\``
        const files = [{ name: 'rules/secret.yml', content: `${marker}: 1\n`, path: outside }]
        const [here = assert.fail()] = await toolProblems(
          { check, component: instance.component, files, cell: undefined },
          message,
          'prometheus in cell eu',
        )
        assert.doesNotMatch(JSON.stringify(here), new RegExp(marker))
        assert.equal(here.source?.line, 1)
        assert.match(here.detail ?? '', /does not show what the tool says/)
        const request = { component: instance.component, unit: 'x', checks: instance.checks }
        const there = await stepProblems(request as unknown as ChangeRequest, 'mon-a', {
          ...{ step: `${checkStep}${index}`, lines: [message], stderr: marker },
        })
        assert.doesNotMatch(JSON.stringify(there), new RegExp(marker))
      })
    })
  }

  it('is not quoted from the journal of a program that does not come up with it', async () => {
    const connection = fakeConnection('mon-a', { diagnosis: [`journal\nbad: ${marker}`] })
    const of = (withheld: { readonly withheld?: true }) => ({
      unit: 'prometheus.service',
      checks: [{ program: '/x/promtool', root: '/etc/prometheus', args: [], ...withheld }],
    })
    const problem = error('prometheus does not stay up')
    const told = await withJournal(connection, of({ withheld: true }), problem, 0)
    assert.doesNotMatch(JSON.stringify(told), new RegExp(marker))
    assert.match(told.remedy ?? '', /journalctl -u prometheus\.service` on mon-a/)
    assert.match(JSON.stringify(await withJournal(connection, of({}), problem, 0)), new RegExp(marker))
  })

  it('is the only reason for which a tool is not quoted', async () => {
    writeFileSync(join(site, 'inside.yml'), 'groups: []\n')
    writeFileSync(join(site, 'inventory.yml'), prometheus('rule_files: [inside.yml]'))
    const { inventory } = await readInventory(join(site, 'inventory.yml'))
    const [instance] = buildInstances(inventory, buildTopology(inventory), () => '3.5.0')
    assert.deepEqual(
      instance?.checks.map(({ withheld }) => withheld),
      [undefined, undefined],
    )
    assert.ok(!instance?.resources.some(found => found.kind === 'file' && found.concealed))
  })
})
