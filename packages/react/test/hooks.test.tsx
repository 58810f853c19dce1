/** @jest-environment ./packages/react/test/environment.mjs */
import { NetworkError } from '@stackgate/client'
import { Members, Viewer } from '@stackgate/client/documents'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { StrictMode, useEffect, useState } from 'react'
import { hydrateRoot } from 'react-dom/client'
import {
  StackgateProvider,
  useAccount,
  useBillingEvents,
  useCheck,
  useCheckout,
  useCommands,
  useCommunityBillingInfo,
  useConnection,
  useCreateCheckoutSession,
  useCreatePortalSession,
  useDeployment,
  useEntitlement,
  useHas,
  useInvoices,
  useOperation,
  usePlans,
} from '../src/hooks.js'
import {
  account,
  denial,
  denied,
  entitlement,
  entitlements,
  expectText,
  failure,
  fakeClient,
  price,
  renderWith,
} from './support.js'

const plan = (code: string, prices: object[] = []) => ({
  id: code,
  code,
  name: code,
  rank: 0,
  bullets: [],
  prices,
  features: [],
})
const checkout = {
  id: 'chk_1',
  providerReference: 'cs_1',
  url: 'https://pay.example/cs_1',
  status: 'OPEN',
}

function Usage({ feature = 'ai_chat_message' }) {
  const { used, remaining, nearLimit, allowed, isLive, isPending } = useEntitlement(feature)
  if (isPending) return <p>unknown</p>
  return (
    <p>{`${used} used, ${remaining} left${nearLimit ? ', near' : ''}${allowed ? '' : ', denied'}${isLive ? ', live' : ''}`}</p>
  )
}

