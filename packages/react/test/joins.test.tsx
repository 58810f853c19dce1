/** @jest-environment ./packages/react/test/environment.mjs */
import type { EndReason, StackgateError } from '@stackgate/client'
import { QueryClient } from '@tanstack/react-query'
import { billingJoin, operatorJoin, type JoinContext } from '../src/live/account-joins.js'
import { commandsJoin, presenceJoin } from '../src/live/deployment-joins.js'
import { Joins, type Join } from '../src/live/joins.js'
import { failure, fakeClient } from './support.js'

const JOINS: Readonly<Record<string, (context: JoinContext) => Join>> = {
  billing: (context) => billingJoin(context, undefined),
  operators: operatorJoin,
  commands: (context) => commandsJoin(context, 'h1'),
  presence: (context) => presenceJoin(context, 'h1'),
}
const REASONS: readonly EndReason[] = ['closed', 'completed', 'signed-out', 'refused', 'error']
const ERRORS = [undefined, failure('UNAVAILABLE'), failure('FORBIDDEN')]
const CASES = Object.keys(JOINS).flatMap((name) =>
  REASONS.flatMap((reason) => ERRORS.map((error) => [name, reason, error] as const)),
)

function setUp(name: string) {
  const deployment = { id: 'd1', cursor: 'c1', commands: { nodes: [] }, agent: null }
  const client = fakeClient({ DeploymentCommands: { deployment }, DeploymentAgent: { deployment } })
  const unused = {
    ids: new Map(),
    idOf: (account: unknown) => account,
    onEvent: () => undefined,
    isAffected: () => true,
  }
  const joins = new Joins()
  const join = JOINS[name]!({ client, queryClient: new QueryClient(), scope: 1, ...unused })
  return { client, joins, join }
}

describe('Joins', () => {
  it.each(CASES)(
    '%s resolve or reject when their stream is %s at once, with the error %p',
    async (name, reason, error) => {
      const { client, joins, join } = setUp(name)
      const ready = joins.ready(join).then(
        () => 'read',
        (cause: StackgateError) => cause.code,
      )
      while (client.streams.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      await client.setState({ state: 'ended', reason, error })
      expect(await ready).toBe(name === 'operators' ? (error?.code ?? 'BAD_RESPONSE') : 'read')
    },
  )

  it('of operators begin again when their stream ended without an error before its first item', async () => {
    const { client, joins, join } = setUp('operators')
    const release = joins.acquire(join)
    while (client.opened === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    await client.setState({ state: 'ended', reason: 'completed', error: undefined })
    while (client.opened < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    await client.resync()
    expect(await joins.ready(join)).toBeUndefined()
    release()
  })
})
