/** @jest-environment ./packages/react/test/environment.mjs */
import { createStackgate } from '@stackgate/client'
import { act, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { BillingManagementSection, UsageMeter } from '../src/index.js'
import { entitlement, entitlements, expectText, renderWith } from './support.js'
import { subscribed } from './records.js'

/** Time passes so many times faster for the client. */
const SPEED = 20

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
const page = (status: number, headers: Record<string, string> = {}) =>
  new Response('<!doctype html><title>Proxy</title>', { status, headers: { 'content-type': 'text/html', ...headers } })

interface Sent {
  readonly operationName: string
  readonly variables: Record<string, unknown>
}

interface OpenStream extends Sent {
  readonly send: (item: object) => void
  readonly cut: () => void
}

/** The real client in front of a server that the test plays. */
function setUp() {
  const began = performance.now()
  const now = Date.now()
  const streams: OpenStream[] = []
  /** Changes that the server stores, by their versions: a stream begins behind its cursor. */
  const journal = new Map<number, object>()
  const server: { failure: (() => Response | Promise<Response>) | undefined; failed: number; token: number } = {
    failure: undefined,
    failed: 0,
    token: 1,
  }
  let token = 1
  const answers: Record<string, unknown> = {
    AccountCursor: { account: { id: 'acc_1', revision: 1, cursor: 'c1' } },
    Account: subscribed(),
  }
  const answer = ({ operationName }: Sent) => {
    const revision = Math.max(1, ...journal.keys())
    const used = revision === 1 ? 40 : revision * 9
    const current = entitlements(entitlement({ revision, used, remaining: 100 - used, percent: used }))
    return { data: operationName === 'Entitlements' ? current : answers[operationName] }
  }
  const stackgate = createStackgate({
    url: 'http://stackgate.invalid/graphql',
    transport: 'sse',
    token: ({ rejected }) => {
      if (rejected) token++
      return String(token)
    },
    timers: {
      now: () => now + (performance.now() - began) * SPEED,
      setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds / SPEED),
      clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
      random: () => 0.5,
    },
    fetch: async (_, { body, headers }) => {
      if (server.failure) {
        server.failed++
        return server.failure()
      }
      const { accept, authorization } = headers as Record<string, string>
      if (authorization !== `Bearer ${server.token}`)
        return json({ errors: [{ message: 'Revoked.', extensions: { code: 'INVALID_TOKEN' } }] }, 401)
      const sent = JSON.parse(body as string) as Sent | Sent[]
      if (accept !== 'text/event-stream') return json(Array.isArray(sent) ? sent.map(answer) : answer(sent))
      const { operationName, variables } = sent as Sent
      const events = new ReadableStream<Uint8Array>({
        start: (controller) => {
          const send = (item: object) => {
            const event = `event: next\ndata: ${JSON.stringify({ data: { billingEvents: item } })}\n\n`
            controller.enqueue(new TextEncoder().encode(event))
          }
          streams.push({ operationName, variables, send, cut: () => controller.close() })
          const after = Number(String(variables['after']).slice(1))
          for (const [revision, item] of journal) if (revision > after) send(item)
        },
      })
      return new Response(events, { headers: { 'content-type': 'text/event-stream' } })
    },
  })
  const changes = () => streams.filter(({ variables }) => variables['account'] === undefined)
  /** Sends changes in this order to the stream that is open. */
  const send = (...versions: number[]) =>
    act(async () => {
      for (const revision of versions.toSorted((a, b) => a - b)) journal.set(revision, change(revision))
      for (const revision of versions) changes().at(-1)!.send(journal.get(revision)!)
    })
  /** Ends the token of the page as the server does: its streams end without `complete`, and its requests are refused. */
  const revoke = () => {
    server.token++
    for (const { cut } of streams) cut()
  }
  return { stackgate, server, changes, send, revoke }
}

const BODY = (
  <>
    <UsageMeter feature="ai_chat_message" />
    <BillingManagementSection communityId="42" />
  </>
)
const open = (client: ReturnType<typeof setUp>['stackgate']) =>
  renderWith(client, BODY, { wrapper: (body) => <StrictMode>{body}</StrictMode> })
const expectData = async () => {
  await expectText('40 of 100 used')
  await expectText('Renews on February 15, 2026')
  await waitFor(() => expect(screen.queryAllByRole('alert')).toEqual([]))
}
const change = (revision: number) => ({
  __typename: 'Event',
  cursor: `c${revision}`,
  sequence: revision,
  type: 'usage.recorded',
})

describe('Components with a hostile server or network', () => {
  it.each<[string, () => Response | Promise<Response>, isShown: boolean]>([
    [
      '429 with Retry-After',
      () => json({ code: 'RATE_LIMITED', message: 'Slow.' }, 429, { 'retry-after': '2' }),
      false,
    ],
    ['503 with Retry-After', () => page(503, { 'retry-after': '2' }), false],
    ['a silent connection', () => new Promise(() => undefined), false],
    ['an HTML page', () => page(200), true],
    ['half of a result', () => new Response('{"da', { headers: { 'content-type': 'application/json' } }), true],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://login.example/' } }), true],
  ])('show data after %s, without a load', async (_name, failure, isShown) => {
    const { stackgate, server } = setUp()
    server.failure = failure
    open(stackgate)
    await waitFor(() => expect(server.failed).toBeGreaterThan(0))
    // The page shows errors that the client does not repeat, in words for buyers and without addresses.
    if (isShown)
      expect((await screen.findAllByRole('alert'))[0]!.textContent).toMatch(
        /^Billing does not respond\. Check your connection/,
      )
    server.failure = undefined
    await expectData()
  })

  it('show the latest change when changes come twice and in another order, and continue after a dead connection', async () => {
    const { stackgate, changes, send } = setUp()
    open(stackgate)
    await expectData()
    await waitFor(() => expect(changes().length).toBeGreaterThanOrEqual(1))
    await send(4, 2, 4, 3, 2)
    await expectText('36 of 100 used')
    await send(5)
    await expectText('45 of 100 used')
    // The connection stays open and says nothing, not even the comments of the server: another one continues behind it.
    await waitFor(() => expect(changes().at(-1)!.variables['after']).toBe('c5'))
    await send(5, 6)
    await expectText('54 of 100 used')
  })

  it('show the latest change with another token when theirs is revoked', async () => {
    const { stackgate, changes, send, revoke } = setUp()
    open(stackgate)
    await expectData()
    await waitFor(() => expect(changes().length).toBeGreaterThanOrEqual(1))
    await send(2)
    await expectText('18 of 100 used')
    const opened = changes().length
    revoke()
    await waitFor(() => expect(changes().length).toBeGreaterThan(opened))
    await send(3)
    await expectText('27 of 100 used')
    expect(screen.queryAllByRole('alert')).toEqual([])
  })
})