describe('Hooks', () => {
  const billingEvent = (type: string) => ({ __typename: 'Event', type, cursor: 'c2' })

  it('read an entitlement again after a use, with one request for all of them', async () => {
    const client = fakeClient({ Entitlements: entitlements(entitlement()) })
    renderWith(client, [<Usage key="1" />, <Usage key="2" />])
    expect(await screen.findAllByText('40 used, 60 left, live')).toHaveLength(2)
    const changed = entitlement({ version: 2, used: 85, remaining: 15, percent: 85, nearLimit: true })
    client.answers['Entitlements'] = entitlements(changed)
    for (let use = 0; use < 5; use++) await client.emit('BillingEvents', billingEvent('usage.recorded'))
    expect(await screen.findAllByText('85 used, 15 left, near, live')).toHaveLength(2)
    expect(client.sent.filter(({ name }) => name === 'Entitlements')).toHaveLength(2)
  })

  it('read again only what an event changes, also what was being read when it arrived', async () => {
    let answered: (() => void) | undefined
    const page = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }
    const client = fakeClient({
      Entitlements: entitlements(entitlement()),
      Invoices: { account: { billing: { invoices: page } } },
      Members: { account: { id: 'acc_1' } },
      Viewer: { viewer: null },
    })
    function Page() {
      useInvoices({ accountId: 'acc_1' })
      useOperation(Members, { account: 'acc_1' })
      useOperation(Viewer, {})
      return <p>{`${useEntitlement('ai_chat_message', 'acc_1').used} used`}</p>
    }
    renderWith(client, <Page />)
    await expectText('40 used')
    await waitFor(() => expect(new Set(client.sent.map(({ name }) => name)).size).toBe(5))
    const count = (name: string) => client.sent.filter((each) => each.name === name).length
    expect(client.streams.map(({ name }) => name)).toEqual(['BillingEvents'])
    client.sent.length = 0
    client.answers['Entitlements'] = () =>
      new Promise((resolve) => {
        answered = () => resolve(entitlements(entitlement({ used: 50 })))
      })
    await client.emit('BillingEvents', billingEvent('usage.recorded'))
    await waitFor(() => expect(count('Entitlements')).toBe(1))
    await client.emit('BillingEvents', billingEvent('usage.recorded'))
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    // The reading that runs is not canceled.
    expect(count('Entitlements')).toBe(1)
    client.answers['Entitlements'] = entitlements(entitlement({ used: 60 }))
    await act(async () => answered!())
    await expectText('60 used')
    expect(client.sent.map(({ name }) => name)).toEqual(['Entitlements', 'Entitlements'])
    await client.emit('BillingEvents', billingEvent('member.added'))
    await waitFor(() => expect([count('Members'), count('Viewer')]).toEqual([1, 1]))
    expect(count('Invoices')).toBe(0)
    await client.emit('BillingEvents', billingEvent('invoice.paid'))
    await waitFor(() => expect(count('Invoices')).toBe(1))
    expect(count('Viewer')).toBe(1)
  })

  it('share one store and one stream between providers of a client', async () => {
    const client = fakeClient({ Entitlements: entitlements(entitlement()) })
    renderWith(client, [
      <Usage key="1" />,
      <StackgateProvider client={client} key="2">
        <Usage />
      </StackgateProvider>,
    ])
    expect(await screen.findAllByText('40 used, 60 left, live')).toHaveLength(2)
    expect(client.opened).toBe(1)
    expect(client.sent.map(({ name }) => name).toSorted()).toEqual(['AccountCursor', 'Entitlements'])
  })

  it('keep the latest values of a command when its events come again or in another order', async () => {
    const command = (status: string) => ({
      __typename: 'Command',
      id: 'cmd_1',
      type: 'restart',
      status,
      parameters: {},
    })
    const client = fakeClient({
      DeploymentCommands: {
        deployment: { id: 'dep_1', cursor: 'c1', commands: { nodes: [command('QUEUED')] } },
      },
    })
    function Commands() {
      const { data } = useCommands('h')
      return <p>{data?.map(({ status }) => status).join() ?? 'unknown'}</p>
    }
    renderWith(client, <Commands />)
    await expectText('QUEUED')
    for (const [sequence, status] of [
      [5, 'RUNNING'],
      [6, 'SUCCEEDED'],
      [5, 'RUNNING'],
    ] as const)
      await client.emit('CommandStatus', { __typename: 'Event', sequence, subject: command(status) })
    await expectText('SUCCEEDED')
  })

  it('open one stream for an account in StrictMode, and close it after the last component', async () => {
    const client = fakeClient({ Entitlements: entitlements(entitlement()), Account: account() })
    const page = renderWith(client, <Usage />, { wrapper: (body) => <StrictMode>{body}</StrictMode> })
    await expectText('40 used, 60 left, live')
    expect(client.opened).toBe(1)
    page.unmount()
    await waitFor(() => expect(client.streams).toHaveLength(0), { timeout: 4_000 })
  })

  it('read again what changed after the last component had gone', async () => {
    const client = fakeClient({ Entitlements: entitlements(entitlement()), Account: account() })
    const page = renderWith(client, <Usage />)
    await expectText('40 used, 60 left, live')
    page.show(<p>elsewhere</p>)
    await waitFor(() => expect(client.streams).toHaveLength(0), { timeout: 4_000 })
    client.answers['Entitlements'] = entitlements(entitlement({ version: 2, used: 85, remaining: 15, percent: 85 }))
    page.show(<Usage />)
    await expectText(/^85 used, 15 left/)
  })

  it('show no data of another account while switching', async () => {
    const answers = {
      Entitlements: ({ account: id }: { account: string }) =>
        id === 'team:a' ? entitlements(entitlement({ used: 1 })) : new Promise(() => undefined),
    }
    const client = fakeClient(answers)
    const page = renderWith(client, <Usage />, { accountId: 'team:a' })
    await expectText(/^1 used/)
    page.show(<Usage />, { accountId: 'team:b' })
    expect(screen.getByText('unknown')).toBeTruthy()
    const other = fakeClient({ Entitlements: () => new Promise(() => undefined) })
    page.show(<Usage />, { accountId: 'team:a', client: other })
    expect(screen.getByText('unknown')).toBeTruthy()
  })

  it('read again after each event of the account, and report it once', async () => {
    const client = fakeClient({
      Account: account(),
      AccountEvents: {
        account: { billing: { events: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } } },
      },
    })
    const seen: string[] = []
    function Info() {
      const { data, isLive } = useCommunityBillingInfo('42')
      useBillingEvents({ accountId: 'community:42', onEvent: ({ type }) => void seen.push(type) })
      return <p>{`${data?.plan?.name} ${data?.status} ${data?.portalAvailable} ${isLive}`}</p>
    }
    renderWith(client, <Info />)
    await expectText('Free null false true')
    expect(client.sent.find(({ name }) => name === 'Account')?.variables).toEqual({ account: 'community:42' })
    const pro = { planVersion: { plan: { code: 'pro', name: 'Pro' } } }
    client.answers['Account'] = account({ plan: pro }, { status: 'active', portalAvailable: true })
    await client.emit('BillingEvents', { __typename: 'Event', type: 'subscription.activated', cursor: 'c2' })
    await expectText('Pro active true true')
    expect(seen).toEqual(['subscription.activated'])
  })

  it('invalidate the billing information of a community by the key communityBillingInfo', async () => {
    const client = fakeClient({ Account: account() })
    function Info() {
      return <p>{useCommunityBillingInfo('42').data?.plan?.name}</p>
    }
    const { queryClient } = renderWith(client, <Info />)
    await expectText('Free')
    client.answers['Account'] = account({ plan: { planVersion: { plan: { code: 'pro', name: 'Pro' } } } })
    await act(() => queryClient.invalidateQueries({ queryKey: ['communityBillingInfo'] }))
    await expectText('Pro')
  })

  it('begin a checkout of the only paid plan without arguments, also as a click handler', async () => {
    const client = fakeClient({
      Plans: { plans: [plan('free'), plan('pro', [price('$19.00')])] },
      StartSubscription: { startSubscription: { checkout } },
      OpenBillingPortal: { openBillingPortal: denied('NO_ACTIVE_SUBSCRIPTION') },
    })
    const opened: string[] = []
    function Buttons() {
      const { mutate, data } = useCreateCheckoutSession({ communityId: '42', pluginId: 'wizard' })
      const portal = useCreatePortalSession()
      return (
        <>
          <button onClick={mutate}>Upgrade {data?.providerReference}</button>
          <button onClick={portal.mutate}>
            Manage {portal.denial?.code} {String(portal.error)}
          </button>
        </>
      )
    }
    renderWith(client, <Buttons />, { redirect: (url) => void opened.push(url) })
    fireEvent.click(screen.getByText('Upgrade'))
    await expectText('Upgrade cs_1')
    const { input, key } = client.sent.find(({ name }) => name === 'StartSubscription')!.variables
    expect([input, key]).toEqual([
      { plan: 'pro', pluginId: 'wizard', accountId: 'community:42' },
      expect.any(String) as string,
    ])
    expect(opened).toEqual([checkout.url])
    fireEvent.click(screen.getByText(/^Manage/))
    await expectText('Manage NO_ACTIVE_SUBSCRIPTION null')
  })

  it('keep the idempotency key of a mutation until its outcome is known', async () => {
    let calls = 0
    const client = fakeClient({
      StartSubscription: () => {
        calls++
        if (calls === 1) return new NetworkError('cut')
        return { startSubscription: calls === 2 ? { checkout } : denied('INVALID_PLAN') }
      },
    })
    function Button() {
      const { mutate, data, error, denial: found, isPending } = useCreateCheckoutSession({ plan: 'pro' })
      return <button onClick={mutate}>{`${isPending} ${error?.code} ${found?.code} ${data?.id}`}</button>
    }
    renderWith(client, <Button />, { redirect: () => undefined })
    const click = () => fireEvent.click(screen.getByRole('button'))
    click()
    await expectText('false NETWORK undefined undefined')
    click()
    await expectText('false undefined undefined chk_1')
    click()
    await expectText('false undefined INVALID_PLAN undefined')
    const keys = client.sent.map(({ variables }) => variables['key'])
    expect(keys[0]).toBe(keys[1])
    expect(keys[2]).not.toBe(keys[1])
  })

  it('keep the key of a lost call also when another one follows', async () => {
    let isLost = true
    const client = fakeClient({
      StartSubscription: () => (isLost ? new NetworkError('cut') : { startSubscription: { checkout } }),
    })
    function Buttons() {
      const { mutate, isPending, error } = useCheckout({ onRedirect: () => undefined })
      return ['plus', 'pro'].map((code) => (
        <button key={code} onClick={() => mutate({ plan: code })}>{`${code} ${isPending} ${error?.code}`}</button>
      ))
    }
    renderWith(client, <Buttons />)
    for (const code of ['plus', 'pro']) {
      fireEvent.click(screen.getByText(new RegExp(`^${code} `)))
      const expected = code === 'plus' ? 1 : 2
      await waitFor(() => expect(client.sent).toHaveLength(expected))
      await expectText(`${code} false NETWORK`)
    }
    isLost = false
    fireEvent.click(screen.getByText(/^plus /))
    await expectText('plus false undefined')
    const keys = client.sent.map(({ variables }) => variables['key'])
    expect([keys[0] === keys[2], keys[0] === keys[1]]).toEqual([true, false])
  })

  it('combine a feature and a plan, and are undefined while unknown', async () => {
    const client = fakeClient({
      Entitlements: entitlements(entitlement()),
      PlanCheck: ({ plan: code }: { plan: string }) => ({
        plan: { id: code, held: { allowed: code === 'pro', denial: null } },
      }),
    })
    function Has() {
      const both = useHas({ feature: 'ai_chat_message', plan: 'pro' })
      const none = useHas({ feature: 'ai_chat_message', plan: 'max' })
      return <p>{`${both} ${none} ${useHas({ feature: 'other' })}`}</p>
    }
    renderWith(client, <Has />)
    await expectText('undefined undefined undefined')
    await expectText('true false false')
  })

  it('return the denial and the steps of a check', async () => {
    const client = fakeClient({
      Check: { check: { allowed: false, explain: ['used up'], denial: denial('QUOTA_EXCEEDED') } },
      Entitlements: entitlements(),
    })
    function Decision() {
      const { data, denial: found } = useCheck('ai_chat_message', 5)
      return <p>{`${data?.allowed} ${data?.explain.join()} ${found?.code}`}</p>
    }
    renderWith(client, <Decision />)
    await expectText('false used up QUOTA_EXCEEDED')
  })

  it('show plans to visitors without asking about an account', async () => {
    const client = fakeClient({ Plans: { plans: [plan('free'), plan('pro')] } })
    function List() {
      const { data } = usePlans()
      const { isPending } = useAccount()
      return <p>{`${data?.map(({ code }) => code).join()} ${isPending}`}</p>
    }
    renderWith(client, <List />, { accountId: null })
    await expectText('free,pro true')
    expect(client.sent.map(({ name }) => name)).toEqual(['Plans'])
  })

  it('report errors with their code and read again on request', async () => {
    const client = fakeClient({ Account: failure('UNAVAILABLE') })
    function Info() {
      const { data, error, refetch } = useAccount()
      return <button onClick={() => void refetch()}>{`${data?.name} ${error?.code}`}</button>
    }
    renderWith(client, <Info />)
    await expectText('undefined UNAVAILABLE')
    client.answers['Account'] = account()
    fireEvent.click(screen.getByRole('button'))
    await expectText('Readers undefined')
  })

  it('become live by themselves after a failure, and read again what they missed until then', async () => {
    const client = fakeClient({
      AccountCursor: failure('UNAVAILABLE'),
      Account: account({ name: 'Readers' }),
      Entitlements: failure('NETWORK'),
    })
    function Page() {
      const { data, isLive } = useAccount()
      const { status } = useConnection()
      return (
        <>
          <p>{`${data?.name} ${isLive ? 'live' : 'not live'} ${status}`}</p>
          <Usage />
        </>
      )
    }
    renderWith(client, <Page />)
    await expectText('Readers not live waiting')
    // No stream reports this change: the account has none yet.
    client.answers['Account'] = account({ name: 'Writers' })
    delete (client.answers as Record<string, unknown>)['AccountCursor']
    client.answers['Entitlements'] = entitlements(entitlement())
    await expectText('Writers live live')
    await expectText('40 used, 60 left, live')
    expect(client.opened).toBe(1)
  })

  it('do not repeat what fails again, and nothing after the last component', async () => {
    const client = fakeClient({ Account: failure('FORBIDDEN'), AccountCursor: failure('FORBIDDEN') })
    const cursors = () => client.sent.filter(({ name }) => name === 'AccountCursor').length
    function Info() {
      const { error } = useAccount()
      return <p>{error?.code}</p>
    }
    const page = renderWith(client, <Info />)
    await expectText('FORBIDDEN')
    await waitFor(() => expect(cursors()).toBeGreaterThan(0))
    const refused = cursors()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(cursors()).toBe(refused)
    page.unmount()
    const unavailable = fakeClient({ Account: account(), AccountCursor: failure('UNAVAILABLE') })
    const other = renderWith(unavailable, <Info />)
    await waitFor(() => expect(unavailable.sent.length).toBeGreaterThan(1))
    other.unmount()
    await new Promise((resolve) => setTimeout(resolve, 2_200))
    const sent = unavailable.sent.length
    await new Promise((resolve) => setTimeout(resolve, 2_200))
    expect(unavailable.sent).toHaveLength(sent)
  })

  it('return the same data until they change, so that an effect of the data ends', async () => {
    const client = fakeClient({
      Plans: { plans: [plan('free'), plan('pro', [price('$19.00')])] },
      PlanOffers: { plans: [{ code: 'pro', offer: null }] },
      Deployment: { deployment: { id: 'd', hash: 'h', agent: { id: 'a', presence: 'OFFLINE' } } },
      DeploymentAgent: { deployment: { id: 'd', cursor: 'c1', agent: null } },
    })
    const seen: unknown[] = []
    const deployments: unknown[] = []
    function Page() {
      const { data, hasOffers } = usePlans()
      const { data: deployment } = useDeployment('h')
      const [count, setCount] = useState(0)
      useEffect(() => {
        seen.push(data)
        // An effect of data that are new each time would never end.
        if (seen.length < 50) setCount((before) => before + 1)
      }, [data])
      useEffect(() => void deployments.push(deployment?.agent), [deployment])
      return <p>{`${data?.length} ${hasOffers} ${deployment?.agent?.presence} ${count > 0}`}</p>
    }
    const page = renderWith(client, <Page />)
    await waitFor(() => expect(client.streams.map(({ name }) => name)).toContain('AgentPresence'))
    const presence = { __typename: 'Event', cursor: 'c2', data: { presence: 'ONLINE', lastHeartbeatAt: null } }
    await client.emit('AgentPresence', presence)
    await expectText('2 true ONLINE true')
    for (let n = 0; n < 3; n++) page.show(<Page />)
    expect(seen.length).toBeLessThanOrEqual(4)
    expect(deployments.length).toBeLessThanOrEqual(4)
  })

  it('send commands for different things at the same time, and equal ones once', async () => {
    const done: ((value: unknown) => void)[] = []
    const client = fakeClient({
      DeploymentCommands: { deployment: { id: 'd', cursor: 'c1', commands: { nodes: [] } } },
      CancelCommand: () => new Promise((resolve) => done.push(resolve)),
    })
    function Page() {
      const { cancel } = useCommands('h')
      const click = () => {
        for (const id of ['one', 'two', 'one']) cancel.mutate(id)
      }
      return <button onClick={click}>{`${cancel.isPending}`}</button>
    }
    renderWith(client, <Page />)
    fireEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(done).toHaveLength(2))
    const sent = client.sent.filter(({ name }) => name === 'CancelCommand')
    expect(sent.map(({ variables }) => variables['id'])).toEqual(['one', 'two'])
    await act(async () => {
      for (const resolve of done) resolve({ cancelCommand: { command: { id: 'one', status: 'CANCELED' } } })
    })
    await expectText('false')
  })

  it('report the state of the connection', async () => {
    const client = fakeClient({ Account: account() })
    function Badge() {
      const { status, since, transport } = useConnection()
      useAccount()
      return <p>{`${status} ${since?.getTime()} ${transport}`}</p>
    }
    renderWith(client, <Badge />)
    await expectText('live undefined sse')
    await client.setState({ state: 'waiting', since: 5, error: failure('NETWORK') })
    await expectText('waiting 5 null')
    await client.setState({ state: 'ended', reason: 'signed-out', error: undefined })
    await expectText('signed-out undefined null')
  })
})

describe('Rendering on a server', () => {
  it('hydrates without a difference', async () => {
    const client = fakeClient({ Entitlements: entitlements(entitlement()) })
    const page = (
      <StackgateProvider client={client}>
        <Usage />
      </StackgateProvider>
    )
    const root = document.createElement('div')
    // As packages/react/test/server-rendering.test.tsx renders it.
    root.innerHTML = '<p>unknown</p>'
    document.body.append(root)
    const errors: unknown[] = []
    const mounted = await act(async () =>
      hydrateRoot(root, page, { onRecoverableError: (error) => void errors.push(error) }),
    )
    await waitFor(() => expect(root.textContent).toBe('40 used, 60 left, live'))
    expect(errors).toEqual([])
    await act(async () => mounted.unmount())
  })
})
