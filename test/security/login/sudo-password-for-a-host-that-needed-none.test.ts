/** A host that let promha through without a password, and then asks for one, gets none that is meant for others. */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import type { Host } from '../../../src/inventory/model.ts'
import { asking, becomeRoot, open, type SudoHosts, sudoHosts } from '../support/sudo-hosts.ts'

const secret = 'correct horse'
const warning =
  /^WARNING: mon-b needed no sudo password .*To give one password for several hosts that you trust, set `ssh\.sudo\.password` in the inventory\. sudo password of ops on mon-b: $/

describe('a sudo password for a host that needed none', () => {
  let site: SudoHosts
  let folder: string
  let questions: string[]
  let notes: string
  let warnings: Problem[]
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'promha-notes-'))
    notes = join(folder, 'promha/sudo-without-password')
    questions = []
    warnings = []
  })
  afterEach(async () => {
    await site.close()
    await rm(folder, { recursive: true })
  })

  const context = () => ({
    sudoNotes: notes,
    warn: (problem: Problem) => void warnings.push(problem),
    prompt: async (question: string) => {
      questions.push(question)
      return / on mon-b: $/.test(question) ? 'of mon-b alone' : secret
    },
    confirm: async (question: string) => {
      questions.push(question)
      return true
    },
  })
  const [trusting, turned] = [{ sudo: open }, { sudo: asking(secret) }]

  async function both(hosts: typeof site.hosts): Promise<readonly [Host, Host]> {
    const [monA, monB] = hosts
    assert.ok(monA && monB)
    return [monA, monB]
  }

  /** mon-b lets promha through at first, then its sudo is replaced by one that asks. */
  async function turn(): Promise<void> {
    await writeFile(join(site.server('mon-b').directory, 'sudo'), `#!/bin/sh\n${asking(secret)}\n`, {
      mode: 0o755,
    })
  }

  it('is not sent in the run in which it got through without one', async () => {
    site = await sudoHosts({ 'mon-a': turned, 'mon-b': trusting })
    const [monA, monB] = await both(site.hosts)
    const dialer = site.dialer(context())
    assert.deepEqual(await becomeRoot(dialer, [monB]), ['root'])
    assert.deepEqual(await becomeRoot(dialer, [monA]), ['root'])
    await turn()
    assert.match((await becomeRoot(dialer, [monB]))[0] ?? '', /did not accept/)
    assert.ok(!(await site.got('mon-b')).includes(secret))
    assert.ok(
      questions.every(question => !question.includes('use it for')),
      questions.join('\n'),
    )
    assert.match(questions[1] ?? '', warning)
    assert.match(questions[1] ?? '', /earlier in this run/)
    // Each further question warns too.
    assert.match(
      questions[2] ?? '',
      /^sudo on mon-b did not accept it\. WARNING: mon-b needed no sudo password/,
    )
  })

  it('is not sent in a later run either, whatever the user says of the others', async () => {
    site = await sudoHosts({ 'mon-a': turned, 'mon-b': trusting, 'app-01': turned })
    const [monA, monB] = await both(site.hosts)
    const before = site.dialer(context())
    assert.deepEqual(await becomeRoot(before, [monB]), ['root'])
    await before.close()
    await turn()
    const dialer = site.dialer(context())
    const app = site.hosts.slice(2)
    assert.deepEqual(await becomeRoot(dialer, [monA, ...app]), ['root', 'root'])
    assert.match(questions[1] ?? '', /use it for the other host as ops too \((app-01|mon-a)\)\?$/)
    await becomeRoot(dialer, [monB])
    assert.ok(!(await site.got('mon-b')).includes(secret))
    assert.match(questions[2] ?? '', warning)
    assert.match(questions[2] ?? '', /in an earlier run/)
  })

  it('is not sent although the inventory says that it is the same', async () => {
    const ssh = { sudo: { sameFor: ['mon-a', 'mon-b'] } }
    site = await sudoHosts({ 'mon-a': { ...turned, ssh }, 'mon-b': { ...trusting, ssh } })
    const [monA, monB] = await both(site.hosts)
    const before = site.dialer(context())
    await becomeRoot(before, [monB])
    await before.close()
    await turn()
    const dialer = site.dialer(context())
    await becomeRoot(dialer, [monA])
    await becomeRoot(dialer, [monB])
    assert.ok(!(await site.got('mon-b')).includes(secret))
    assert.match(questions[1] ?? '', warning)
  })

  it('is noted in a file of this user alone, written only if something changed', async () => {
    site = await sudoHosts({ 'mon-a': trusting, 'mon-b': trusting })
    const run = async () => {
      const dialer = site.dialer(context())
      await becomeRoot(dialer, site.hosts)
      await dialer.close()
    }
    await run()
    const { ino, mode } = await stat(notes)
    assert.equal(mode & 0o777, 0o600)
    const places = (await readFile(notes, 'utf8')).split('\n').slice(1, -1)
    const wanted = site.hosts.map(({ ssh }) => `ops@127.0.0.1:${ssh.port}`)
    assert.deepEqual(places.sort(), wanted.sort())
    await run()
    assert.equal((await stat(notes)).ino, ino)
  })

  it('is forgotten once the host has accepted one of its own', async () => {
    site = await sudoHosts({ 'mon-a': turned, 'mon-b': trusting })
    const [, monB] = await both(site.hosts)
    const before = site.dialer(context())
    await becomeRoot(before, [monB])
    await before.close()
    await writeFile(join(site.server('mon-b').directory, 'sudo'), `#!/bin/sh\n${asking('of mon-b alone')}\n`)
    const dialer = site.dialer(context())
    assert.deepEqual(await becomeRoot(dialer, [monB]), ['root'])
    await dialer.close()
    assert.doesNotMatch(await readFile(notes, 'utf8'), /ops@/)
  })

  it('is not believed to be noted in a file that others may change, and nothing is written there', async () => {
    site = await sudoHosts({ 'mon-a': trusting, 'mon-b': trusting })
    await chmod(folder, 0o777)
    const dialer = site.dialer(context())
    assert.deepEqual(await becomeRoot(dialer, site.hosts), ['root', 'root'])
    await dialer.close()
    await assert.rejects(stat(notes), { code: 'ENOENT' })
    assert.match(warnings[0]?.summary ?? '', /cannot be read: .* is writable by every user/)
    assert.equal(warnings.length, 1)
  })

  it('has notes that replace a link instead of writing through it', async () => {
    site = await sudoHosts({ 'mon-a': trusting, 'mon-b': trusting })
    const other = join(folder, 'other')
    await writeFile(other, 'mine\n')
    notes = join(folder, 'notes')
    await symlink(other, notes)
    const dialer = site.dialer(context())
    await becomeRoot(dialer, site.hosts)
    await dialer.close()
    assert.equal(await readFile(other, 'utf8'), 'mine\n')
    assert.match(await readFile(notes, 'utf8'), /ops@/)
  })
})
