import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { ProblemError } from '../../../src/diagnostic/problem.ts'
import { lookUp } from '../../../src/ssh/config/config.ts'
import { readConfigFile } from '../../../src/ssh/config/config-file.ts'

describe('ssh_config', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promha-ssh-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function answer(text: string, names: string[], user?: string) {
    await writeFile(join(directory, 'config'), text)
    const nodes = await readConfigFile(join(directory, 'config'), false)
    return lookUp(nodes, { names, localUser: 'me', ...(user === undefined ? {} : { user }) })
  }
  const value = async (text: string, key: string, names: string[], user?: string) =>
    (await answer(text, names, user)).values.get(key)?.[0]

  it('takes the first value of each key', async () => {
    const text = 'Host mon-a\n  Port 2200\nHost mon-*\n  Port 2300\n  User ops\n'
    assert.equal(await value(text, 'port', ['mon-a']), '2200')
    assert.equal(await value(text, 'user', ['mon-a']), 'ops')
    assert.equal(await value(text, 'port', ['other']), undefined)
  })

  it('reads keys in any case, with = and with quotes', async () => {
    assert.equal(await value('host mon-a\n\thostname=10.0.0.1\n', 'hostname', ['mon-a']), '10.0.0.1')
    assert.equal(await value('Host "mon-a"\n HostName "10.0.0.1"\n', 'hostname', ['mon-a']), '10.0.0.1')
  })

  it('matches any name of a host, and a negated pattern rules it out by any', async () => {
    assert.equal(await value('Host 10.*\n User ops\n', 'user', ['mon-a', '10.0.0.1']), 'ops')
    assert.equal(await value('Host * !mon-a\n User ops\n', 'user', ['mon-a', '10.0.0.1']), undefined)
  })

  it('collects every IdentityFile once', async () => {
    const text = 'IdentityFile ~/a\nHost *\n IdentityFile ~/b\n IdentityFile ~/a\n'
    assert.deepEqual((await answer(text, ['x'])).identityFiles, ['~/a', '~/b'])
  })

  it('keeps lists as words', async () => {
    const { values } = await answer('UserKnownHostsFile /a "/b c"\n', ['x'])
    assert.deepEqual(values.get('userknownhostsfile'), ['/a', '/b c'])
  })

  it('puts included files in place, also inside a block', async () => {
    await mkdir(join(directory, 'conf.d'))
    await writeFile(join(directory, 'conf.d', '1.conf'), 'Host mon-a\n Port 1\n')
    await writeFile(join(directory, 'conf.d', '2.conf'), 'Port 2\n')
    assert.equal(await value('Include conf.d/*.conf\nPort 3\n', 'port', ['mon-a']), '1')
    assert.equal(await value('Host b\n Include conf.d/*.conf\nHost *\n Port 3\n', 'port', ['mon-a']), '3')
    assert.equal(await value('Host b\n Include conf.d/*.conf\nHost *\n Port 3\n', 'port', ['b']), '2')
  })

  it('refuses files that include one another for ever', async () => {
    await writeFile(join(directory, 'loop'), 'Include loop\n')
    await assert.rejects(answer('Include loop\n', ['x']), ProblemError)
  })

  it('refuses more files than a configuration has', async () => {
    await mkdir(join(directory, 'many.d'))
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => writeFile(join(directory, 'many.d', `${index}`), '')),
    )
    await assert.rejects(answer('Include many.d/*\n'.repeat(30), ['x']), ProblemError)
    await answer('Include many.d/*\n'.repeat(20), ['x'])
  })

  it('understands the criteria of Match', async () => {
    const match = (line: string, user?: string) =>
      value(`${line}\n Port 7\n`, 'port', ['mon-a', '10.0.0.1'], user)
    assert.equal(await match('Match all'), '7')
    assert.equal(await match('Match host 10.*,x'), '7')
    assert.equal(await match('Match originalhost mon-* user ops', 'ops'), '7')
    assert.equal(await match('Match user ops'), undefined)
    assert.equal(await match('Match !user ops'), '7')
    assert.equal(await match('Match localuser me'), '7')
    assert.equal(await match('Match final all'), '7')
    assert.equal(await match('Match canonical all'), undefined)
  })

  it('matches `Match host` against the HostName once there is one', async () => {
    assert.equal(await value('HostName 10.0.0.1\nMatch host 10.*\n Port 7\n', 'port', ['mon-a']), '7')
  })

  it('never runs `Match exec`, and tells that it was passed over', async () => {
    const mark = join(directory, 'ran')
    const seen = await answer(`Match exec "touch ${mark}"\n Port 7\nHost mon-a\n Port 8\n`, ['mon-a'])
    assert.deepEqual([seen.values.get('port'), seen.ignored], [['8'], ['exec']])
    await assert.rejects(rm(mark))
  })

  it('names the file that cannot be read', async () => {
    const missing = join(directory, 'none')
    await assert.rejects(readConfigFile(missing, false), cause => {
      assert.ok(cause instanceof ProblemError)
      assert.match(cause.problems[0]?.summary ?? '', /none cannot be used: no such file/)
      return true
    })
    assert.deepEqual(await readConfigFile(missing, true), [])
  })
})
