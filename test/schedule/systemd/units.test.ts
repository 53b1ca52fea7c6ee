import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricsFile, scheduleName } from '../../../src/schedule/name.ts'
import { rightsOf } from '../../../src/schedule/rights.ts'
import { rehearsalWords, serviceText, timerText } from '../../../src/schedule/systemd/units.ts'
import { schedule } from '../machine.ts'

describe('schedule/name', () => {
  it('tells people which inventory it is, and inventories of one name apart', () => {
    const name = scheduleName('/srv/my shop/inventory.yml')
    assert.match(name, /^promha-drift-my-shop-inventory-[0-9a-f]{8}$/)
    assert.notEqual(scheduleName('/home/my shop/inventory.yml'), name)
    assert.match(scheduleName('/ü.yml'), /^promha-drift-[0-9a-f]{8}$/)
    assert.match(
      metricsFile('/srv/my shop/inventory.yml'),
      /^promha_drift_my_shop_inventory_[0-9a-f]{8}\.prom$/,
    )
  })

  it('stays within what a file may be called', () => {
    const long = 'a'.repeat(250)
    assert.ok(scheduleName(`/${long}/${long}.yml`).length < 150)
  })
})

describe('schedule/units', () => {
  it('is a oneshot service with all that a run needs', () => {
    const text = serviceText({
      ...schedule,
      environmentFile: '/etc/promha/secrets',
      textfile: '/var/tmp/prom',
    })
    assert.equal(
      text,
      `# Written by promha schedule for /srv/shop/inventory.yml
# Change it by \`promha schedule install\`; \`promha schedule remove\` takes it away.
[Unit]
Description=promha drift of /srv/shop/inventory.yml
Wants=network-online.target
After=network-online.target

[Service]
# systemd starts no second one while the first still runs, so runs never overlap.
Type=oneshot
WorkingDirectory=/srv/shop
# Without a login there is no ssh-agent: keys are files that this user can read.
Environment=HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin SSH_AUTH_SOCK= NO_COLOR=1
EnvironmentFile=/etc/promha/secrets
ExecStart=/usr/bin/node /opt/promha/dist/promha.js drift /srv/shop/inventory.yml --fix --lock-timeout 5m --scheduled --textfile /var/tmp/prom
# Differences are what it looks for: the unit fails only where a run fails.
SuccessExitStatus=2
StandardInput=null
StandardOutput=journal
StandardError=journal
SyslogIdentifier=promha
# A run that hangs must not be the last one. Told to stop, promha finishes the current step or undoes it.
TimeoutStartSec=2h
TimeoutStopSec=15min
KillMode=mixed
${rightsOf('system').join('\n')}

[X-Promha]
Textfile=/var/tmp/prom
`,
    )
  })

  it('repairs only where it was asked to', () => {
    const text = serviceText({ ...schedule, fix: false })
    assert.match(text, /^ExecStart=\S+ \S+ drift \/srv\/shop\/inventory\.yml --scheduled$/m)
    assert.match(text, /^TimeoutStartSec=30min$/m)
  })

  it('asks nothing of the user’s manager that it has not', () => {
    assert.doesNotMatch(serviceText({ ...schedule, scope: 'user' }), /network-online/)
  })

  it('has a timer for it', () => {
    assert.equal(
      timerText(schedule),
      `# Written by promha schedule for /srv/shop/inventory.yml
# Change it by \`promha schedule install\`; \`promha schedule remove\` takes it away.
[Unit]
Description=promha drift of /srv/shop/inventory.yml every 15m

[Timer]
Unit=promha-drift-shop-inventory-1f2e3d4c.service
OnCalendar=*-*-* *:00/15:00
Persistent=true
RandomizedDelaySec=90s
AccuracySec=1s

[Install]
WantedBy=timers.target
`,
    )
  })

  it('rehearses a plan with the same environment', () => {
    const words = rehearsalWords({ ...schedule, environmentFile: '/etc/s', inventory: '/srv/a $b/i.yml' })
    for (const word of ['--wait', '--pipe', '--setenv=HOME=/root', '--setenv=SSH_AUTH_SOCK='])
      assert.ok(words.includes(word), word)
    assert.ok(words.includes('--property=EnvironmentFile=/etc/s'))
    assert.ok(words.includes('--property=WorkingDirectory=/srv/a $b'))
    assert.deepEqual(words.slice(words.indexOf('--') + 1), [
      '/usr/bin/node',
      '/opt/promha/dist/promha.js',
      'plan',
      '/srv/a $$b/i.yml',
      '--no-diff',
      '--scheduled',
    ])
    assert.ok(!words.includes('--user'))
    assert.ok(rehearsalWords({ ...schedule, scope: 'user' }).includes('--user'))
  })

  it('limits what root runs, and rehearses each limit that a run could stumble over', () => {
    const settings = rightsOf('system').filter(line => !line.startsWith('#'))
    assert.ok(settings.includes('NoNewPrivileges=true'))
    assert.ok(settings.some(line => /^CapabilityBoundingSet=(?!.*CAP_SYS_)/.test(line)))
    const rehearsed = rehearsalWords(schedule)
    for (const line of settings.filter(one => /^(No|Cap|Restrict(Ad|Na)|System)/.test(one)))
      assert.ok(rehearsed.includes(`--property=${line}`), line)
    // systemd-run of systemd 239 would refuse the whole command.
    assert.ok(!rehearsed.some(word => /Clock|Hostname|KernelLogs|SUIDSGID|ProtectProc/.test(word)))
  })

  it('takes nothing from a user’s own runs, which have no more rights than the user', () => {
    assert.ok(rightsOf('user').every(line => line.startsWith('# ')))
    assert.ok(!rehearsalWords({ ...schedule, scope: 'user' }).some(word => word.includes('NoNewPrivileges')))
  })

  describe('for systemd', function () {
    this.timeout(30_000)
    let directory = ''
    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'promha verify-'))
    })
    after(() => {
      if (directory !== '') rmSync(directory, { recursive: true, force: true })
    })

    for (const inventory of ['/srv/shop/inventory.yml', '/srv/100% "a" $b/inv;\\entory.yml']) {
      it(`are without fault for ${inventory}`, () => {
        const name = 'promha-drift-x-1f2e3d4c'
        const one = {
          ...{ ...schedule, name, inventory, environmentFile: '/etc/100% a' },
          program: [process.execPath, '/opt/promha/dist/promha.js'] as const,
        }
        writeFileSync(join(directory, `${name}.service`), serviceText(one))
        writeFileSync(join(directory, `${name}.timer`), timerText(one))
        const units = [`${name}.service`, `${name}.timer`].map(unit => join(directory, unit))
        const found = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' })
        const own = found.stderr.split('\n').filter(line => line.includes('promha'))
        assert.deepEqual(own, [])
      })
    }

    it('would find a fault', () => {
      const unit = join(directory, 'promha-fault.service')
      writeFileSync(unit, serviceText(schedule).replace('Type=oneshot', 'Typo=oneshot'))
      const found = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' })
      assert.match(found.stderr, /promha-fault\.service.*Typo/)
    })
  })

  it('quotes what has a meaning of its own in a command line', () => {
    const text = serviceText({ ...schedule, inventory: '/srv/100% "a" $b/inv.yml' })
    const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? ''
    assert.ok(line.includes('"/srv/100%% \\"a\\" $$b/inv.yml"'), line)
  })
})
