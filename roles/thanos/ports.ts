/** At which ports the components of Thanos answer queries, as is usual; the ports for HTTP are in their settings. */
export const grpcPorts: Readonly<Record<string, number>> = {
  thanos_sidecar: 10_901,
  thanos_query: 10_904,
  thanos_store: 10_905,
}
