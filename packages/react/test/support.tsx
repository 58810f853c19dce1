import {
  createStackgate,
  StackgateError,
  type FollowOptions,
  type JoinOptions,
  type Stackgate,
  type StreamState,
} from '@stackgate/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, configure, render, screen, type RenderResult } from '@testing-library/react'
import axe from 'axe-core'
import type { ReactElement, ReactNode } from 'react'
import { StackgateProvider, type StackgateProviderProps } from '../src/index.js'

// The default of one second is too short for a machine that is busy.
configure({ asyncUtilTimeout: 20_000 })

/** Answers of a fake server by operation: data, a function of the variables, or an error to throw. */
export type Answers = Record<string, unknown>

interface OpenStream {
  readonly name: string
  readonly variables: Record<string, unknown>
  readonly onItem: (item: never) => unknown
  readonly onState: ((state: StreamState) => void) | undefined
  /** Reads the state again, as after an interruption in which events were lost. */
  resync?: () => Promise<unknown>
}

/** A client without a server. */
export interface FakeClient extends Stackgate {
  readonly answers: Answers
  /** Operations in the order in which they were sent, with their variables. */
  readonly sent: { readonly name: string; readonly variables: Record<string, unknown> }[]
  readonly streams: OpenStream[]
  /** Number of streams that were opened. */
  opened: number
  /** Delivers an item to the streams of an operation. */
  emit(name: string, item: object): Promise<void>
  setState(state: StreamState): Promise<void>
  /** Loses events of all streams. */
  resync(): Promise<void>
}

const nameOf = (document: unknown): string =>
  /(?:query|mutation|subscription)\s+(\w+)/.exec(
    (document as { loc?: { source?: { body?: string } } }).loc?.source?.body ?? String(document),
  )![1]!

export const denial = (code: string, more: object = {}): Record<string, unknown> => ({
  code,
  message: `Message of ${code}.`,
  remedies: [],
  ...more,
})

/** The payload of a denied mutation. */
export const denied = (code: string, more?: object) => ({ denial: denial(code, more) })

export const failure = (code: string, message = `Message of ${code}.`): StackgateError =>
  new StackgateError({ code, message, requestId: 'req_1' })

export function fakeClient(answers: Answers = {}): FakeClient {
  const sent: FakeClient['sent'] = []
  const streams: OpenStream[] = []
  const answer = async (document: unknown, variables: Record<string, unknown> = {}): Promise<unknown> => {
    const name = nameOf(document)
    sent.push({ name, variables })
    await Promise.resolve()
    if (name === 'AccountCursor' && !(name in answers)) return { account: { id: 'acc_1', revision: 1, cursor: 'c1' } }
    if (name === 'Installation' && !(name in answers)) return { installation: { providers: ['STRIPE'] } }
    if (!(name in answers)) throw failure('INTERNAL', `no answer for ${name}`)
    const found = answers[name]
    const value: unknown = typeof found === 'function' ? await (found as (input: object) => unknown)(variables) : found
    if (value instanceof Error) throw value
    return value
  }
  const open = (document: unknown, variables: object, { onItem, onResync, onState, signal }: FollowOptions<never>) => {
    signal?.throwIfAborted()
    const resync = async () => onResync?.({ __typename: 'Resync', cursor: 'c2' })
    const stream: OpenStream = { name: nameOf(document), variables: variables as never, onItem, onState, resync }
    streams.push(stream)
    client.opened++
    onState?.({ state: 'live', transport: 'sse' })
    const close = (): void => {
      if (streams.includes(stream)) streams.splice(streams.indexOf(stream), 1)
    }
    signal?.addEventListener('abort', close, { once: true })
    return { close }
  }
  const client = {
    ...createStackgate({ url: 'http://localhost/graphql', transport: 'sse' }),
    answers,
    sent,
    streams,
    opened: 0,
    request: answer,
    requestPartial: async (document: unknown, variables: Record<string, unknown>) => ({
      data: await answer(document, variables),
      errors: [],
    }),
    follow: async (document: unknown, variables: object, options: FollowOptions<never>) =>
      open(document, variables, options),
    queryThenFollow: async (join: JoinOptions<never, unknown, never, never>) => {
      const read = async () => join.onData((await answer(join.query, join.queryVariables as never)) as never)
      await read()
      const handle = open(join.stream, join.streamVariables, join)
      streams.at(-1)!.resync = read
      return handle
    },
    emit: async (name: string, item: object) =>
      act(async () => {
        for (const stream of streams) if (stream.name === name) await stream.onItem(item as never)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }),
    setState: async (state: StreamState) => act(async () => streams.forEach((stream) => stream.onState?.(state))),
    resync: async () =>
      act(async () => {
        for (const { resync } of streams) await resync?.()
      }),
  }
  return client as unknown as FakeClient
}

