import { loginProblem, sshProblem } from '../../../src/ssh/messages.ts'
import { accountProblem, commandProblem } from '../../../src/ssh/sudo/messages.ts'
import { samples } from '../samples.ts'

const place = 'deploy@192.0.2.1:22'
const host = { place, user: 'deploy' }
const shown = 'ssh-ed25519 SHA256:shown'

export const loginSamples = samples(loginProblem, {
  unreachable: [[place, 'no answer', 'Check that the host is up.']],
  noAnswer: [[place, 10, 'connecting']],
  notThroughJump: [['192.0.2.1:22', 'refused']],
  tooManyJumps: [[place, 8]],
  proxyCommand: [[place]],
  closedAfterKey: [
    [host, { detail: 'It said: goodbye' }],
    [host, {}],
  ],
  hungUp: [[place]],
  protocol: [[place, 'no matching cipher']],
  failed: [['it broke']],
  noKey: [
    [host, {}, []],
    [host, { detail: 'left out: /k' }, ['Run `chmod 600 /k`.']],
  ],
  keyRefused: [
    [host, { detail: 'tried: /k' }, 1],
    [host, { detail: 'tried: /k\ntried: /l' }, 2],
  ],
  needsMore: [[place, ['password']]],
  takesNoKeys: [[place, ['password']]],
  identityUnusable: [['/k', 'there is no such file']],
  identityExposed: [['/k', 'others may read it', 'Run `chmod 600 /k`.']],
  identityLocked: [
    ['/k', true],
    ['/k', false],
  ],
  hostKeyUnknown: [
    [{ place, shown, file: '/known_hosts', line: 'mon-a ssh-ed25519 AAAA', authority: undefined }],
    [{ place, shown, file: '/known_hosts', line: 'mon-a ssh-ed25519 AAAA', authority: '/known_hosts:2' }],
  ],
  hostKeyRevoked: [[place, '/known_hosts:3', shown]],
  hostKeyChanged: [
    [{ place, shown, expected: 'ssh-ed25519 SHA256:expected', file: '/known_hosts', line: 3 }],
  ],
})

export const commandSamples = samples(commandProblem, {
  sudoAsks: [['deploy', 'sudo: a password is required']],
  noSudo: [['deploy', '']],
  sudoRefuses: [['deploy', '']],
  wrongPassword: [['deploy']],
  noPassword: [['deploy']],
  tookTooLong: [[60_000, '']],
  saidTooMuch: [['1 MiB', 'stdout', '']],
  shellSaidTooMuch: [['1 MiB', 'stdout', '']],
  neverStarted: [['deploy', 1, '']],
  noChannel: [['administratively prohibited']],
})

export const accountSamples = samples(accountProblem, {
  needsTerminal: [['deploy']],
  expired: [['deploy']],
  passwordExpired: [['deploy']],
  locked: [['deploy']],
  onlyRoot: [['deploy']],
  noLoginShell: [['deploy']],
  deniedByPam: [['deploy']],
  sudoWithoutSetuid: [[]],
})

export const sshSamples = samples(sshProblem, {
  configUnusable: [['/home/bob/.ssh/config', 'permission denied']],
  hostKeyNotAdded: [['/home/bob/.ssh/known_hosts', 'permission denied']],
  hostKeysUnreadable: [['/home/bob/.ssh/known_hosts', 'permission denied']],
  badHostName: [['HostKeyAlias', 'mon a']],
  keyUnused: [
    ['/home/bob/.ssh/id_ed25519', 'others may read it', 'Run `chmod 600 /home/bob/.ssh/id_ed25519`.'],
  ],
  notesUnusable: [
    [
      {
        verb: 'written',
        message: 'permission denied',
        path: '/run/user/1000/promha/notes',
        dirname: '/run/user/1000/promha',
      },
    ],
  ],
  matchUnsupported: [['exec']],
  cannotConnect: [['the connection was refused']],
})
