/** The words of the problems whose topic is `topology`. */
import { suggestion } from '../diagnostic/nearest.ts'
import { messages, type Texts } from '../diagnostic/problem.ts'
import { quoted } from '../inventory/text/place.ts'

export const topologyProblem = messages('topology', {
  labelDropped: (the: Texts<'cell' | 'label' | 'value' | 'of' | 'source'>) => ({
    summary: `cell ${quoted(the.cell)} would drop ${the.label}=${quoted(the.value)} from the series of cell ${quoted(the.of)} because a replica of cell ${quoted(the.source)} has that name`,
    remedy: `Rename the external label or the replica, or give cell ${quoted(the.source)} another replica_label.`,
  }),
  seriesStoredTwice: (cell: string, of: string, names: string[]) => ({
    severity: 'warning',
    summary: `cell ${quoted(cell)} collects the series of cell ${quoted(of)} from ${names.join(' and from ')}, with different labels, so it stores them twice`,
    remedy:
      'Give these cells external_labels with the same names, collect from one of them only, or let "match" select only series with cell="".',
  }),
  sinkGetsTwice: (cell: string, source: string, sink: string) => ({
    severity: 'warning',
    summary: `cells ${quoted(cell)} and ${quoted(source)} both write to ${sink}, which receives the series of ${quoted(source)} twice`,
    remedy: `Under remote_write of cell ${quoted(cell)} add write_relabel_configs: [{ source_labels: [cell], regex: ${source}, action: drop }].`,
  }),
  unknownCell: (of: string, source: string, others: string[]) => ({
    summary: `${of} names ${quoted(source)}, which is not a cell`,
    ...suggestion(source, others, 'Define it under "cells:".'),
  }),
  cellTwice: (of: string, source: string) => ({
    summary: `${of} names ${quoted(source)} twice`,
    remedy: 'Remove one of them.',
  }),
  federatesItself: (of: string) => ({
    summary: `${of} names the cell itself, so it would collect its own series again and again`,
    remedy: 'Remove it; name other cells only.',
  }),
  noReplicasToCollect: (of: string, source: string) => ({
    summary: `${of} names ${quoted(source)}, which has no replicas to collect from`,
    remedy: `Add "prometheus:" to cell ${quoted(source)}, or remove it here.`,
  }),
  federationLoop: (loop: string) => ({
    summary: `federation forms a loop: ${loop}`,
    remedy: 'Let one of them collect from the others, and none from it.',
  }),
  sameJobName: (cell: string, job: string) => ({
    summary: `two scrape jobs of cell ${quoted(cell)} would be called ${quoted(job)}`,
    detail:
      'An entry of "exporters" has the name of a job that promha generates for another part of the cell.',
    remedy: `Give exporters.${job} another name.`,
  }),
  nothingToClose: (cell: string) => ({
    severity: 'warning',
    summary: `the firewall of cell ${quoted(cell)} has nothing to close`,
    remedy: 'Remove it, or add what it can close: exporters, probers or Alertmanagers.',
  }),
  firewallNeedsIp: (cell: string, name: string, address: string) => ({
    summary: `the firewall of cell ${quoted(cell)} needs IP addresses, and host ${quoted(name)} has the name ${quoted(address)} as its address`,
    remedy: `Give host ${quoted(name)} an IP address, or take the firewall out.`,
  }),
  grafanaNeedsIp: (the: Texts<'cell' | 'host' | 'address'>) => ({
    summary: `the port of grafana of cell ${quoted(the.cell)} is closed to all but HAProxy and the replicas, and host ${quoted(the.host)} has the name ${quoted(the.address)} as its address`,
    remedy: `Give host ${quoted(the.host)} an IP address; the name can stay under its "ssh: host:".`,
  }),
  componentOfTwoCells: (the: Texts<'host' | 'component' | 'first' | 'second'>) => ({
    summary: `host ${quoted(the.host)} would run ${the.component} for two cells, ${quoted(the.first)} and ${quoted(the.second)}`,
    remedy: 'One host runs a component for one cell only: remove it from one of the two.',
  }),
  samePort: (the: Texts<'first' | 'second' | 'host'> & { port: number }) => ({
    summary: `${the.first} and ${the.second} both want port ${the.port} of host ${quoted(the.host)}`,
    remedy: 'Let one of the two listen on another port, or run on another host.',
  }),
  portNotPermitted: (component: string, cell: string, port: number | undefined) => ({
    severity: 'warning',
    summary: `${component} of cell ${quoted(cell)} listens on port ${port}, which it may not open`,
    detail: `It runs as a user without privileges. Most hosts let such a user open ports from 1024 only.`,
    remedy: 'Use a port from 1024, or set `net.ipv4.ip_unprivileged_port_start` on its hosts.',
  }),
  proxyNeedsIp: (the: Texts<'label' | 'cell' | 'host' | 'address'>) => ({
    summary: `${the.label} of cell ${quoted(the.cell)} needs IP addresses, and host ${quoted(the.host)} has the name ${quoted(the.address)} as its address`,
    remedy: `Give host ${quoted(the.host)} an IP address; the name can stay under its "ssh: host:".`,
  }),
  vipTaken: (whose: string, address: string, owner: string) => ({
    summary: `vip of ${whose}: the address ${address} is ${owner}`,
    remedy: 'Choose a free address of the subnet.',
  }),
  vridTaken: (the: Texts<'whose' | 'peer' | 'cell'> & { vrid: number }) => ({
    summary: `vrid of ${the.whose}: ${the.vrid} is that of ${the.peer} of cell ${quoted(the.cell)} already`,
    remedy: 'Give each its own id, or leave it out: promha then picks one.',
  }),
  fileNotShipped: (path: string, of: string, name: string) => ({
    severity: 'warning',
    summary: `${quoted(path)} is not among the files that promha ships for ${of}`,
    detail:
      'Expected: a file that is on each host already. Otherwise the program may start and fail when it first reads it.',
    remedy: `Ship it: ${name.startsWith('templates/') ? `add its path under "templates:"` : `add ${quoted(name)} with its path here under "files:"`} of ${of}.`,
  }),
  labelVariableUnset: (label: string, text: string) => ({
    severity: 'warning',
    summary: `the external label ${quoted(label)} has ${text}, which is not set where Prometheus runs`,
    detail:
      'Prometheus takes variables from the environment of its unit and puts nothing in place of this one.',
    remedy: 'Write the value itself. Write $$ for a dollar sign.',
  }),
  loopbackTarget: (target: string, job: string) => ({
    severity: 'warning',
    summary: `the target ${quoted(target)} of job ${quoted(job)} is a different machine for each replica`,
    detail: 'Each replica scrapes its own machine, so the two have different data under the same labels.',
    remedy: 'Write the address of the host by which both replicas reach it.',
  }),
  unknownScheme: (asWritten: string | undefined, scheme: string, schemes: string[]) => ({
    severity: 'warning',
    summary: `the job ${quoted(asWritten ?? '')} has the unknown scheme ${quoted(scheme)}`,
    detail: 'Every scrape of this job will fail.',
    ...suggestion(scheme, schemes, 'Write http or https.'),
  }),
  badUrl: (scheme: string | undefined) => ({
    severity: 'warning',
    summary: `"url": expected http://… or https://…, saw ${scheme ? `the scheme ${quoted(scheme)}` : 'no scheme'}`,
    detail: 'Every request will fail.',
    remedy: 'Write http:// or https:// first.',
  }),
  doubleEquals: (value: string, wrong: string) => ({
    severity: 'warning',
    summary: `this matcher wants the value ${quoted(value)} of the label ${quoted(wrong)}`,
    detail: 'Alertmanager compares with "=", so the second "=" is part of the value.',
    remedy: `Write ${wrong}="${value.replace(/^=+\s*/, '')}".`,
  }),
  watchdogLost: (why: string, name: string) => ({
    severity: 'warning',
    summary: `${why} of cell ${quoted(name)}`,
    detail:
      'The Watchdog is the alert that always fires. Without it, `promha verify` cannot prove that alerts arrive once.',
    remedy: 'If you want that proof, let alerts with the label promha="watchdog" pass unchanged.',
  }),
  receiverUnused: (name: string) => ({
    severity: 'warning',
    summary: `no route uses the receiver ${quoted(name)}`,
    detail: 'It gets no alert.',
    remedy: 'Name it in a route, or remove it.',
  }),
  badStandardRules: (named: string, known: readonly string[]) => ({
    summary: `standard_rules: expected a list or all, saw ${quoted(named)}`,
    remedy: `Write "all", or a list of ${known.join(', ')}.`,
  }),
  rulesWithoutExporter: (name: string, remedy: string) => ({
    severity: 'warning',
    summary: `standard_rules: this cell has no exporter ${quoted(name)}`,
    remedy,
  }),
  portClosedToAll: (cell: string, port: number, what: string) => ({
    summary: `the firewall of cell ${quoted(cell)} would close port ${port} of ${what} to every host: the cell has no Prometheus`,
    remedy: 'Add "prometheus:" to the cell, or remove the firewall.',
  }),
  notReachable: (the: Texts<'component' | 'cell' | 'listen' | 'what'> & { port: number }) => ({
    severity: 'warning',
    summary: `${the.component} of cell ${quoted(the.cell)} listens on ${the.listen}, which ${the.what}`,
    remedy: `Write "self:${the.port}" for each host's own address, or listen on 0.0.0.0:${the.port}.`,
  }),
  noStandardRules: (where: string, names: readonly string[]) => ({
    severity: 'warning',
    summary: `${where} none of promha's standard alert rules`,
    detail: `promha has rules for ${names.join(', ')}.`,
    remedy: 'Write "standard_rules: all" under "prometheus:" to load them, or "standard_rules: []" if not.',
  }),
  unknownStandardRules: (name: string, known: readonly string[]) => ({
    summary: `standard_rules: promha has no standard rules for ${quoted(name)}`,
    ...suggestion(name, known, `Write one of ${known.join(', ')}.`),
  }),
  watchdogToDefault: (the: Texts<'cell' | 'receiver' | 'every' | 'label'>) => ({
    severity: 'warning',
    summary: `the Watchdog of cell ${quoted(the.cell)} goes to the default receiver ${quoted(the.receiver)}`,
    detail: `It always fires, so this receiver gets a notification every ${the.every}.`,
    remedy: `Put a route first under "routes:": { matchers: ['promha="${the.label}"'], receiver: NAME }. NAME can be a receiver without any config, or the one that watches for it.`,
  }),
})
