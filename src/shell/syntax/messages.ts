/** The words of the problems whose topic is `answer`: what a script of a host said. */
import { messages } from '../../diagnostic/problem.ts'

export const answerProblem = messages('answer', {
  tooLarge: (why: string) => ({
    summary: `the host gave an answer that is too large: ${why}`,
    remedy: 'Log in to the host and check that stat, systemctl and ip work there (and /var/lib/promha).',
  }),
})
