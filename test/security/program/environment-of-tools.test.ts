/** Programs that promha starts here are told no secrets, and come from no place that somebody else chose. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTools } from '../../../src/check/tool/run.ts'
import { runStreaming } from '../../../src/process/child.ts'
import { runProgram } from '../../../src/process/run.ts'
import { eachCase, putReleases } from '../support/programs.ts'

const secrets = {
  ALERTS_TOKEN: 'hush-hush',
  GODEBUG: 'http2debug=2',
  SSH_AUTH_SOCK: '/run/agent',
  LD_PRELOAD: '',
}

describe('the environment of tools', function () {
  this.timeout(60_000)

  describe('that judge configs', () => {
    const current = eachCase()

    it('holds no more than where programs are, a language and an empty home', async () => {
      const { promha, inventory, write, seenEnvironment, home } = current()
      putReleases(current(), 'programs')
      write('{ from: ./programs }')
      assert.equal((await promha(['artifacts', 'trust', inventory, '--yes'])).code, 0)
      const { code, err } = await promha(['validate', inventory, '--strict'], secrets)
      assert.equal(code, 0, err)
      const seen = new Map(
        seenEnvironment()
          .trimEnd()
          .split('\n')
          .map(line => line.split('=', 2) as [string, string]),
      )
      // The shell that stands for a tool adds these by itself.
      for (const own of ['PWD', 'OLDPWD', 'SHLVL', '_']) seen.delete(own)
      assert.deepEqual([...seen.keys()].sort(), [
        'AWS_EC2_METADATA_DISABLED',
        'HOME',
        'LANG',
        'LC_ALL',
        'PATH',
        'TMPDIR',
      ])
      assert.equal(seen.get('PATH'), '/usr/bin:/bin')
      assert.notEqual(seen.get('HOME'), home)
    })

    it('has no other home than the directory that the tool works in', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'promha-tool-'))
      try {
        const script = join(directory, 'tool')
        writeFileSync(script, '#!/bin/sh\necho "$HOME $(pwd)"\n', { mode: 0o755 })
        const { all } = await createTools().at(script)([], directory)
        assert.equal(all, `${directory} ${directory}`)
      } finally {
        rmSync(directory, { recursive: true })
      }
    })
  })

  describe('of this machine itself', () => {
    const names = Object.keys(secrets)
    const before = new Map<string, string | undefined>()
    let directory = ''
    let working = ''
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'promha-path-'))
      working = process.cwd()
      for (const name of [...names, 'PATH']) before.set(name, process.env[name])
      Object.assign(process.env, secrets)
      // As a checkout may have it: a program of that name beside the inventory, and a PATH that looks there.
      for (const folder of ['.', 'bin']) {
        mkdirSync(join(directory, folder), { recursive: true })
        writeFileSync(join(directory, folder, 'env'), '#!/bin/sh\necho planted\n', { mode: 0o755 })
      }
      process.chdir(directory)
      process.env.PATH = `.:bin::${process.env.PATH}`
    })
    afterEach(() => {
      process.chdir(working)
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
      rmSync(directory, { recursive: true })
    })

    it('holds nothing of the user’s, and no directory of the user’s choice', async () => {
      const { stdout } = await runProgram('env', [])
      const { stdout: stream, done } = await runStreaming('env', [])
      let streamed = ''
      for await (const chunk of stream) streamed += chunk
      await done
      for (const text of [stdout, streamed])
        assert.deepEqual(text.trimEnd().split('\n').sort(), [
          'LANG=C.UTF-8',
          'LC_ALL=C.UTF-8',
          'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
        ])
    })

    it('begins where nobody else can put a file', async () => {
      assert.equal((await runProgram('pwd', [])).stdout, '/\n')
    })

    it('tells apt where its settings lie, from the directory that the user is in', async () => {
      writeFileSync('apt.conf', 'Acquire::Check-Valid-Until "false";\n')
      process.env.APT_CONFIG = 'apt.conf'
      try {
        const { stdout } = await runProgram('env', [])
        assert.match(stdout, new RegExp(`^APT_CONFIG=${process.cwd()}/apt\\.conf$`, 'm'))
      } finally {
        delete process.env.APT_CONFIG
      }
    })
  })
})
