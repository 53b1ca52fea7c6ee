/** What is said of a command below its flags: by `--help`, and in the man page. */
import type { Command } from 'commander'

const notes = new WeakMap<Command, readonly string[]>()

/** Adds a paragraph. Its lines are broken as they are to be shown. */
export function withNote(command: Command, text: string): Command {
  notes.set(command, [...notesOf(command), text])
  return command.addHelpText('after', `\n${text}`)
}

/** The paragraphs of a command, in their order. */
export function notesOf(command: Command): readonly string[] {
  return notes.get(command) ?? []
}
