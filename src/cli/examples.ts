/** Calls that are shown by `--help` and in the man page, by command. */

/** What is typed, and what it does. */
type Example = readonly [call: string, text: string]

export const examples: Readonly<Record<string, readonly Example[]>> = {
  validate: [
    ['promha validate inventory.yml', 'check an inventory without touching a host'],
    ['promha validate --strict --format github', 'check ./inventory.yml in a GitHub workflow'],
  ],
  plan: [
    ['promha plan', 'show what an apply of ./inventory.yml would change'],
    ['promha plan --limit mon-b --out change.plan', 'plan one host, and keep the plan to apply it later'],
  ],
  apply: [
    ['promha apply', 'change what differs, then verify'],
    ['promha apply --plan change.plan', 'apply a plan that was reviewed, or refuse'],
    ['promha apply --only prometheus --canary eu', 'change one component, in cell eu first'],
  ],
  verify: [
    ['promha verify', 'ask the running programs whether everything is redundant and healthy'],
    ['promha verify --junit verify.xml', 'the same, with a report for CI'],
  ],
  status: [
    ['promha status', 'show what runs where'],
    ['promha status --limit eu --json', 'the hosts of cell eu, for scripts'],
  ],
  graph: [
    ['promha graph inventory.yml -o topology.svg', 'draw the site as a picture'],
    ['promha graph inventory.yml --format mermaid', 'the same as Mermaid, for a page in Markdown'],
  ],
  drift: [
    ['promha drift', 'print a line for each difference; exit code 2 if there is one'],
    ['promha drift --fix --lock-timeout 5m', 'repair what was changed by hand'],
  ],
  'schedule install': [['promha schedule install --every 15m --fix', 'check every 15 minutes, and repair']],
  'schedule status': [['promha schedule status', 'show the next run and the result of the last one']],
  'schedule remove': [['promha schedule remove', 'remove the timer from this machine']],
  rollback: [
    ['promha rollback --limit mon-b', 'go back to the generation before on one host'],
    ['promha rollback --limit eu --diff', 'the same in a cell, and show what changes within files'],
  ],
  destroy: [
    ['promha destroy --limit mon-b', 'remove what promha owns on one host, and keep its data'],
    ['promha destroy --limit mon-b --restore', 'give the host back as it was before promha took it over'],
  ],
  'artifacts fetch': [
    ['promha artifacts fetch', 'download the programs and write the lock file'],
    ['promha artifacts fetch --update --only prometheus', 'ask the source again for one component'],
  ],
  'artifacts list': [['promha artifacts list', 'show which programs are locked, and which are in the cache']],
  'artifacts trust': [
    ['promha artifacts trust', "look at the inventory's programs, and allow them to run on this machine"],
  ],
  'lab up': [['promha lab up --hosts 4', 'start four local hosts, and write an inventory for them']],
  'lab status': [['promha lab status', 'show the hosts of the lab']],
  'lab ssh': [['promha lab ssh mon-a -- systemctl status prometheus', 'run a command on a host of the lab']],
  'lab down': [['promha lab down', 'remove the hosts of the lab']],
  completion: [
    ['source <(promha completion bash)', 'complete in this bash'],
    ['promha completion fish > ~/.config/fish/completions/promha.fish', 'complete in every fish from now on'],
  ],
}
