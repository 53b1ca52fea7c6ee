/** What stands in for the programs of a VictoriaMetrics cluster, which cannot be had in tests: laid out, started and asked as they are. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { localArch } from '../../../src/artifact/model.ts'

/**
 * Perl without modules, as every Debian has it. It listens where its flags say, answers its page of health, and
 * ends at a flag that it does not know, as upstream's do. What vmselect says that it holds is made up: it proves nothing of a cluster.
 */
const standIn = `#!/usr/bin/perl
use strict; use warnings; use IO::Socket::INET; use IO::Select;
my %given; for (@ARGV) { $given{$1} = $2 // '' if /^--([\\w.]+)(?:=(.*))?$/s }
my ($name) = $0 =~ m{(\\w+)$};
die "flag provided but not defined" if exists $given{unknown};
die "no -storageNode" if $name ne 'vmstorage' && !$given{storageNode};
my @at = grep { defined } @given{'httpListenAddr', 'vminsertAddr', 'vmselectAddr'};
my $all = IO::Select->new(map { IO::Socket::INET->new(LocalAddr => $_, Listen => 50, ReuseAddr => 1) or die "$_: $!" } @at);
$SIG{CHLD} = 'IGNORE';
sub line { my ($labels, $step) = @_; my $now = time;
  my @times = map { ($now - 2 - $step * $_) * 1000 } reverse 0 .. 1700 / $step;
  qq({"metric":{$labels},"values":[) . join(',', map { 1 } @times) . '],"timestamps":[' . join(',', @times) . "]}\\n" }
sub held { join '', (map { line(qq("__name__":"up","job":"prometheus","cell":"lab","instance":"mon-$_:9090"), 2) } 'a', 'b'),
  map { line(qq("__name__":"promha_writer","cell":"lab","writer":"$_"), 5) } 'a', 'b' }
while (my @ready = $all->can_read) { for my $server (@ready) { my $client = $server->accept or next;
  next if fork;
  my $request = <$client> // ''; my $length = 0;
  while (my $line = <$client>) { $length = $1 if $line =~ /^content-length: (\\d+)/i; last if $line =~ /^\\r?\\n$/ }
  read($client, my $sent, $length) if $length;
  my ($code, $body) = (404, 'no such page');
  if ($request =~ m{ /health }) { ($code, $body) = (200, 'OK') }
  if ($request =~ m{ /metrics }) { ($code, $body) = (200, qq(vm_app_version{short_version="v1.151.0"} 1\\nvm_free_disk_space_bytes 5000000000\\n)) }
  if ($name eq 'vminsert' && $request =~ m{^POST /insert/0/prometheus/api/v1/write }) { ($code, $body) = (204, '') }
  if ($name eq 'vmselect' && $request =~ m{ /select/0/prometheus/api/v1/export\\?}) { ($code, $body) = (200, held()) }
  if ($name eq 'vmselect' && $request =~ m{ /select/0/prometheus/api/v1/query\\?}) {
    ($code, $body) = (200, '{"data":{"result":[{"metric":{},"value":[' . time . ',"1"]}]}}') }
  my $head = $code == 204 ? '' : "Content-Type: text/plain; version=0.0.4\\r\\nContent-Length: " . length($body) . "\\r\\n";
  print $client "HTTP/1.1 $code x\\r\\n\${head}Connection: close\\r\\n\\r\\n$body";
  exit;
} }
`

export interface ClusterReleases {
  /** Instead of `https://github.com`. */
  readonly url: string
  readonly close: () => void
}

/** Serves one release as upstream does: an archive with all three programs, and a list of hashes. */
export async function serveCluster(version: string): Promise<ClusterReleases> {
  const tar = pack()
  const programs = ['vminsert-prod', 'vmselect-prod', 'vmstorage-prod']
  for (const name of programs) tar.entry({ name, mode: 0o755 }, standIn)
  tar.finalize()
  const archive = gzipSync(await buffer(tar))
  const name = `victoria-metrics-linux-${localArch()}-v${version}-cluster`
  const folder = `/VictoriaMetrics/VictoriaMetrics/releases/download/v${version}`
  const hash = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
  const lines = [`${hash(archive)}  ${name}.tar.gz`, ...programs.map(one => `${hash(standIn)}  ${one}`)]
  const files = new Map([
    [`${folder}/${name}.tar.gz`, archive],
    [`${folder}/${name}_checksums.txt`, Buffer.from(`${lines.join('\n')}\n`)],
  ])
  const server: Server = createServer(({ url = '' }, response) => {
    const found = files.get(url)
    response.writeHead(found ? 200 : 404).end(found)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', () => done()))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, close: () => void server.close() }
}
