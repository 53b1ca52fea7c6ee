import assert from 'node:assert/strict'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProblemError } from '../../src/diagnostic/problem.ts'
import { install } from '../../src/schedule/install.ts'
import { remove } from '../../src/schedule/remove.ts'
import { scheduleStatus } from '../../src/schedule/status.ts'
import { type Pretended, pretend, schedule } from './machine.ts'

const { name, inventory } = schedule
const on = 'ActiveState=active\nUnitFileState=enabled\nNeedDaemonReload=no'

describe('schedule/install', () => {
  let machine: Pretended
  beforeEach(async () => {
    machine = await pretend()
  })
  afterEach(() => machine.end())

  const files = () => readdir(machine.unitDirectory)
  const told = () => machine.asked.filter(line => /^systemctl(?! (--user )?show)/.test(line))

  async function refused(work: Promise<unknown>): Promise<ProblemError> {
    const thrown = await work.then(
      () => undefined,
      (failure: unknown) => failure,
    )
    assert.ok(thrown instanceof ProblemError, String(thrown))
    return thrown
  }

  it('rehearses first, then writes both units and starts the timer', async () => {
    const { state, warnings } = await install(schedule, machine)
    assert.equal(state, 'installed')
    assert.deepEqual(warnings, [])
    assert.match(
      machine.asked[0] ?? '',
      /^systemd-run --wait .* plan \/srv\/shop\/inventory\.yml --no-diff --scheduled$/,
    )
    assert.deepEqual(told(), [
      'systemctl daemon-reload',
      `systemctl enable ${name}.timer`,
      `systemctl restart ${name}.timer`,
    ])
    assert.deepEqual((await files()).sort(), [`${name}.service`, `${name}.timer`])
    assert.equal((await stat(join(machine.unitDirectory, `${name}.timer`))).mode & 0o777, 0o644)
  })

  it('is content with a plan that finds differences', async () => {
    machine.answers.push([/^systemd-run/, { code: 2 }])
    assert.equal((await install(schedule, machine)).state, 'installed')
  })

  it('says unchanged the second time and touches nothing', async () => {
    await install(schedule, machine)
    machine.answers.push([/ show /, { stdout: on }])
    machine.asked.length = 0
    assert.equal((await install(schedule, machine)).state, 'unchanged')
    assert.deepEqual(told(), [])
  })

  it('puts a timer right that somebody stopped', async () => {
    await install(schedule, machine)
    machine.answers.push([/ show /, { stdout: on.replace('=active', '=inactive') }])
    machine.asked.length = 0
    assert.equal((await install(schedule, machine)).state, 'updated')
    assert.equal(told().length, 3)
  })

  it('replaces what an earlier install wrote otherwise', async () => {
    await install(schedule, machine)
    machine.answers.push([/ show /, { stdout: on }])
    assert.equal((await install({ ...schedule, fix: false }, machine)).state, 'updated')
    assert.doesNotMatch(await readFile(join(machine.unitDirectory, `${name}.service`), 'utf8'), /--fix/)
  })

  for (const code of [1, 3, 4, 5, undefined]) {
    it(`installs nothing where the plan ends with ${code}, and tells why`, async () => {
      machine.answers.push([/^systemd-run/, { code, stderr: 'Error: "${env:TOKEN}": not set' }])
      const { problems } = await refused(install(schedule, machine))
      assert.match(problems[0]?.summary ?? '', /nothing was installed/)
      assert.match(problems[0]?.detail ?? '', /\$\{env:TOKEN\}": not set/)
      assert.deepEqual(await files(), [])
      assert.deepEqual(told(), [])
    })
  }

  for (const verb of ['daemon-reload', 'enable', 'restart']) {
    it(`leaves nothing behind where systemctl ${verb} fails`, async () => {
      machine.answers.push([new RegExp(`^systemctl ${verb}`), { code: 1, stderr: 'Access denied' }])
      const { problems } = await refused(install(schedule, machine))
      assert.match(problems[0]?.summary ?? '', new RegExp(`^systemctl ${verb}.* ended with 1`))
      assert.deepEqual(await files(), [])
    })
  }

  it('goes back to what was installed before where the new one fails', async () => {
    await install(schedule, machine)
    machine.answers.push([/^systemctl restart/, { code: 1 }])
    await refused(install({ ...schedule, fix: false }, machine))
    assert.match(await readFile(join(machine.unitDirectory, `${name}.service`), 'utf8'), /--fix/)
  })

  it('refuses an interval that is too short before anything else', async () => {
    await refused(install({ ...schedule, every: 30_000 }, machine))
    assert.deepEqual(machine.asked, [])
  })

  it('refuses a path that no unit file can hold', async () => {
    await refused(install({ ...schedule, inventory: '/srv/a\nExecStart=/bin/x/i.yml' }, machine))
    assert.deepEqual(machine.asked, [])
  })

  it('refuses an environment file that is missing, or that everybody can read', async () => {
    const environmentFile = join(machine.unitDirectory, 'secrets')
    const given = { ...schedule, environmentFile }
    assert.match((await refused(install(given, machine))).message, /does not exist/)
    await writeFile(environmentFile, 'TOKEN=x\n')
    await chmod(environmentFile, 0o644)
    assert.match((await refused(install(given, machine))).message, /can be read by every user/)
    await chmod(environmentFile, 0o600)
    assert.equal((await install(given, machine)).state, 'installed')
  })

  it('touches no unit that it did not make', async () => {
    const path = join(machine.unitDirectory, `${name}.service`)
    await writeFile(path, '[Service]\n')
    for (const work of [install(schedule, machine), remove(name, inventory, machine)])
      assert.match((await refused(work)).message, /was not made by promha/)
    assert.equal(await readFile(path, 'utf8'), '[Service]\n')
    assert.deepEqual(told(), [])
  })

  it('warns a user whose units end with the session', async () => {
    const user = { scope: 'user', user: 'ops', lingers: async () => false } as const
    machine = await pretend(user)
    const { warnings } = await install({ ...schedule, scope: 'user' }, machine)
    assert.match(warnings[0]?.remedy ?? '', /loginctl enable-linger ops/)
    assert.match(machine.asked[0] ?? '', /^systemd-run --user --wait/)
    assert.deepEqual(told()[0], 'systemctl --user daemon-reload')
  })

  it('removes what it made, metrics included, and nothing the second time', async () => {
    const textfile = machine.unitDirectory
    await install({ ...schedule, textfile }, machine)
    const { metricsFile } = await import('../../src/schedule/name.ts')
    await writeFile(join(textfile, metricsFile(inventory)), 'x 1\n')
    await writeFile(join(textfile, 'other.prom'), 'y 1\n')
    machine.asked.length = 0
    assert.equal(await remove(name, inventory, machine), true)
    assert.deepEqual(told(), [
      `systemctl disable --now ${name}.timer`,
      `systemctl stop ${name}.service`,
      'systemctl daemon-reload',
      `systemctl reset-failed ${name}.timer ${name}.service`,
    ])
    assert.deepEqual(await files(), ['other.prom'])
    machine.asked.length = 0
    assert.equal(await remove(name, inventory, machine), false)
    assert.deepEqual(machine.asked, [])
  })

  it('removes the half of it that is left', async () => {
    await install(schedule, machine)
    const { rm } = await import('node:fs/promises')
    await rm(join(machine.unitDirectory, `${name}.timer`))
    machine.answers.push([/disable/, { code: 1, stderr: 'Unit file x.timer does not exist.' }])
    assert.equal(await remove(name, inventory, machine), true)
    assert.deepEqual(await files(), [])
  })

  it('keeps the files where systemd does not stop it', async () => {
    await install(schedule, machine)
    machine.answers.push([/disable/, { code: 1, stderr: 'Access denied' }])
    await refused(remove(name, inventory, machine))
    assert.equal((await files()).length, 2)
  })

  it('knows when it ran, when it runs next, and what came of it', async () => {
    assert.equal(await scheduleStatus(name, inventory, machine), undefined)
    const textfile = machine.unitDirectory
    await install({ ...schedule, textfile }, machine)
    const timer = `${on}\nNextElapseUSecRealtime=Thu 2026-10-01 10:15:00 UTC`
    const service = [
      'ActiveState=inactive',
      'ExecMainStartTimestamp=Thu 2026-10-01 10:00:12 UTC',
      'Result=success',
      'ExecMainCode=1',
      'ExecMainStatus=2',
    ]
    machine.answers.push([/ show /, { stdout: `${timer}\n\n${service.join('\n')}\n` }])
    const found = await scheduleStatus(name, inventory, machine)
    assert.equal(found?.state, 'active, enabled')
    assert.equal(found?.next, 'Thu 2026-10-01 10:15:00 UTC')
    assert.equal(found?.last, 'Thu 2026-10-01 10:00:12 UTC')
    assert.equal(found?.result, 'success: exit code 2, differences')
    assert.deepEqual(found?.metrics, [])
    await writeFile(found?.metricsPath ?? '', '# HELP a b\npromha_drift_success 1\n')
    assert.deepEqual((await scheduleStatus(name, inventory, machine))?.metrics, ['promha_drift_success 1'])
    const running = { stdout: `${on}\n\nActiveState=activating\nExecMainStartTimestamp=Thu\n` }
    machine.answers.unshift([/ show /, running])
    const now = await scheduleStatus(name, inventory, machine)
    assert.deepEqual([now?.next, now?.result], ['after the present run', 'running now'])
  })
})
