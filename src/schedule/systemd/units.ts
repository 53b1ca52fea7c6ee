/** The two units of a schedule, as text. Pure. */
import { dirname } from 'node:path'
import { execWord, unitWord } from '../../../roles/text/escape.ts'
import type { Schedule } from '../model.ts'
import { serviceUnit } from '../name.ts'
import { rehearsedRightsOf, rightsOf } from '../rights.ts'
import { spanText, timerLines } from './interval.ts'

/** By its first words promha knows what it made itself. */
export const mark = '# Written by promha schedule for '

/** Where metrics go unless the user says otherwise, as far as it is there: promha's own node_exporter reads it. */
export const usualTextfile = '/var/lib/node_exporter'

/** What a run finds in its environment, beside the environment file, which may override it. */
export function environmentOf(schedule: Schedule): Readonly<Record<string, string>> {
  return {
    HOME: schedule.home,
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    // A desktop session may lend its agent to the user's manager; there is none without a login.
    SSH_AUTH_SOCK: '',
    NO_COLOR: '1',
    ...(schedule.trustOwner === undefined ? {} : { PROMHA_TRUST_OWNER: schedule.trustOwner }),
  }
}

/** Arguments of promha in each run. */
function driftWords({ inventory, fix, textfile }: Schedule): readonly string[] {
  return [
    'drift',
    inventory,
    // A person's apply is waited for: it seldom takes longer, and what it leaves is looked at then.
    ...(fix ? ['--fix', '--lock-timeout', '5m'] : []),
    '--scheduled',
    ...(textfile === undefined ? [] : ['--textfile', textfile]),
  ]
}

/** The service: one drift run, its output in the journal. */
export function serviceText(schedule: Schedule): string {
  const { inventory, scope, program, fix, environmentFile } = schedule
  const words = Object.entries(environmentOf(schedule)).map(([name, value]) => unitWord(`${name}=${value}`))
  const command = [...program, ...driftWords(schedule)].map(execWord).join(' ')
  return lines([
    ...heading(schedule),
    '[Unit]',
    `Description=promha drift of ${literal(inventory)}`,
    // A user's manager has no such target.
    ...(scope === 'system' ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    '',
    '[Service]',
    '# systemd starts no second one while the first still runs, so runs never overlap.',
    'Type=oneshot',
    `WorkingDirectory=${literal(dirname(inventory))}`,
    '# Without a login there is no ssh-agent: keys are files that this user can read.',
    `Environment=${words.join(' ')}`,
    ...(environmentFile === undefined ? [] : [`EnvironmentFile=${literal(environmentFile)}`]),
    `ExecStart=${command}`,
    '# Differences are what it looks for: the unit fails only where a run fails.',
    'SuccessExitStatus=2',
    ...['StandardInput=null', 'StandardOutput=journal', 'StandardError=journal', 'SyslogIdentifier=promha'],
    '# A run that hangs must not be the last one. Told to stop, promha finishes the current step or undoes it.',
    `TimeoutStartSec=${fix ? '2h' : '30min'}`,
    'TimeoutStopSec=15min',
    'KillMode=mixed',
    ...rightsOf(scope),
    '',
    '[X-Promha]',
    `Textfile=${schedule.textfile ?? usualTextfile}`,
  ])
}

/** The timer: when the service is started. */
export function timerText(schedule: Schedule): string {
  return lines([
    ...heading(schedule),
    '[Unit]',
    `Description=promha drift of ${literal(schedule.inventory)} every ${spanText(schedule.every)}`,
    '',
    '[Timer]',
    `Unit=${serviceUnit(schedule.name)}`,
    ...timerLines(schedule.every),
    '',
    '[Install]',
    'WantedBy=timers.target',
  ])
}

/** Arguments of systemd-run for one plan in the very environment that the service will have. */
export function rehearsalWords(schedule: Schedule): readonly string[] {
  const { scope, inventory, program, environmentFile } = schedule
  const command = [...program, 'plan', inventory, '--no-diff', '--scheduled']
  return [
    ...(scope === 'user' ? ['--user'] : []),
    ...['--wait', '--pipe', '--collect', '--quiet'],
    `--description=promha plan of ${inventory}`,
    ...Object.entries(environmentOf(schedule)).map(([name, value]) => `--setenv=${name}=${value}`),
    ...(environmentFile === undefined ? [] : [`--property=EnvironmentFile=${environmentFile}`]),
    `--property=WorkingDirectory=${dirname(inventory)}`,
    '--property=RuntimeMaxSec=30min',
    ...rehearsedRightsOf(scope),
    '--',
    // systemd expands variables in a command that it is given, here as in a unit file.
    ...command.map(word => word.replaceAll('$', '$$$$')),
  ]
}

function heading({ inventory }: Schedule): readonly string[] {
  const hint = '# Change it by `promha schedule install`; `promha schedule remove` takes it away.'
  return [`${mark}${inventory}`, hint]
}

/** A setting that takes the rest of its line as it is, but for `%`, which begins a specifier. */
function literal(text: string): string {
  return text.replaceAll('%', '%%')
}

function lines(texts: readonly string[]): string {
  return `${texts.join('\n')}\n`
}
