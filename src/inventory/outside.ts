/** Problems in files outside the inventory's directory: they show the place and nothing of the file's content. */
import type { Problem } from '../diagnostic/problem.ts'

/** Summaries of these forms say nothing of a file's content. */
const contentFree = [
  /^not valid YAML \([A-Z_]+\)$/,
  /^(expected a list of \w+|\w+: expected a map), saw (a (list|map|text|number)|nothing|true or false)$/,
  // Of what promha itself looks for in a prometheus.yml.
  /^"(global|external_labels|rule_files|scrape_config_files|remote_(write|read)|storage|tracing|otlp|runtime|alert_relabel_configs|alertmanagers)" of this file (is|are) not used( because the inventory says "\w+")?$/,
]

/** The problem with its place and without anything from the file. */
export function withoutContent({ severity, summary, source }: Problem): Problem {
  const general = severity === 'error' ? 'this is not what promha expects here' : 'this may be a mistake'
  const shown = contentFree.some(form => form.test(summary)) ? summary : general
  return {
    severity,
    summary: shown,
    detail: `${source ? JSON.stringify(source.file) : 'The file'} lies outside the inventory's directory, so promha shows nothing of it.`,
    remedy: "Look at that line yourself, or move the file into the inventory's directory to see more.",
    ...(source ? { source: { file: source.file, line: source.line, column: source.column } } : {}),
  }
}
