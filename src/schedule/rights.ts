/** What a scheduled run may not do on this machine. Pure. */
import type { ScheduleScope } from './model.ts'

/** What a run could stumble over: the rehearsal has it too. systemd 239 knows it all, whose systemd-run refuses what it does not. */
const rehearsed: readonly string[] = [
  'NoNewPrivileges=true',
  // Keys and metrics may belong to others, and a secret's command may run as another user (runuser, sudo -u).
  'CapabilityBoundingSet=CAP_AUDIT_WRITE CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL CAP_SETGID CAP_SETUID',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
  'RestrictNamespaces=true',
  'SystemCallArchitectures=native',
  // With @resources, because PAM sets limits where a command runs as another user.
  'SystemCallFilter=@system-service',
  'SystemCallErrorNumber=EPERM',
]

/** What no run and no secret's command has to do with. An older systemd ignores in a unit file what it does not know. */
const foreign: readonly string[] = [
  'LockPersonality=true',
  'PrivateMounts=true',
  'ProtectClock=true',
  'ProtectControlGroups=true',
  'ProtectHostname=true',
  'ProtectKernelLogs=true',
  'ProtectKernelModules=true',
  'ProtectKernelTunables=true',
  'ProtectProc=invisible',
  'RestrictRealtime=true',
  'RestrictSUIDSGID=true',
]

/** Lines of the service, each exception with its reason. */
export function rightsOf(scope: ScheduleScope): readonly string[] {
  if (scope === 'user')
    return [
      "# Nothing is taken from it: a user's manager has no right to hide files or devices, and each filter would keep the",
      '# command of a secret from using sudo.',
    ]
  return [
    '# It runs as root with keys of root. The rest is open because the inventory decides what is read and run:',
    '# - ProtectSystem, ProtectHome, PrivateTmp: keys, secrets, caches and metrics lie where the user has put them.',
    '# - PrivateDevices: the command of a secret may ask a TPM or a hardware key.',
    '# - MemoryDenyWriteExecute: Node compiles while it runs.',
    '# - IPAddressDeny: it logs in to every host of the inventory.',
    ...rehearsed,
    ...foreign,
  ]
}

/** Words of systemd-run that give a rehearsal the same limits. */
export function rehearsedRightsOf(scope: ScheduleScope): readonly string[] {
  return scope === 'user' ? [] : rehearsed.map(line => `--property=${line}`)
}
