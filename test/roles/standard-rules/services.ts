/** When the standard alerts of services, certificates and domains fire. */
import type { AlertCase } from './promtool.ts'
import { answers, down } from './usual.ts'

const check = (status: string, value = 1) => ({
  [`consul_health_node_status{node="app", check="serfHealth", status="${status}"}`]: `${value}x60`,
})
const consul: readonly AlertCase[] = [
  answers('ConsulExporterDown', 'consul'),
  down('ConsulDown', 'consul_up', 'Consul'),
  {
    ...{ alert: 'ConsulLeaderMissing', severity: 'critical' },
    fires: { consul_raft_leader: '0x60' },
    summary: 'host:1: the Consul cluster has no leader',
    quiet: [{ consul_raft_leader: '1x60' }],
  },
  {
    ...{ alert: 'ConsulNodeUnhealthy', severity: 'warning' },
    labels: { node: 'app', check: 'serfHealth', status: 'critical' },
    fires: check('critical'),
    summary: 'host:1: the check serfHealth of the Consul node app fails',
    quiet: [{ ...check('critical', 0), ...check('passing') }],
  },
]

const backend = (value: number) => ({ 'haproxy_backend_up{backend="web"}': `${value}x60` })
const server = (value: number) => ({ 'haproxy_server_up{backend="web", server="a"}': `${value}x60` })
const haproxy: readonly AlertCase[] = [
  answers('HaproxyExporterDown', 'haproxy'),
  down('HaproxyDown', 'haproxy_up', 'HAProxy'),
  {
    ...{ alert: 'HaproxyBackendDown', severity: 'critical', labels: { backend: 'web' } },
    fires: backend(0),
    summary: 'host:1: the backend web is down',
    quiet: [backend(1)],
  },
  {
    ...{ alert: 'HaproxyServerDown', severity: 'warning', labels: { backend: 'web', server: 'a' } },
    fires: server(0),
    summary: 'host:1: the server a of backend web is down',
    quiet: [server(1)],
  },
]

const partition = (value: number) => ({
  'kafka_topic_partition_under_replicated_partition{topic="orders", partition="3"}': `${value}x60`,
})
const kafka: readonly AlertCase[] = [
  answers('KafkaExporterDown', 'kafka'),
  {
    ...{ alert: 'KafkaPartitionUnderReplicated', severity: 'warning' },
    labels: { topic: 'orders', partition: '3' },
    fires: partition(1),
    summary: 'host:1: partition 3 of topic orders lacks in-sync replicas',
    quiet: [partition(0)],
  },
]

const lookUp = (success: number, days: number) => ({
  'domain_probe_success{domain="example.org"}': `${success}x60`,
  'domain_expiry_days{domain="example.org"}': `${days}x60`,
})
const ends = (days: number) => `host:1: the domain example.org expires in ${days} days`
/** What the exporter shows of a domain that it cannot look up. */
const unknown = lookUp(0, -106752)
const domain: readonly AlertCase[] = [
  {
    ...{ alert: 'DomainLookupFailed', severity: 'warning', labels: { domain: 'example.org' } },
    fires: unknown,
    summary: 'host:1: the end of the domain example.org cannot be looked up',
    quiet: [lookUp(1, 3)],
  },
  {
    ...{ alert: 'DomainExpires', severity: 'warning', labels: { domain: 'example.org' } },
    fires: lookUp(1, 29),
    summary: { warning: ends(29) },
    quiet: [lookUp(1, 30), unknown],
  },
  {
    ...{ alert: 'DomainExpires', severity: 'critical', labels: { domain: 'example.org' } },
    fires: lookUp(1, 5),
    summary: { warning: ends(5), critical: ends(5) },
    quiet: [lookUp(1, 6), unknown],
  },
]

const week = 7 * 86_400
const certificate = (end: number, chain = 0) => ({
  [`ssl_verified_cert_not_after{chain_no="${chain}", cn="example.org"}`]: `${end}x60`,
})
const ssl: readonly AlertCase[] = [
  {
    ...{ alert: 'CertificateUnreadable', severity: 'critical' },
    fires: { ssl_probe_success: '0x60' },
    summary: 'host:1: the certificate cannot be read or is not valid',
    quiet: [{ ssl_probe_success: '1x60' }],
  },
  {
    ...{ alert: 'CertificateExpires', severity: 'warning', labels: { chain_no: '0', cn: 'example.org' } },
    fires: certificate(week - 1),
    summary: 'host:1: the certificate of example.org expires in 6d 22h 59m 59s',
    // The alert is looked at after an hour. The chain that ends last has the number 0.
    quiet: [certificate(week + 3600), certificate(week - 1, 1)],
  },
]

/** By job. */
export const serviceCases: Readonly<Record<string, readonly AlertCase[]>> = {
  bind: [answers('BindExporterDown', 'bind'), down('BindDown', 'bind_up', 'BIND')],
  chrony: [answers('ChronyExporterDown', 'chrony'), down('ChronyDown', 'chrony_up', 'chrony')],
  consul,
  domain: [answers('DomainExporterDown', 'domain'), ...domain],
  'domain-probe-2': [answers('DomainExporterDown', 'domain-probe-2'), ...domain],
  fail2ban: [answers('Fail2banExporterDown', 'fail2ban'), down('Fail2banDown', 'f2b_up', 'fail2ban')],
  haproxy,
  kafka,
  ssl: [answers('SslExporterDown', 'ssl'), ...ssl],
  'ssl-probe': [answers('SslExporterDown', 'ssl-probe'), ...ssl],
}
