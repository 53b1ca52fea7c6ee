/** Flags that make a program print something and exit: those of kingpin, and a few of upstream. */
const ending = /^(?:h|help(?:-long|-man)?|version|completion-.*|write-documentation|config\.check)$/

/** Whether a program with this flag ends at once instead of serving. `name` is without the dashes. */
export function endsProgram(name: string): boolean {
  return ending.test(name) || ending.test(name.replace(/^no-/, ''))
}
