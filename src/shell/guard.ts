/**
 * What undoes a change on the host itself: if the host's lock was not renewed for a minute, promha was killed, its
 * machine sleeps or the network is cut, and what was begun will not be confirmed. Runs only while there is such a change,
 * and at boot.
 */
import { guardScript, guardUnit, home, lockPath, placingLock } from './layout.ts'
import { quote } from './quote.ts'
import { stagingDirectory, touchedMark, undoFile } from './staging.ts'

/** Seconds without a sign of life from any promha. */
export const silence = 60

/** Seconds between two looks, which cost no process but `sleep`; and after an undo that failed, ever longer. */
const interval = 2
const firstPause = 15
const longestPause = 300

const unitFile = `/etc/systemd/system/${guardUnit}`
const wanted = `/etc/systemd/system/multi-user.target.wants/${guardUnit}`

/** The script as it lies on the host. The lock is of this boot: after another one, it counts from its own start. */
export function guardText(): string {
  const lock = quote(lockPath)
  return `# Undoes a change of promha that was not confirmed, once promha was not heard for ${silence} s.
PATH=/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL; umask 077
cd ${quote(home)} || exit 1

# Sets \`silent\` to the seconds since promha was heard.
listen() {
  read -r now rest </proc/uptime
  now=\${now%%.*}
  heard=
  if [ -f ${lock} ]; then
    while IFS= read -r line; do
      case $line in renewed=*) heard=\${line#renewed=}; heard=\${heard%%.*} ;; esac
    done <${lock}
  fi
  case $heard in '' | 0?* | *[!0-9]* | ?????????????*) heard=\${began:=$now} ;; esac
  [ "$heard" -le "$now" ] || heard=\${began:=$now}
  silent=$((now - heard))
}

# Stops what places, confirms or undoes, so that nothing begins between the look and the deed.
hold() { exec 8>${quote(placingLock)} && flock 8; }

read -r began rest </proc/uptime
began=\${began%%.*}
pause=${firstPause}
while :; do
  set -- ${quote(stagingDirectory)}/*/${touchedMark}
  if [ ! -e "$1" ]; then
    hold
    set -- ${quote(stagingDirectory)}/*/${touchedMark}
    [ -e "$1" ] || exit 0
    exec 8>&-
  fi
  listen
  if [ "$silent" -lt ${silence} ]; then
    sleep ${interval}
    continue
  fi
  hold
  listen
  failed=0
  if [ "$silent" -ge ${silence} ]; then
    for touched in ${quote(stagingDirectory)}/*/${touchedMark}; do
      [ -e "$touched" ] || continue
      stage=\${touched%/*}
      echo "undoing the change of \${stage##*/}, for promha was not heard for $silent s"
      if sh "$stage/${undoFile}" guard held && [ ! -e "$touched" ]; then
        echo "\${stage##*/} is as it was"
      else
        failed=1
        echo "\${stage##*/} could not be put back; it is tried again in $pause s"
      fi
    done
  fi
  exec 8>&-
  if [ $failed = 1 ]; then
    sleep $pause
    pause=$((pause * 2 < ${longestPause} ? pause * 2 : ${longestPause}))
  else
    pause=${firstPause}
  fi
done
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

/**
 * Installs both from these staged files where they differ, and has the guard run. What runs already goes on with its
 * own text, so it is started anew where that changed.
 */
export function startGuard(staged: { readonly script: string; readonly unit: string }): readonly string[] {
  const [script, unit] = [quote(guardScript), quote(unitFile)]
  const [newScript, newUnit] = [quote(staged.script), quote(staged.unit)]
  const same = `[ "$(cat ${script} ${unit} 2>/dev/null)" = "$(cat ${newScript} ${newUnit})" ]`
  return [
    `if ${same} && [ -L ${quote(wanted)} ]; then systemctl start ${guardUnit}; else`,
    `  mv -fT ${newScript} ${script}; chmod 0644 ${newUnit}; cp -p ${newUnit} ${unit}.new; mv -fT ${unit}.new ${unit}; label ${unit}`,
    // Reads the units anew by itself, but not where the link is there already.
    `  systemctl daemon-reload; systemctl enable --quiet ${guardUnit}; systemctl restart ${guardUnit}`,
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
