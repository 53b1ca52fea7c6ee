/** The words of the problems whose topic is `cli`. */
import { defined } from '../diagnostic/defined.ts'
import { messages, type Texts } from '../diagnostic/problem.ts'

export const cliProblem = messages('cli', {
  inventoryNotOurs: (the: Texts<'file' | 'path' | 'why' | 'quote' | 'remedy'> & { words: string[] }) => ({
    summary: `the inventory ${JSON.stringify(the.file)} is not an argument, and others can change it`,
    detail: `${the.path} ${the.why}. A person who can change an inventory runs commands as you. Expected of one that is not named as an argument: only root and you can change it and every directory above it.`,
    remedy: `Look at it with \`promha validate\`, which runs nothing of it. If you trust it, name it: \`${the.words.join(' ')} ${the.quote}\`. ${the.remedy}`,
  }),
  variableNamesNoFile: (file: string) => ({
    summary: `the inventory ${JSON.stringify(file)}, which PROMHA_INVENTORY names, does not exist`,
    remedy: 'Set PROMHA_INVENTORY to the path of an inventory file, or name the file as an argument.',
  }),
  noInventory: (file: string) => ({
    summary: 'there is no inventory',
    detail: `No inventory was named, PROMHA_INVENTORY is not set, and ./${file} does not exist.`,
    remedy: `Name the inventory file as an argument, set PROMHA_INVENTORY, or run in the folder of ${file}.`,
  }),
  confirmationRequired: (question: string) => ({
    summary: 'confirmation is required, but there is no terminal',
    detail: question,
    remedy: 'Pass --yes if this is meant.',
  }),
  notConfirmed: () => ({
    summary: 'not confirmed: nothing was changed',
    remedy: 'Answer y if this is meant.',
  }),
  noJunitReport: (file: string) => ({
    summary: `${file} already exists and is not a JUnit report, so it was not replaced`,
    remedy: 'Name another file, or remove this one first.',
  }),
  junitUnwritable: (file: string, why: string) => ({
    summary: `${file}: the JUnit file cannot be written: ${why}`,
    remedy: 'Name a file in a directory that exists and can be written to.',
  }),
  unforeseen: (message: string, stack: string | undefined) => ({
    summary: `promha failed in a way that it did not foresee: ${message}`,
    ...defined({ detail: stack }),
    remedy: 'This is a fault of promha; please report it with the text above.',
  }),
  endedAtOnce: (changing: boolean) => ({
    summary: changing
      ? 'ended at once while hosts were being changed'
      : 'ended at once; no host was being changed',
    ...defined({
      detail: changing
        ? 'A component on a host may be in a state between the old and the new one. The next run that changes that host undoes this first, and completes packages that were being installed.'
        : undefined,
    }),
    remedy: changing
      ? 'Run the command again: it undoes or completes what is half done, then does the rest.'
      : 'Run the command again: it does the rest.',
  }),
  planOfOtherInventory: (file: string, read: string, planned: string) => ({
    summary: `${file} is a plan of another inventory`,
    detail: `This run reads ${JSON.stringify(read)}. The plan was made of ${JSON.stringify(planned)}.`,
    remedy:
      'Run in the folder where the plan was made, and name the inventory that you mean: `promha apply INVENTORY --plan FILE`.',
  }),
  notWithPlan: (odd: string) => ({
    summary: `--${odd} cannot be used with --plan, which is carried out as it is`,
    remedy: 'Give it to `promha plan --out`, look at that plan, and apply it.',
  }),
  notBuilt: (script: string) => ({
    summary: `${script} does not exist, and a schedule runs the built program`,
    remedy: 'Run `npm run build`.',
  }),
  planUnreadable: (file: string, why: string) => ({
    summary: `${file}: the saved plan cannot be read: ${why}`,
    remedy: 'Name a file that `promha plan --out` wrote.',
  }),
  noSavedPlan: (file: string) => ({
    summary: `${file} already exists and is not a saved plan, so it was not replaced`,
    remedy: 'Name another file, or remove this one first.',
  }),
  planUnwritable: (file: string, why: string) => ({
    summary: `${file}: the plan cannot be written: ${why}`,
    remedy: 'Name a file in a directory that exists and can be written to.',
  }),
  graphUnwritable: (file: string, why: string) => ({
    summary: `${file}: the picture cannot be written: ${why}`,
    remedy: 'Name a file in a directory that exists and can be written to.',
  }),
  usage: (what: string, near: string, help: string) => ({
    summary: what,
    remedy: `${near}Run \`${help}\` to see what there is.`,
  }),
})
