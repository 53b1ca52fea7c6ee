// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the inventory's own references look so
import assert from 'node:assert/strict'
import { type Case, tells } from '../cases.ts'
import { head, read } from '../harness.ts'

const exporters = 'cells: { eu: { exporters: { node: {} } } }\n'

/** What each host's sudo is, by the host's name. */
async function sudoOf(text: string) {
  const { inventory, problems } = await read(text)
  assert.deepEqual(problems, [])
  return Object.fromEntries((inventory?.hosts ?? []).map(({ name, ssh }) => [name, ssh.sudo]))
}

describe('a sudo password that is the same on several hosts', () => {
  it('is for the hosts of the groups, and the others share with none', async () => {
    const sudo = await sudoOf(
      `promha: 1
hosts: { mon-a: { address: 198.18.0.1 }, mon-b: { address: 198.18.0.2 }, app-01: { address: 198.18.0.3 } }
groups: { mon: ["mon-*"] }
ssh: { sudo: { password: ask, same_for: [mon] } }
${exporters}`,
    )
    const same = { sameFor: ['mon-a', 'mon-b'] }
    assert.deepEqual(sudo, { 'mon-a': same, 'mon-b': same, 'app-01': { sameFor: [] } })
  })

  it('is for a host itself where the host says whose it is too', async () => {
    const sudo = await sudoOf(
      `promha: 1
hosts:
  mon-a: { address: 198.18.0.1, ssh: { sudo: { password: ask, same_for: ["app-0*", "!app-02"] } } }
  "app-[01:02]": { address: "198.18.0.[11:12]" }
${exporters}`,
    )
    assert.deepEqual(sudo, { 'mon-a': { sameFor: ['app-01'] }, 'app-01': true, 'app-02': true })
  })

  it('is asked for where no other host is named, and is no secret as a word', async () => {
    const text = `${head}ssh: { sudo: { password: ask } }\n${exporters}`
    assert.deepEqual((await sudoOf(text))['mon-a'], true)
    assert.deepEqual((await read(text)).inventory?.secrets, [])
  })

  it('may be the word ask where a reference gives it', async () => {
    process.env.PROMHA_TEST_ASK = 'ask'
    try {
      const text = `${head}ssh: { sudo: { password: "\${env:PROMHA_TEST_ASK}" } }\n${exporters}`
      assert.deepEqual((await sudoOf(text))['mon-a'], { password: 'ask' })
    } finally {
      delete process.env.PROMHA_TEST_ASK
    }
  })

  const wrong: Readonly<Record<string, Case>> = {
    'a group that does not exist': {
      text: `${head}groups: { mon: [mon-a] }\nssh: { sudo: { password: ask, same_for: [§mno] } }\n${exporters}`,
      summary: /^ssh\.sudo\.same_for names "mno", which is neither a host nor a group$/,
      remedy: /Did you mean "mon"\?/,
    },
    'other hosts beside a password that is not asked for': {
      text: `${head}ssh: { sudo: { password: "hunter2", §same_for: [mon-a] } }\n${exporters}`,
      summary: /^ssh\.sudo\.same_for: expected `password: ask` beside it/,
    },
    'a group that is no list': {
      text: `${head}ssh: { sudo: { password: ask, same_for: §mon } }\n${exporters}`,
      summary: /same_for/,
    },
  }
  for (const [name, wanted] of Object.entries(wrong)) {
    it(`cannot be said with ${name}`, () => tells(wanted))
  }
})
