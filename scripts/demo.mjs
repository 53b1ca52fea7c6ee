/**
 * `npm run demo`: from a bare clone to a proven stack on four real local hosts. Plain Node, since nothing is installed
 * yet when it starts. Can be run again at any time, also after a run that was killed.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setUp } from './setup.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const inventory = 'inventories/lab.yml'

function title(text) {
  console.log(`\n== ${text}`)
}

/** Runs promha and ends the demo where it fails. */
function promha(...args) {
  console.log(`$ promha ${args.join(' ')}`)
  const { status, signal } = spawnSync(process.execPath, ['dist/promha.js', ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status === 0) return
  console.error(`\nThe demo ended here: promha ${args[0]} gave ${signal ?? `exit code ${status}`}.`)
  process.exit(status ?? 1)
}

/** What a Prometheus answers, as curl would show it. */
async function query(base, expression) {
  const url = `${base}/api/v1/query?query=${encodeURIComponent(expression)}`
  const { data } = await (await fetch(url)).json()
  console.log(`$ curl -s '${url}'`)
  for (const { metric, value } of data.result) {
    const labels = Object.entries(metric).map(([name, text]) => `${name}=${JSON.stringify(text)}`)
    console.log(`  {${labels.join(', ')}} ${value[1]}`)
  }
}

if (process.getuid?.() !== 0) {
  console.error('The demo boots local hosts with systemd-nspawn, which needs root: run it as root.')
  process.exit(1)
}
title('Setting up: packages and build')
setUp()
title('Four local hosts with systemd, sshd and addresses of their own (the first time takes a minute or two)')
promha('lab', 'up', '--dir', '.lab')
title('First apply: build the stack, then prove it')
promha('apply', inventory)
title('Second apply: nothing to change')
promha('apply', inventory)
title('Verify: what is proven, and by what')
promha('verify', inventory, '-v')
title('Status')
promha('status', inventory)
title('Ask it yourself: either replica answers')
await query('http://198.18.0.11:9090', 'up')
await query('http://198.18.0.12:9090', 'count(ALERTS{alertstate="firing"}) by (alertname)')
console.log(`
The lab uses Debian's builds of the programs, which carry no web pages: the API answers, a browser does not show much.
Next:
  npx promha status ${inventory}
  npx promha lab ssh mon-a
  npx promha lab down`)
