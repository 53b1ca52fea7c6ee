/** promha itself on a host that has systemd: it installs its own timer, which repairs drift when nobody is there. */
import assert from 'node:assert/strict'
import { chmod, copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, before, describe, it } from 'mocha'
import { parse, stringify } from 'yaml'
import { until } from '../../../src/lab/wait.ts'
import { metricsFile, scheduleName } from '../../../src/schedule/name.ts'
import { samples } from '../../../src/verify/answer/metrics.ts'
import { useFleet } from '../support/fleet.ts'
import { type Draft, makeSite, type Site } from '../support/site.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
/** On the host that promha runs on. */
const controller = 'mon-b'
const inventory = '/srv/shop/inventory.yml'
const name = scheduleName(inventory)
const secretsFile = '/etc/promha.env'
const metricsPath = `/var/lib/node_exporter/${metricsFile(inventory)}`
const secret = 'region-of-no-return'

describe('schedule', function () {
  this.timeout(240_000)
  const fleet = useFleet()
  let site: Site

  before(async () => {
    site = await makeSite(fleet)
    await site.edit(({ cells }) => {
      cells.lab.prometheus.alert_relabel_configs = [
        { target_label: 'region', replacement: '$' + '{env:PROMHA_TEST_REGION}' },
      ]
    })
    const { code, stdout, stderr } = await site.runIn({ env: { PROMHA_TEST_REGION: secret } }, 'apply')
    assert.equal(code, 0, stdout + stderr)
    await moveIn()
  })

  after(async () => {
    await inside(
      `systemctl disable --now ${name}.timer || :
rm -rf /etc/systemd/system/${name}.* /srv/shop /opt/promha /opt/node ${secretsFile} ${metricsPath}
systemctl daemon-reload`,
    ).catch(() => {})
    await site?.remove()
  })

  const inside = (script: string) => fleet.inside(controller, script)
  const onRoot = (path: string) => join(fleet.host(controller).root, path)

  /** Copies Node, the built program, the inventory and the key to the host. */
  async function moveIn() {
    for (const path of ['opt/promha/roles', 'srv/shop']) await mkdir(onRoot(path), { recursive: true })
    await copyFile(process.execPath, onRoot('opt/node'))
    await chmod(onRoot('opt/node'), 0o755)
    await cp(join(root, 'dist'), onRoot('opt/promha/dist'), { recursive: true })
    await cp(join(root, 'roles'), onRoot('opt/promha/roles'), { recursive: true })
    await copyFile(join(root, 'package.json'), onRoot('opt/promha/package.json'))
    await cp(site.directory, onRoot('srv/shop'), { recursive: true })
    for (const file of ['id_ed25519', 'known_hosts'])
      await copyFile(join(fleet.lab().directory, file), onRoot(`srv/shop/${file}`))
    const draft = parse(await readFile(site.inventory, 'utf8')) as Draft
    draft.ssh = { config: false, user: 'ops', identity: 'id_ed25519', known_hosts: 'known_hosts' }
    for (const { name: host, user } of fleet.lab().hosts) {
      const known = draft.hosts[host]
      if (known !== undefined && user === 'root') known.ssh = { ...known.ssh, user }
    }
    await writeFile(onRoot(inventory), stringify(draft))
    await inside('chown -R root:root /srv/shop && chmod 600 /srv/shop/id_ed25519')
  }

  /** Runs promha there as a person would, and gives all that it says. */
  async function promha(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
    const text = await inside(
      `cd / && code=0 && HOME=/root NO_COLOR=1 /opt/node /opt/promha/dist/promha.js ${args.join(' ')} </dev/null 2>&1 || code=$?
echo "code=$code"`,
    )
    return { code: Number(/code=(\d+)$/.exec(text)?.[1]), text }
  }

  const property = (unit: string, one: string) => inside(`systemctl show -p ${one} --value ${name}.${unit}`)
  const journal = () => inside(`journalctl --no-pager -o cat -u ${name}.service`)
  const units = () => inside(`ls /etc/systemd/system | grep promha-drift || :`)
  /** Starts the service as the timer does, and waits for its end; gives the exit code of promha. */
  async function runOnce(): Promise<number> {
    await inside(`systemctl start ${name}.service || :`)
    return Number(await property('service', 'ExecMainStatus'))
  }
  async function metric(which: string, host?: string): Promise<number | undefined> {
    const found = samples(await inside(`cat ${metricsPath}`), `promha_drift_${which}`)
    return found.find(({ labels }) => labels.inventory === inventory && labels.host === host)?.value
  }
  const install = (...flags: string[]) =>
    promha('schedule', 'install', inventory, '--every', '1m', '--fix', ...flags)

  it('refuses what would need a person, and installs nothing', async () => {
    const { code, text } = await install()
    assert.equal(code, 1, text)
    assert.match(text, /nothing was installed/)
    assert.match(text, /PROMHA_TEST_REGION.*not set/s)
    assert.equal(await units(), '')
  })

  it('refuses secrets that everybody could read', async () => {
    await inside(`echo PROMHA_TEST_REGION=${secret} >${secretsFile}; chmod 644 ${secretsFile}`)
    const { code, text } = await install('--environment-file', secretsFile)
    assert.equal(code, 1, text)
    assert.match(text, /can be read by every user/)
    assert.equal(await units(), '')
    await inside(`chmod 600 ${secretsFile}`)
  })

  it('refuses a key that is not there', async () => {
    await inside('mv /srv/shop/id_ed25519 /srv/shop/away')
    try {
      const { code, text } = await install('--environment-file', secretsFile)
      assert.equal(code, 1, text)
      assert.match(text, /ended with (1|3); nothing was installed/)
      assert.equal(await units(), '')
    } finally {
      await inside('mv /srv/shop/away /srv/shop/id_ed25519')
    }
  })

  it('installs a timer that is enabled and runs', async () => {
    const { code, text } = await install('--environment-file', secretsFile)
    assert.equal(code, 0, text)
    assert.match(text, /promha-drift-shop-inventory-[0-9a-f]{8}\.timer: installed\. Next run: \w+/)
    assert.equal(await property('timer', 'ActiveState'), 'active')
    assert.equal(await property('timer', 'UnitFileState'), 'enabled')
    assert.equal(await inside(`grep -rl ${secret} /etc/systemd/system || :`), '')
    const again = await install('--environment-file', secretsFile)
    assert.match(again.text, /: unchanged\./)
    // From here on the tests start the service themselves, so that no other run comes in between.
    await inside(`systemctl stop ${name}.timer`)
  })

  it('says nothing on standard error of systemd about its units', async () => {
    const found = await inside(
      `cd /etc/systemd/system && systemd-analyze verify --man=no ./${name}.service ./${name}.timer 2>&1 || :`,
    )
    assert.deepEqual(
      found.split('\n').filter(line => line.includes('promha')),
      [],
    )
  })

  it('finds nothing to do, and leaves metrics that node_exporter serves', async () => {
    assert.equal(await runOnce(), 0)
    assert.equal(await metric('success'), 1)
    assert.equal(await metric('differences', 'mon-a'), 0)
    const served = await fetch(`http://${fleet.host(controller).address}:9100/metrics`)
    assert.equal(samples(await served.text(), 'promha_drift_success')[0]?.value, 1)
  })

  it('repairs what drifted, with plain lines in the journal', async () => {
    await fleet.inside('app-01', 'systemctl stop node_exporter')
    assert.equal(await runOnce(), 0)
    assert.match(await fleet.inside('app-01', 'systemctl is-active node_exporter'), /^active/)
    const text = await journal()
    assert.match(text, /^app-01 service:node_exporter\.service start not running$/m)
    assert.match(text, /^1 difference repaired\. /m)
    assert.ok(!text.includes('\u001b') && !text.includes(secret), text)
    assert.equal(await metric('repairs', 'app-01'), 1)
  })

  it('runs by itself', async () => {
    const before = await property('service', 'ExecMainStartTimestampMonotonic')
    await inside(`systemctl start ${name}.timer`)
    await until('the timer to start the service', 100_000, async () => {
      const now = await property('service', 'ExecMainStartTimestampMonotonic')
      return now !== before && (await property('service', 'ActiveState')) === 'inactive'
    })
    assert.equal(await property('service', 'Result'), 'success')
    await inside(`systemctl stop ${name}.timer`)
  })

  it('keeps the time of the last success where a run fails, and says so', async () => {
    const last = await metric('last_success_timestamp_seconds')
    await inside(`mv ${secretsFile} ${secretsFile}.away; echo X=1 >${secretsFile}; chmod 600 ${secretsFile}`)
    try {
      assert.equal(await runOnce(), 1)
      assert.equal(await metric('success'), 0)
      assert.equal(await metric('last_success_timestamp_seconds'), last)
      const { code, text } = await promha('schedule', 'status', inventory)
      assert.equal(code, 0)
      assert.match(text, /^result +exit-code: exit code 1, the request was wrong or refused$/m)
      assert.match(text, /^ {2}promha_drift_success\{[^}]*\} 0$/m)
    } finally {
      await inside(`mv ${secretsFile}.away ${secretsFile}`)
    }
    assert.equal(await runOnce(), 0)
    assert.equal(await metric('success'), 1)
  })

  it('counts differences that it does not repair as no failure of its own', async () => {
    const report = ['schedule', 'install', inventory, '--every', '7m', '--environment-file', secretsFile]
    const { code, text } = await promha(...report)
    assert.equal(code, 0, text)
    assert.match(text, /: updated\. Next run: /)
    await fleet.inside('app-01', 'systemctl stop node_exporter')
    await inside(`systemctl stop ${name}.timer ${name}.service`)
    assert.equal(await runOnce(), 2)
    assert.equal(await property('service', 'Result'), 'success')
    assert.equal(await metric('differences', 'app-01'), 1)
    assert.match(
      (await promha('schedule', 'status', inventory)).text,
      /^result +success: exit code 2, differences$/m,
    )
    await fleet.inside('app-01', 'systemctl start node_exporter')
  })

  it('removes what it made', async () => {
    const { code, text } = await promha('schedule', 'remove', inventory)
    assert.equal(code, 0, text)
    assert.equal(await units(), '')
    assert.equal(await property('timer', 'LoadState'), 'not-found')
    assert.equal(await inside(`ls ${metricsPath} 2>/dev/null || :`), '')
    assert.equal((await promha('schedule', 'status', inventory)).code, 1)
    assert.match((await promha('schedule', 'remove', inventory)).text, /There is no schedule/)
  })

  it('is refused in words where systemd is not there, or not for this user', async () => {
    const off = await inside(
      `unshare --mount sh -c 'mount -t tmpfs none /run/systemd && /opt/node /opt/promha/dist/promha.js schedule status ${inventory}' 2>&1 || echo "code=$?"`,
    )
    assert.match(off, /does not run systemd as its init/)
    assert.match(off, /code=1$/)
    const user = await inside(
      `cd / && runuser -u ops -- /opt/node /opt/promha/dist/promha.js schedule status /srv/inventory.yml 2>&1 || echo "code=$?"`,
    )
    assert.match(user, /systemd runs no manager for the user ops/)
    assert.match(user, /code=1$/)
  })

  describe('of a user', () => {
    const own = '/home/ops/shop/inventory.yml'
    const runtime = '/run/user/1000'
    const asUser = (...words: string[]) =>
      inside(
        `cd / && code=0; runuser -u ops -- env HOME=/home/ops NO_COLOR=1 XDG_RUNTIME_DIR=${runtime} ${words.join(' ')} </dev/null 2>&1 || code=$?
echo "code=$code"`,
      )
    const promhaAsUser = (...words: string[]) => asUser('/opt/node', '/opt/promha/dist/promha.js', ...words)

    // What libpam-systemd and dbus-user-session bring on a full system: a manager of the user's own, with a bus.
    before(() =>
      inside(`rm -rf /home/ops/shop && cp -r /srv/shop /home/ops/shop && chown -R ops /home/ops/shop
mkdir -p ${runtime} /etc/systemd/user && chown ops ${runtime} && chmod 700 ${runtime}
printf '[Socket]\\nListenStream=%%t/bus\\n' >/etc/systemd/user/dbus.socket
printf '[Unit]\\nRequires=dbus.socket\\n[Service]\\nType=notify\\nExecStart=dbus-daemon --session --address=systemd: --nofork --nopidfile --systemd-activation --syslog-only\\n' >/etc/systemd/user/dbus.service
systemd-run --quiet --unit=ops-manager -p Type=notify -p User=ops -p Delegate=yes --setenv=XDG_RUNTIME_DIR=${runtime} /lib/systemd/systemd --user
runuser -u ops -- env XDG_RUNTIME_DIR=${runtime} systemctl --user start dbus.socket`),
    )
    after(() =>
      inside(
        'systemctl stop ops-manager; rm -rf /etc/systemd/user/dbus.* /home/ops/shop /home/ops/.config/systemd',
      ),
    )

    it('is in the user’s own units, and warns that they end with the session', async () => {
      await inside(`cp ${secretsFile} /home/ops/shop/env && chown ops /home/ops/shop/env`)
      const flags = ['--every', '7m', '--environment-file', '/home/ops/shop/env']
      const installed = await promhaAsUser('schedule', 'install', own, ...flags)
      assert.match(installed, /lingering is off for the user ops[\s\S]*enable-linger ops/)
      assert.match(installed, /: installed\. Next run: [\s\S]*code=0$/)
      const unit = `${scheduleName(own)}.service`
      assert.match(await asUser('systemctl', '--user', 'start', unit), /code=0$/)
      assert.match(
        await promhaAsUser('schedule', 'status', own),
        /^result +success: exit code 0, no differences$/m,
      )
      assert.match(await promhaAsUser('schedule', 'remove', own), /is gone\.\ncode=0$/)
      assert.equal(await inside('ls /home/ops/.config/systemd/user | grep promha || :'), '')
    })
  })
})
