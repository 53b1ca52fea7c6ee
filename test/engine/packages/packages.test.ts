/** What a run makes of hosts' answers about packages. */
import assert from 'node:assert/strict'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { RunRequest } from '../../../src/engine/api.ts'
import type { HostRun } from '../../../src/engine/host-run.ts'
import { installPackages, stayingPackages } from '../../../src/engine/packages/packages.ts'
import { removePackages } from '../../../src/engine/packages/removal.ts'
import { newProgress } from '../../../src/engine/progress.ts'
import { cleanupHost } from '../../../src/engine/rollout/cleanup.ts'
import type { InstancePlan } from '../../../src/plan/model.ts'
import { blank } from '../../plan/host.ts'
import { planOf } from '../plans.ts'
import { contextOf, runOf } from '../runs.ts'

const create = { resource: 'package:keepalived', action: 'create', reason: 'not installed' } as const

function wanting(host: string): InstancePlan {
  const plan = planOf(host, 'node_exporter', { changes: [create] })
  const resources = [{ kind: 'package', name: 'keepalived' } as const, ...plan.instance.resources]
  return { ...plan, instance: { ...plan.instance, resources } }
}

/** A host that answers each script with these lines, each behind the script's own nonce where it begins a section. */
function session(
  host: string,
  manager: 'apt' | 'dnf' | undefined,
  lines: readonly string[],
  code: number | null = 0,
): HostRun & { readonly asked: string[] } {
  const asked: string[] = []
  const run = async ({ script }: { readonly script: string }) => {
    asked.push(script)
    const nonce = /promha-[0-9a-f]{18}/.exec(script)?.[0] ?? ''
    const text = lines.map(line => `${line.replace(/^#/, nonce)}\n`).join('')
    return { code, stdout: Buffer.from(text), stderr: 'sh: gone' }
  }
  const packages = { ...blank.packages, ...(manager ? { manager } : {}) }
  return { ...runOf(host, { connection: { host, run }, observed: { ...blank, packages } }), asked }
}

async function install(one: HostRun): Promise<readonly Problem[]> {
  const progress = newProgress()
  const plan = [wanting(one.host.name)]
  await installPackages(contextOf([{ ...one, plan }], { progress }), plan)
  const problems = progress.problems.get(one.host.name) ?? []
  assert.equal(progress.abandoned.has(one.host.name), problems.length > 0)
  for (const problem of problems) {
    assert.equal(problem.host, one.host.name)
    assert.equal(problem.resource, 'package:keepalived')
    assert.ok(problem.remedy)
  }
  return problems
}

describe('installing packages', () => {
  it('asks a host once where its own manager brings them', async () => {
    const host = session('a', 'apt', ['# installed', '# end'])
    assert.deepEqual(await install(host), [])
    assert.equal(host.asked.length, 1)
  })

  const failures: readonly (readonly [string, readonly string[], RegExp, RegExp])[] = [
    [
      'an interrupted dpkg',
      ['# failed', 'E: dpkg was interrupted, you must …', '# end'],
      /interrupted/,
      /--configure/,
    ],
    [
      'a full disk',
      ['# failed', "E: You don't have enough free space in /x.", '# end'],
      /disk is full/,
      /disk space/,
    ],
    [
      'another manager at work',
      ['# failed', 'E: Could not get lock /x', '# end'],
      /running there/,
      /once it has ended/,
    ],
    [
      'a service that stays on',
      ['# failed', 'E: keepalived.service could not be disabled: odd', '# end'],
      /services could not be switched off/,
      /^Fix what/,
    ],
    [
      'a file that cannot be written',
      ['# failed', 'E: /x cannot be written', '# end'],
      /cannot be written/,
      /^Fix what/,
    ],
    ['anything else, with its own words', ['# failed', 'E: odd', '# end'], /refused/, /by hand/],
    ['a lost lock', ['# lost', '# end'], /lock of the host was lost/, /another run/],
    [
      'what no source of another distribution brings',
      ['# unreached', 'no match', '# end'],
      /do not bring/,
      /Debian/,
    ],
  ]
  for (const [what, lines, summary, remedy] of failures)
    it(`tells ${what}`, async () => {
      const [problem] = await install(session('a', 'apt', lines))
      assert.match(problem?.summary ?? '', summary)
      assert.match(problem?.remedy ?? '', remedy)
      const own = lines[1]
      if (own !== '# end') assert.equal(problem?.detail, own)
    })

  it('tells a connection that ended, and a host that nobody can install on', async () => {
    const [cut] = await install(session('a', 'apt', [], null))
    assert.match(cut?.summary ?? '', /connection ended/)
    const none = session('a', undefined, [])
    const [problem] = await install(none)
    assert.match(problem?.summary ?? '', /no package manager is known/)
    assert.deepEqual(none.asked, [])
  })

  it('says what stays where its change fails, and nothing of what was there', () => {
    assert.equal(stayingPackages(wanting('a'))[0]?.summary, 'keepalived stays installed')
    assert.deepEqual(stayingPackages(planOf('a', 'node_exporter')), [])
  })
})

