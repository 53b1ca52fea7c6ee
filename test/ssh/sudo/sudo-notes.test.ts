import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '../../../src/diagnostic/problem.ts'
import { openSudoNotes, usualNotesFile } from '../../../src/ssh/sudo/sudo-notes.ts'

describe('notes of hosts whose sudo needs no password', () => {
  let folder: string
  let warnings: Problem[]
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'promha-notes-'))
    warnings = []
  })
  afterEach(() => rm(folder, { recursive: true }))
  const path = () => join(folder, 'state/notes')
  const open = () => openSudoNotes(path(), problem => void warnings.push(problem))
  const places = async () => (await readFile(path(), 'utf8')).split('\n').slice(1, -1)

  it('lie in the state directory of the user, which must be an absolute path', () => {
    assert.equal(usualNotesFile({ XDG_STATE_HOME: '/s' }), '/s/promha/sudo-without-password')
    assert.match(usualNotesFile({ XDG_STATE_HOME: 's' }), /^\/.*\/\.local\/state\/promha\//)
    assert.match(usualNotesFile({}), /^\/.*\/\.local\/state\/promha\//)
  })

  it('lie in the home of the account if HOME is empty or relative', () => {
    const { HOME } = process.env
    try {
      for (const home of ['', 'home']) {
        process.env.HOME = home
        const expected = join(userInfo().homedir, '.local/state/promha/sudo-without-password')
        assert.equal(usualNotesFile({ ...process.env, XDG_STATE_HOME: '' }), expected)
      }
    } finally {
      if (HOME === undefined) delete process.env.HOME
      else process.env.HOME = HOME
    }
  })

  it('keep the last success of each host', async () => {
    const first = open()
    for (const place of ['ops@a:22', 'ops@b:22']) first.note(place, false)
    await first.save()
    const second = open()
    assert.deepEqual([await second.needsNone('ops@a:22'), await second.needsNone('ops@c:22')], [true, false])
    second.note('ops@a:22', false)
    second.note('ops@a:22', true)
    await second.save()
    assert.deepEqual(await places(), ['ops@b:22'])
  })

  it('keep what another run has noted meanwhile', async () => {
    const [one, other] = [open(), open()]
    one.note('ops@a:22', false)
    other.note('ops@b:22', false)
    assert.equal(await other.needsNone('ops@a:22'), false)
    await one.save()
    await other.save()
    assert.deepEqual(await places(), ['ops@a:22', 'ops@b:22'])
  })

  it('forget the oldest of more than ten thousand, and can still be read', async () => {
    const long = 'x'.repeat(200)
    const first = open()
    for (let number = 0; number < 10_005; number += 1) first.note(`ops@${long}${number}:22`, false)
    await first.save()
    const second = open()
    assert.deepEqual(
      [await second.needsNone(`ops@${long}4:22`), await second.needsNone(`ops@${long}5:22`)],
      [false, true],
    )
    assert.deepEqual(warnings, [])
  })

  it('do not stop a run where they cannot be written', async () => {
    await writeFile(join(folder, 'state'), 'a file')
    const notes = open()
    notes.note('ops@a:22', false)
    await notes.save()
    assert.match(warnings[0]?.summary ?? '', /cannot be (read|written)/)
  })
})
