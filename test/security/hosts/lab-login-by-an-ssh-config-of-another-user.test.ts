import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labPaths } from '../../../src/lab/machine/paths.ts'
import { promha } from '../../cli/promha.ts'
import { useFleet } from '../../e2e/support/fleet.ts'

describe('a login to the lab by an ssh_config of another user', function () {
  this.timeout(60_000)
  const fleet = useFleet()
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'promha-lab-login-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('runs nothing that the file beside the inventory says, and follows no link', async () => {
    const { name, sshConfig } = fleet.lab()
    const before = readFileSync(sshConfig, 'utf8')
    const ran = join(folder, 'ran')
    const victim = join(folder, 'victim')
    writeFileSync(victim, '')
    const own = `${labPaths(name).home}/ssh_config`
    rmSync(own, { force: true })
    symlinkSync(victim, own)
    writeFileSync(sshConfig, `Host *\n  ProxyCommand touch ${ran}\n`)
    try {
      const { code, out, err } = await promha('lab', 'ssh', '--name', name, 'mon-a', '--', 'hostname')
      assert.equal(code, 0, err)
      assert.equal(out.trim(), 'mon-a')
      assert.equal(existsSync(ran), false)
      assert.equal(readFileSync(victim, 'utf8'), '')
    } finally {
      writeFileSync(sshConfig, before)
    }
  })

  it('reads no host key through a link on the host', async () => {
    const { name } = fleet.lab()
    const key = '/etc/ssh/ssh_host_rsa_key.pub'
    await fleet.inside('mon-b', `mv ${key} ${key}.kept && ln -s /etc/shadow ${key}`)
    try {
      const { code, out, err } = await promha('lab', 'ssh', '--name', name, 'mon-b', '--', 'true')
      assert.equal(code, 1, out)
      assert.match(err, /ssh_host_rsa_key\.pub of mon-b is missing, or not a plain file/)
    } finally {
      await fleet.inside('mon-b', `mv ${key}.kept ${key}`)
    }
  })
})