type Options = Omit<StackgateProviderProps, 'client' | 'children'> & {
  readonly wrapper?: (body: ReactNode) => ReactElement
}

/** Renders a component below a provider. */
export function renderWith(
  client: Stackgate,
  body: ReactNode,
  { wrapper = (each) => <>{each}</>, ...props }: Options = {},
): RenderResult & {
  queryClient: QueryClient
  show: (next: ReactNode, changes?: Partial<StackgateProviderProps>) => void
} {
  const queryClient = new QueryClient()
  const page = (inner: ReactNode, changes: Partial<StackgateProviderProps> = {}) =>
    wrapper(
      <QueryClientProvider client={queryClient}>
        <StackgateProvider client={client} {...props} {...changes}>
          {inner}
        </StackgateProvider>
      </QueryClientProvider>,
    )
  const result = render(page(body))
  return { ...result, queryClient, show: (next, changes) => result.rerender(page(next, changes)) }
}

// jsdom has neither of these.
if (typeof HTMLDialogElement !== 'undefined') {
  HTMLCanvasElement.prototype.getContext = () => null
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true
  }
  HTMLDialogElement.prototype.close = function () {
    this.open = false
  }
}

/** Violations of accessibility rules in the page. */
export async function violations(): Promise<string[]> {
  // Colors and page structure need a browser: they are checked there.
  const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } }
  const { violations: found } = await act(() => axe.run(document.body, { rules }))
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

export const price = (formatted: string, unit: 'MONTH' | 'YEAR' | null = 'MONTH', per: string | null = null) => ({
  id: `price_${formatted}`,
  interval: unit && { unit, count: 1 },
  per,
  trialDays: null,
  money: { currency: 'USD', decimal: formatted.replace('$', ''), formatted },
})

const feature = (code: string, name: string, kind: string, unit: string) => ({
  id: `feat_${code}`,
  code,
  name,
  kind,
  unit,
})

export const entitlement = (changes: object = {}) => ({
  id: 'ent_1',
  revision: 1,
  feature: feature('ai_chat_message', 'AI chat messages', 'QUOTA', 'ai_chat_message'),
  granted: true,
  unlimited: false,
  limit: 100,
  used: 40,
  reserved: 0,
  remaining: 60,
  percent: 40,
  nearLimit: false,
  resetsAt: null,
  sources: [],
  ...changes,
})

export const entitlements = (...list: object[]) => ({
  account: { id: 'acc_1', revision: 1, cursor: 'c1', usage: { entitlements: list } },
})

/** `billing` has the fields of the subscription, and `portalAvailable`. */
export const account = (
  changes: object = {},
  {
    portalAvailable = false,
    supportedActions = [],
    ...subscription
  }: {
    readonly portalAvailable?: boolean
    readonly supportedActions?: readonly string[]
    readonly [field: string]: unknown
  } = {},
) => ({
  account: {
    id: 'acc_1',
    kind: 'COMMUNITY',
    externalId: '42',
    name: 'Readers',
    revision: 1,
    cursor: 'c1',
    viewerRole: 'OWNER',
    viewerCan: ['ACCOUNT_READ', 'BILLING_READ', 'BILLING_MANAGE'],
    plan: {
      since: null,
      endsAt: null,
      planVersion: { id: 'v', number: 1, plan: { id: 'p', code: 'free', name: 'Free' } },
    },
    billing: {
      portalAvailable,
      supportedActions,
      subscription: Object.keys(subscription).length > 0 ? subscription : null,
    },
    ...changes,
  },
})

/** Waits for a text. */
export async function expectText(text: string | RegExp): Promise<void> {
  expect(await screen.findByText(text)).toBeTruthy()
}
