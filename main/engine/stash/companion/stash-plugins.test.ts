import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../../shared/errors.ts'
import { fail, ok } from '../../../../shared/result.ts'
import { ManualClock } from '../../../../test/harness/clock.ts'
import type { StashClient } from '../client.ts'
import { StashPlugins } from './stash-plugins.ts'

type Answer = { readonly data: unknown } | { readonly fault: ErrorCode }

/** A Stash that gives these answers in turn, the last one forever. */
function stashThat(...responses: Answer[]) {
  const clock = new ManualClock()
  const asked: string[] = []
  const graphql: StashClient['graphql'] = async (query, _variables, schema) => {
    const response = responses[Math.min(asked.length, responses.length - 1)]
    asked.push(/\w+ (\w+)/.exec(query)?.[1] ?? '')
    if (response === undefined || 'fault' in response) return fail(response?.fault ?? 'unexpected', 'said so')
    return ok(schema.parse(response.data))
  }
  return { plugins: new StashPlugins(graphql, clock), clock, asked }
}

describe('a ping', () => {
  it.each([
    [{ data: { runPluginOperation: 'ok' } }, { outcome: 'answered' }],
    [{ data: { runPluginOperation: 'no answer' } }, { outcome: 'not_answered', said: 'no answer' }],
    [{ data: { runPluginOperation: null } }, { outcome: 'not_answered', said: 'the plugin said nothing' }],
    [{ fault: 'timeout' }, { outcome: 'not_answered', said: 'the plugin did not end in time' }],
    [{ fault: 'server_error' }, { outcome: 'not_run', said: 'said so' }],
    // The mutation is not in the schema.
    [{ fault: 'rejected' }, { outcome: 'unknown' }],
  ] as const)('%j means %j', async (response, outcome) => {
    expect(await stashThat(response).plugins.ping('plexsync')).toEqual(ok(outcome))
  })

  it.each(['unreachable', 'token_refused', 'cancelled'] as const)('says nothing about the plugin: %s', async (code) => {
    expect(await stashThat({ fault: code }).plugins.ping('plexsync')).toMatchObject({ ok: false, fault: { code } })
  })
})

describe('the job of an installation', () => {
  const job = (status: string) => ({ data: { findJob: { status } } })

  it('is waited for until it has ended', async () => {
    const { plugins, clock, asked } = stashThat(
      { data: { installPackages: 12 } },
      job('READY'),
      job('RUNNING'),
      job('FINISHED'),
    )
    const done = plugins.installPackage('plexsync', 'http://plexsync/index.yml')
    await clock.advance(250)
    expect(asked).toEqual(['InstallPackages', 'Job', 'Job'])
    await clock.advance(250)
    expect(await done).toEqual(ok(true))
    expect(asked).toHaveLength(4)
  })

  it('has ended where Stash has forgotten it', async () => {
    const { plugins } = stashThat({ data: { installPackages: '12' } }, { data: { findJob: null } })
    expect(await plugins.installPackage('plexsync', 'http://plexsync/index.yml')).toEqual(ok(true))
  })

  it('is not waited for longer than half a minute', async () => {
    const { plugins, clock } = stashThat({ data: { installPackages: '12' } }, job('READY'))
    const done = plugins.installPackage('plexsync', 'http://plexsync/index.yml')
    await clock.advance(30_000)
    expect(await done).toEqual(ok(false))
    expect(clock.timers).toBe(0)
  })
})

it('a Stash without plugins has none', async () => {
  expect(await stashThat({ data: { plugins: null } }).plugins.list()).toEqual(ok([]))
})
