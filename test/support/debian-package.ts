/** Programs that tests need and that are no part of the project. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

const options = '--yes --no-install-recommends -o DPkg::Lock::Timeout=120'

/** Installs the package of the same name from Debian, unless the program is there. Throws if it cannot be had. */
export function requireProgram(name: string): void {
  const install = `DEBIAN_FRONTEND=noninteractive apt-get install ${options} ${name}`
  const script = `command -v ${name} >/dev/null || ${install} || { apt-get update && ${install}; }`
  const { status, stderr } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
}
