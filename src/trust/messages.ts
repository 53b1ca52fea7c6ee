/** The words of the problems whose topic is `trust`. */
import { messages, type Texts } from '../diagnostic/problem.ts'

export const trustProblem = messages('trust', {
  noHome: (what: string) => ({
    summary: `${what}: this user has no home directory`,
    remedy: 'Set HOME to the absolute path of a directory of your own.',
  }),
  notOurs: (the: Texts<'what' | 'path' | 'why' | 'remedy'>) => ({
    summary: `${the.what}: ${the.path} ${the.why}`,
    detail: 'Expected: only root and the user who runs promha can change it and every directory above it.',
    remedy: the.remedy,
  }),
})
