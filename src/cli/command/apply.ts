import { Command } from 'commander'
import { ProblemError } from '../../diagnostic/problem.ts'
import { withInventory } from '../input/inventory-file.ts'
import { withLockOption, withOrder, withProbe, withReport, withSelection } from '../input/options.ts'
import { cliProblem } from '../messages.ts'
import { session } from '../session.ts'
import { type RunFlags, runCommand, runOnce } from './run.ts'

interface ApplyFlags extends RunFlags {
  readonly check?: boolean
  readonly plan?: string
}

export function command(): Command {
  return withInventory(
    withOrder(withLockOption(withReport(withProbe(withSelection(new Command('apply')), false)))),
  )
    .option('--check', 'change nothing: the same as plan')
    .option(
      '--plan <file>',
      'apply exactly this plan (of plan --out), or refuse; it must be of the same inventory',
    )
    .action(apply)
}

async function apply(file: string, flags: ApplyFlags, self: Command): Promise<void> {
  // As plan does, --check shows differences unless they are refused.
  const diff = self.getOptionValueSource('diff') === 'default' ? true : (flags.diff ?? true)
  if (flags.plan !== undefined) return applyPlan(file, flags.plan, flags)
  if (flags.check) await runCommand('plan', file, { ...flags, diff })
  else await runCommand('apply', file, flags)
}

async function applyPlan(file: string, plan: string, flags: ApplyFlags): Promise<void> {
  const { readPlanOf } = await import('../input/plan-file.ts')
  await session('apply', file, flags, async work => {
    const { check, limit, only, skip } = flags
    const odd = Object.entries({ check, limit, only, skip }).find(([, value]) => value !== undefined)
    if (odd) throw new ProblemError([cliProblem.notWithPlan({}, odd[0])])
    // Never the path that the plan names: the author of the plan would choose what runs here.
    const saved = await readPlanOf(file, plan)
    const { hosts, components } = saved.selection
    const selection = { hosts: new Set(hosts), components: new Set(components) }
    return runOnce('apply', { file, flags: { ...flags, selection }, saved }, work)
  })
}
