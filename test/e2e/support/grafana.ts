/** What stands in for Grafana, which cannot be had in tests: laid out, started and asked as it is, and as careful of its database. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { localArch } from '../../../src/artifact/model.ts'

/** Perl without modules, as every Debian has it. The versions from 90 on end as soon as they have changed the database. */
const standIn = `#!/usr/bin/perl
use strict; use warnings; use IO::Socket::INET;
shift @ARGV; my %given = @ARGV;
my ($home, $config) = @given{'--homepath', '--config'};
sub slurp { open(my $file, '<', $_[0]) or die "$_[0]: $!"; local $/; my $text = <$file>; $text =~ s/\\s+\\z//; $text }
my ($section, %ini) = ('');
for (split /\\n/, slurp($config)) {
  if (/^\\[(.+)\\]/) { $section = $1 } elsif (/^(\\w+)\\s*=\\s*(.*)$/) { $ini{"$section.$1"} = $2 }
}
my $version = slurp("$home/VERSION"); my ($major) = split /\\./, $version;
my $database = "$ini{'paths.data'}/grafana.db";
if (-f $database) { my ($wrote) = slurp($database) =~ /(\\d+)[.][^\\n]*\\z/; die "the database is of $wrote" if $wrote > $major }
open(my $file, '>>', $database) or die "$database: $!"; print $file "$version\\n"; close $file;
die "it cannot run" if $major >= 90;
my $server = IO::Socket::INET->new(LocalAddr => $ini{'server.http_addr'}, LocalPort => $ini{'server.http_port'}, Listen => 50, ReuseAddr => 1) or die "listen: $!";
$SIG{CHLD} = 'IGNORE';
while (my $client = $server->accept) {
  next if fork;
  my $request = <$client> // ''; while (my $line = <$client>) { last if $line =~ /^\\r?\\n$/ }
  my ($code, $body) = (404, 'no such page');
  if ($request =~ m{ /api/health }) { ($code, $body) = (200, qq({"database":"ok","version":"$version"})) }
  if ($request =~ m{ /metrics }) { ($code, $body) = (200, "grafana_build_info{version=\\"$version\\"} 1\\n") }
  my $kind = $request =~ /metrics/ ? 'text/plain; version=0.0.4' : 'application/json';
  print $client "HTTP/1.1 $code x\\r\\nContent-Type: $kind\\r\\nContent-Length: " . length($body) . "\\r\\nConnection: close\\r\\n\\r\\n$body";
  exit;
}
`

async function archiveOf(version: string): Promise<Buffer> {
  const tar = pack()
  const add = (name: string, text: string, mode = 0o644) =>
    tar.entry({ name: `grafana-${version}/${name}`, mode }, text)
  add('VERSION', `${version}\n`)
  add('bin/grafana', standIn, 0o755)
  add('conf/defaults.ini', '# all of them\n')
  add(`public/build/${version}.js`, 'page')
  for (let number = 0; number < 300; number++) add(`public/img/${number}.svg`, `image ${number}`)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

export interface GrafanaReleases {
  /** Instead of `https://dl.grafana.com`. */
  readonly url: string
  readonly close: () => void
}

/** Serves these versions as Grafana's own server does. */
export async function serveGrafana(versions: readonly string[]): Promise<GrafanaReleases> {
  const files = new Map<string, Buffer>()
  for (const version of versions) {
    const archive = await archiveOf(version)
    const path = `/oss/release/grafana-${version}.linux-${localArch()}.tar.gz`
    files.set(path, archive)
    files.set(`${path}.sha256`, Buffer.from(createHash('sha256').update(archive).digest('hex')))
  }
  const server: Server = createServer(({ url = '' }, response) => {
    const found = files.get(url)
    response.writeHead(found ? 200 : 404).end(found)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', () => done()))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, close: () => void server.close() }
}
