import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { readSshConfig } from '../../../src/ssh/config/config-file.ts'

const stranger = 61_234

describe('an SSH configuration that others may write', () => {
  const { HOME } = process.env
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'promha-ssh-config-'))
    process.env.HOME = home
    mkdirSync(join(home, '.ssh'))
    writeFileSync(more(), 'User more\n', { mode: 0o644 })
    writeFileSync(config(), 'User ops\nInclude more\n', { mode: 0o644 })
  })
  afterEach(() => {
    if (HOME === undefined) delete process.env.HOME
    else process.env.HOME = HOME
    rmSync(home, { recursive: true })
  })
  const config = () => join(home, '.ssh/config')
  const more = () => join(home, '.ssh/more')
  const refused = async () => {
    const thrown = await readSshConfig(undefined).then(
      () => assert.fail('it was read'),
      (cause: unknown) => cause,
    )
    if (!(thrown instanceof ProblemError)) throw thrown
    return `${thrown.problems[0]?.summary} ${thrown.problems[0]?.remedy}`
  }

  it('is refused with its path and mode, and with what to type', async () => {
    assert.ok((await readSshConfig(undefined)).length > 0)
    chmodSync(config(), 0o666)
    assert.equal(
      await refused(),
      `the SSH configuration cannot be used: ${config()} is writable by every user (its mode is 0666) Run \`chmod o-w ${config()}\`.`,
    )
    chownSync(config(), 0, stranger)
    chmodSync(config(), 0o664)
    assert.match(await refused(), /writable by the group 61234 .*chmod g-w /)
    chmodSync(config(), 0o644)
    chownSync(config(), stranger, 0)
    assert.match(await refused(), /belongs to uid 61234/)
  })

  it('is refused if the user’s file includes it', async () => {
    chmodSync(more(), 0o646)
    assert.match(await refused(), /more is writable by every user/)
  })

  it('is read if the inventory names it', async () => {
    chmodSync(config(), 0o666)
    assert.ok((await readSshConfig(config())).length > 0)
  })
})
