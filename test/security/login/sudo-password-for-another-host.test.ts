/** A typed sudo password goes to the host that it was typed for, and to others only if somebody says so. */
import assert from 'node:assert/strict'
import { asking, becomeRoot, open, type SudoHosts, sudoHosts } from '../support/sudo-hosts.ts'

const secret = 'correct horse'

describe('a sudo password for another host', () => {
  let site: SudoHosts
  let questions: string[]
  afterEach(() => site.close())
  beforeEach(() => {
    questions = []
  })

  /** Answers each question for a password by the host that it names. */
  const answers = (by: Readonly<Record<string, string>>) => async (question: string) => {
    questions.push(question)
    const host = / on ([\w-]+): $/.exec(question)?.[1] ?? ''
    return by[host] ?? assert.fail(`no answer to: ${question}`)
  }
  const decide = (yes: boolean) => async (question: string) => {
    questions.push(question)
    return yes
  }

  it('is not sent without a yes, and each question names its host', async () => {
    site = await sudoHosts({ 'mon-a': { sudo: asking(secret) }, 'mon-b': { sudo: asking('other') } })
    const dialer = site.dialer({
      prompt: answers({ 'mon-a': secret, 'mon-b': 'other' }),
      confirm: decide(false),
    })
    assert.deepEqual(await becomeRoot(dialer, site.hosts), ['root', 'root'])
    assert.deepEqual([await site.got('mon-a'), await site.got('mon-b')], [[secret], ['other']])
    // Which of the two asks first is a matter of chance.
    const others = questions.filter(question => question.includes('use it for'))
    assert.equal(others.length, 1)
    assert.match(
      others[0] ?? '',
      /^sudo password of ops on mon-[ab]: use it for the other host as ops too \(mon-[ab]\)\?$/,
    )
    assert.equal(questions.length, 3)
  })

  it('is sent to the hosts that were named, after a yes, and the questions come once', async () => {
    const sudo = asking(secret)
    site = await sudoHosts({ 'mon-a': { sudo }, 'mon-b': { sudo }, 'app-01': { sudo } })
    const by = { 'mon-a': secret, 'mon-b': secret, 'app-01': secret }
    const dialer = site.dialer({ prompt: answers(by), confirm: decide(true) })
    assert.deepEqual(await becomeRoot(dialer, site.hosts), ['root', 'root', 'root'])
    assert.equal(questions.length, 2, questions.join('\n'))
    assert.match(questions[1] ?? '', /use it for the other 2 hosts as ops too/)
    // A further connection to one of them is no reason to ask again.
    assert.deepEqual(await becomeRoot(dialer, site.hosts.slice(1, 2)), ['root'])
    assert.equal(questions.length, 2)
  })

  it('is sent to no other host before sudo has accepted it where it was typed', async () => {
    const sudo = asking(secret)
    site = await sudoHosts({ 'mon-a': { sudo }, 'mon-b': { sudo } })
    let first = true
    const dialer = site.dialer({
      prompt: async question => {
        questions.push(question)
        const typed = first ? 'mistyped' : secret
        first = false
        return typed
      },
      confirm: decide(true),
    })
    assert.deepEqual(await becomeRoot(dialer, site.hosts), ['root', 'root'])
    const got = [await site.got('mon-a'), await site.got('mon-b')]
    assert.deepEqual(got.flat().sort(), [secret, secret, 'mistyped'].sort())
    assert.equal(questions.length, 3)
    assert.match(
      questions[2] ?? '',
      /^sudo on mon-[ab] did not accept it\. sudo password of ops on mon-[ab]: $/,
    )
  })

  it('is sent once to one that refuses it, which is then asked for by its name', async () => {
    site = await sudoHosts({ 'mon-a': { sudo: asking(secret) }, 'mon-b': { sudo: asking('never') } })
    const [monA, monB] = site.hosts
    assert.ok(monA && monB)
    const dialer = site.dialer({
      prompt: answers({ 'mon-a': secret, 'mon-b': 'wrong' }),
      confirm: decide(true),
    })
    assert.deepEqual(await becomeRoot(dialer, [monA]), ['root'])
    for (let time = 0; time < 2; time += 1)
      assert.match((await becomeRoot(dialer, [monB]))[0] ?? '', /did not accept the password of ops/)
    assert.deepEqual(await site.got('mon-b'), [secret, 'wrong', 'wrong'])
  })

  it('is never sent for another user name, nor is one asked about', async () => {
    const sudo = asking(secret)
    site = await sudoHosts({ 'mon-a': { sudo }, 'mon-b': { sudo: asking('other'), ssh: { user: 'deploy' } } })
    const dialer = site.dialer({
      prompt: answers({ 'mon-a': secret, 'mon-b': 'other' }),
      confirm: decide(true),
    })
    assert.deepEqual(await becomeRoot(dialer, site.hosts), ['root', 'root'])
    assert.deepEqual([await site.got('mon-a'), await site.got('mon-b')], [[secret], ['other']])
    assert.deepEqual(questions.sort(), [
      'sudo password of deploy on mon-b: ',
      'sudo password of ops on mon-a: ',
    ])
  })

  it('is sent to the hosts of same_for without a question, and to no others', async () => {
    const sameFor = ['mon-a', 'mon-b']
    const sudo = asking(secret)
    site = await sudoHosts({
      'mon-a': { sudo, ssh: { sudo: { sameFor } } },
      'mon-b': { sudo, ssh: { sudo: { sameFor } } },
      'app-01': { sudo: asking('other'), ssh: { sudo: { sameFor: [] } } },
    })
    const by = { 'mon-a': secret, 'mon-b': secret, 'app-01': 'other' }
    const dialer = site.dialer({ prompt: answers(by), confirm: decide(true) })
    assert.deepEqual(await becomeRoot(dialer, site.hosts), ['root', 'root', 'root'])
    assert.equal(questions.length, 2, questions.join('\n'))
    assert.deepEqual(await site.got('app-01'), ['other'])
    assert.deepEqual([await site.got('mon-a'), await site.got('mon-b')], [[secret], [secret]])
  })

  it('is asked for with a warning where the host key is not checked', async () => {
    site = await sudoHosts({ 'mon-a': { sudo: asking(secret), ssh: { hostKey: 'off' } } })
    const dialer = site.dialer({ prompt: answers({ 'mon-a': secret }) })
    assert.deepEqual(await becomeRoot(dialer, site.hosts), ['root'])
    assert.match(questions[0] ?? '', /^WARNING: the host key of mon-a is not checked/)
  })

  it('goes on to the next host where it was never accepted', async () => {
    site = await sudoHosts({ 'mon-a': { sudo: asking('never') }, 'mon-b': { sudo: asking(secret) } })
    const [monA, monB] = site.hosts
    assert.ok(monA && monB)
    const dialer = site.dialer({
      prompt: answers({ 'mon-a': 'wrong', 'mon-b': secret }),
      confirm: decide(true),
    })
    const [first, second] = await Promise.all([becomeRoot(dialer, [monA]), becomeRoot(dialer, [monB])])
    assert.match(first[0] ?? '', /did not accept/)
    assert.deepEqual(second, ['root'])
    assert.ok(!(await site.got('mon-b')).includes('wrong'))
  })

  it('is not asked for, nor asked about, where none is needed', async () => {
    site = await sudoHosts({ 'mon-a': { sudo: open }, 'mon-b': { sudo: open } })
    const fail = () => assert.fail('nothing is asked')
    assert.deepEqual(await becomeRoot(site.dialer({ prompt: fail, confirm: fail }), site.hosts), [
      'root',
      'root',
    ])
  })
})
