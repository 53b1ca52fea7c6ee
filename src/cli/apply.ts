import { Command } from 'commander'
import { error, ProblemError } from '../diagnostic/problem.ts'
import { withInventory } from './inventory-file.ts'
import { withLock, withOrder, withProbe, withReport, withSelection } from './options.ts'
import { type RunFlags, run, runOnce } from './run.ts'
import { session } from './session.ts'

interface ApplyFlags extends RunFlags {
  readonly check?: boolean
  readonly plan?: string
}

export function command(): Command {
  return withInventory(withOrder(withLock(withReport(withProbe(withSelection(new Command('apply')), false)))))
    .description('converge the hosts in a safe order, then verify')
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
  if (flags.check) await run('plan', file, { ...flags, diff })
  else await run('apply', file, flags)
}

async function applyPlan(file: string, plan: string, flags: ApplyFlags): Promise<void> {
  const { readPlanOf } = await import('./plan-file.ts')
  await session('apply', file, flags, async work => {
    const { check, limit, only, skip } = flags
    const odd = Object.entries({ check, limit, only, skip }).find(([, value]) => value !== undefined)
    if (odd) {
      throw new ProblemError([
        error(`--${odd[0]} cannot be used with --plan, which is carried out as it is`, {
          remedy: 'give it to `promha plan --out`, look at that plan, and apply it',
        }),
      ])
    }
    // Never the path that the plan names: the author of the plan would choose what runs here.
    const saved = await readPlanOf(file, plan)
    const selection = {
      hosts: new Set(saved.selection.hosts),
      components: new Set(saved.selection.components),
    }
    return runOnce('apply', file, { ...flags, selection }, work, saved)
  })
}
