/** Which directories a user may choose for a program's data. promha may remove such a directory with the data. */

/** What is wrong with the directory, or undefined. `normal`: the same without doubled and trailing slashes. */
export function dataDirFault(directory: string, normal: string): string | undefined {
  if (!directory.startsWith('/')) return 'is not an absolute path'
  if (directory.split('/').includes('..')) return 'has ".." in it'
  if (!/^[A-Za-z0-9._@+/-]+$/.test(directory)) {
    return 'may hold letters, digits, "-", "_", ".", "@", "+" and "/" only'
  }
  const shared = /^\/(var(\/(lib|log|cache|tmp|run))?|home|root|srv|opt|mnt|data)?$/
  const system =
    /^\/(etc|usr|bin|sbin|lib\w*|boot|dev|proc|sys|run|tmp)(\/|$)|^\/var\/lib\/(promha|alertmanager|node_exporter|pushgateway|dpkg|apt|systemd)(\/|$)/
  return shared.test(normal) || system.test(normal) ? "is not a directory of Prometheus' own" : undefined
}
