/** Undoes a change on the host itself once the lock was not renewed for a minute. Runs only during a change, and at boot. */
import { preamble } from '../syntax/frame.ts'
import { guardScript, guardUnit, home, hostLockPath, placingLock } from '../syntax/layout.ts'
import { quote, variables } from '../syntax/quote.ts'
import { staticShell } from '../syntax/static.ts'
import { marks, stagingDirectory } from './staging.ts'

/** Seconds without a sign of life from any promha. */
export const silence = 60

const unitFile = `/etc/systemd/system/${guardUnit}`
const wanted = `/etc/systemd/system/multi-user.target.wants/${guardUnit}`

/** The script as it lies on the host. */
export function guardText(): string {
  const places = { home, lock: hostLockPath, placing: placingLock, staging: stagingDirectory }
  return `# Undoes a change of promha that was not confirmed, once promha was not heard for ${silence} s.
${preamble}
${variables({ ...places, touched: marks.touched, undo: marks.undo, silence })}
${staticShell('change/guard.sh')}
`
}

/**
 * What an undo needs, and no more: it puts back files and directories of any owner, and tells systemd. Left out on purpose:
 * - ProtectSystem and ProtectHome: a directory may lie anywhere but in /tmp and /var/tmp, which no service of promha sees.
 * - RestrictSUIDSGID: a mode that is given back may have such a bit.
 * - ProtectProc: `userdel` looks whether the user still runs something.
 * - PrivateNetwork: a container may refuse it, and without a family of network addresses there is nothing to reach.
 */
const guardRights: readonly string[] = [
  // Owners and modes are given back, and what is done in a directory of the service's user is done as that user.
  'CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_SETUID CAP_SETGID',
  'NoNewPrivileges=true',
  'LockPersonality=true',
  'MemoryDenyWriteExecute=true',
  'PrivateDevices=true',
  'PrivateTmp=true',
  'ProtectClock=true',
  'ProtectControlGroups=true',
  'ProtectHostname=true',
  'ProtectKernelLogs=true',
  'ProtectKernelModules=true',
  'ProtectKernelTunables=true',
  'RestrictNamespaces=true',
  'RestrictRealtime=true',
  // systemd is asked by a socket of this host.
  'RestrictAddressFamilies=AF_UNIX',
  'IPAddressDeny=any',
  'SystemCallArchitectures=native',
  // With @resources, because PAM sets limits where something is done as another user.
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
  'UMask=0077',
]

export function guardUnitText(): string {
  return `[Unit]
Description=Undoes a change of promha that was not confirmed
RequiresMountsFor=${home}
# Changes of several components may follow each other quickly, and each needs it.
StartLimitIntervalSec=0

[Service]
# One that cannot start fails the change that needs it, before anything is touched.
Type=exec
ExecStart=/bin/sh ${guardScript}
Restart=on-failure
RestartSec=10
${guardRights.join('\n')}

[Install]
WantedBy=multi-user.target
`
}

/** How both are called where they are staged. */
export const guardFiles = { script: 'guard', unit: 'guard.service' }

/** Installs both from these staged files where they differ. What runs keeps its own text, so it is restarted then. */
export function startGuard(): readonly string[] {
  const [script, unit] = [quote(guardScript), quote(unitFile)]
  const { script: newScript, unit: newUnit } = guardFiles
  const same = `[ "$(cat ${script} ${unit} 2>/dev/null)" = "$(cat ${newScript} ${newUnit})" ]`
  return [
    `if ${same} && [ -L ${quote(wanted)} ]; then systemctl start ${guardUnit}; else`,
    `  mv -fT ${newScript} ${script}; chmod 0644 ${newUnit}; cp -p ${newUnit} ${unit}.new; mv -fT ${unit}.new ${unit}; label ${unit}`,
    // systemd reads all units again, once: systemctl would have it do so only if the link is not there already.
    `  systemctl enable --quiet --no-reload ${guardUnit}; systemctl daemon-reload; systemctl restart ${guardUnit}`,
    'fi',
  ]
}

/** Nothing is left that could be undone, and its script is about to go: it ends now. */
export function removeGuard(): readonly string[] {
  return [`systemctl stop ${guardUnit} 2>/dev/null || :`, ...dismissGuard()]
}

/** Nothing is left that could be undone: it ends by itself, for it may be the guard that runs these lines. */
export function dismissGuard(): readonly string[] {
  return [
    `systemctl disable --quiet ${guardUnit} 2>/dev/null || :`,
    `rm -f ${quote(unitFile)} ${quote(wanted)} ${quote(guardScript)}; systemctl daemon-reload || :`,
  ]
}
