/** The words of the problems whose topic is `service`. */
import { messages } from '../diagnostic/problem.ts'
import type { Component } from '../inventory/model.ts'
import { unitOf } from '../resource/model.ts'

export const serviceProblem = messages('service', {
  configRefused: (component: Component, host: string, atReload: boolean) => ({
    summary: `${component} ${atReload ? 'refused the new config at the reload' : 'runs with a config that it refused'}`,
    detail: 'It goes on with the config it had before.',
    remedy: `Run \`journalctl -u ${unitOf(component)}\` on ${host} to see what it refused.`,
  }),
  notReady: (the: { component: Component; host: string; waited: number; seen: string }) => ({
    summary: `${the.component} did not become ready within ${Math.round(the.waited / 1000)} s: it ${the.seen}`,
    remedy: `Run \`journalctl -u ${unitOf(the.component)}\` on ${the.host} to see what it was doing.`,
  }),
})
