/** Dashboards as they are exported for others: Grafana asks for their inputs when a person imports them, and never when it reads a file. */

/** The name of an input that something in the dashboard is to be filled with, and nothing fills. */
export function unfilledInput(dashboard: object, text: string): string | undefined {
  const { __inputs, templating } = dashboard as Readonly<Record<string, unknown>>
  const variables = new Set(namesIn((templating as { readonly list?: unknown } | null)?.list))
  const isUsed = (name: string) => !variables.has(name) && text.includes(`\${${name}}`)
  const [, other] = /\$\{(DS_[A-Z0-9_]{1,100})\}/.exec(text) ?? []
  return [...namesIn(__inputs), ...(other === undefined ? [] : [other])].find(isUsed)
}

function namesIn(list: unknown): readonly string[] {
  return (Array.isArray(list) ? list : []).flatMap((one: { readonly name?: unknown } | null) =>
    typeof one?.name === 'string' ? [one.name] : [],
  )
}