describe('removing packages', () => {
  async function remove(
    lines: readonly string[],
    result: 'changed' | 'failed' = 'changed',
    more: Partial<RunRequest> = {},
  ) {
    const one = session('a', 'apt', lines)
    const plan: InstancePlan = {
      ...planOf('a', 'node_exporter', { retired: true }),
      removed: [{ kind: 'package', name: 'keepalived', found: false }],
    }
    const progress = newProgress()
    progress.results.set(plan, result)
    const prepared = { all: [] }
    await removePackages(contextOf([{ ...one, plan: [plan] }], { prepared, request: more, progress }))
    return {
      asked: one.asked.length,
      problems: progress.problems.get('a') ?? [],
      failed: progress.abandoned.has('a'),
    }
  }

  it('comes after the change, and only where that succeeded', async () => {
    assert.deepEqual(await remove(['# end']), { asked: 1, problems: [], failed: false })
    assert.deepEqual(await remove(['# end'], 'failed'), { asked: 0, problems: [], failed: false })
  })

  it('that fails fails the host; what others need is only told', async () => {
    const failed = await remove(['# unremoved keepalived', 'E: dpkg was interrupted', '# end'])
    assert.ok(failed.failed)
    assert.match(failed.problems[0]?.summary ?? '', /could not be removed: an earlier installation/)
    const kept = await remove(['# kept keepalived', 'other', '# end'])
    assert.ok(!kept.failed)
    assert.deepEqual(
      kept.problems.map(({ severity, detail }) => [severity, detail]),
      [['warning', 'other']],
    )
    for (const lines of [['# lost', '# end'], ['cut'], ['# unable', 'x is held by another run', '# end']]) {
      const { failed: given, problems } = await remove(lines)
      assert.ok(given)
      assert.equal(problems[0]?.resource, 'package:keepalived')
      assert.match(problems[0]?.remedy ?? '', /[Rr]un the command again/)
    }
  })

  it('is told by destroy too where nothing could be tried, since promha’s files stay then', async () => {
    const run = session('a', 'apt', ['# unable', 'the lock is held by another run', '# end'])
    const { connection } = run.session
    assert.ok(connection)
    const { problems } = await cleanupHost(connection, 'destroy', [])
    assert.deepEqual(
      problems.map(({ host, detail }) => [host, detail]),
      [['a', 'the lock is held by another run']],
    )
    assert.match(problems[0]?.remedy ?? '', /[Rr]un the command again/)
  })

  it('is a stage of its own, and is not begun once the run is to end', async () => {
    const stages: string[] = []
    const emit: RunRequest['emit'] = event => {
      if ('stage' in event) stages.push(`${event.type} ${event.stage}`)
    }
    await remove(['# end'], 'changed', { emit })
    assert.deepEqual(stages, ['stage-begin removal', 'stage-progress removal', 'stage-end removal'])
    const { asked, problems, failed } = await remove(['# end'], 'changed', { signal: AbortSignal.abort() })
    assert.deepEqual([asked, failed], [0, false])
    assert.match(problems[0]?.summary ?? '', /keepalived was not removed because the run ended/)
    assert.equal(problems[0]?.severity, 'warning')
  })
})
