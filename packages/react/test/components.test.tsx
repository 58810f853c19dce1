/** @jest-environment ./packages/react/test/environment.mjs */
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { StrictMode, type ReactNode } from 'react'
import {
  BillingManagementSection,
  CheckoutReturn,
  CommandLog,
  ConnectionBadge,
  CreditBalance,
  FeatureGate,
  InvoiceList,
  PricingTable,
  UsageMeter,
  type Labels,
} from '../src/index.js'
import {
  denial,
  denied,
  entitlement,
  entitlements,
  expectText,
  failure,
  fakeClient,
  renderWith,
  violations,
  type Answers,
} from './support.js'
import { account, checkout, command, invoice, listOf, plans, subscribed } from './records.js'

const GERMAN: Partial<Labels> = {
  loading: 'Wird geladen…',
  retry: 'Erneut versuchen',
  requestId: (id) => `Kennung der Anfrage: ${id}`,
  denialTitle: 'Das ist nicht möglich',
  denialTitles: { FEATURE_NOT_INCLUDED: 'Ihr Tarif enthält das nicht' },
  noPlans: 'Hier wird nichts verkauft.',
  noInvoices: 'Noch keine Rechnungen.',
  noCommands: 'Noch keine Befehle.',
  noCredits: 'Noch kein Guthaben.',
  usageNotIncluded: 'In Ihrem Tarif nicht enthalten',
  noPlan: 'Kein Tarif',
}

interface Case {
  readonly body: ReactNode
  readonly operation: string
  readonly ready: Answers
  readonly readyText: string | RegExp
  readonly empty: unknown
  /** Text without data, in German. */
  readonly emptyText: string
}

const CASES: Record<string, Case> = {
  PricingTable: {
    body: <PricingTable />,
    operation: 'Plans',
    ready: { Plans: plans, PlanOffers: plans, Account: account() },
    readyText: 'For a whole community.',
    empty: { plans: [] },
    emptyText: 'Hier wird nichts verkauft.',
  },
  UsageMeter: {
    body: <UsageMeter feature="ai_chat_message" />,
    operation: 'Entitlements',
    ready: {
      Entitlements: entitlements(entitlement()),
      Check: { check: { allowed: true, explain: [], denial: null } },
    },
    readyText: '40 of 100 used',
    empty: entitlements(),
    emptyText: 'In Ihrem Tarif nicht enthalten',
  },
  InvoiceList: {
    body: <InvoiceList />,
    operation: 'Invoices',
    ready: { Invoices: listOf('invoices', invoice()) },
    readyText: '$19.00',
    empty: listOf('invoices'),
    emptyText: 'Noch keine Rechnungen.',
  },
  CommandLog: {
    body: <CommandLog hash="abc" />,
    operation: 'DeploymentCommands',
    ready: { DeploymentCommands: { deployment: { id: 'd', cursor: 'c', commands: { nodes: [command()] } } } },
    readyText: 'Waiting',
    empty: { deployment: { id: 'd', cursor: 'c', commands: { nodes: [] } } },
    emptyText: 'Noch keine Befehle.',
  },
  CreditBalance: {
    body: <CreditBalance />,
    operation: 'Credits',
    ready: {
      Credits: {
        account: {
          usage: {
            credits: [
              {
                feature: { code: 'story', name: 'Stories', unit: 'story' },
                remaining: 1200,
                debt: 0,
                grants: { nodes: [{ id: 'g', remaining: 200, expiresAt: '2026-03-01T00:00:00Z' }] },
              },
            ],
          },
        },
      },
      Entitlements: entitlements(),
    },
    readyText: '200 expire on March 1, 2026',
    empty: { account: { usage: { credits: [] } } },
    emptyText: 'Noch kein Guthaben.',
  },
  BillingManagementSection: {
    body: <BillingManagementSection communityId="42" />,
    operation: 'Account',
    ready: { Account: subscribed() },
    readyText: 'Renews on February 15, 2026',
    empty: account({ plan: null }),
    emptyText: 'Kein Tarif',
  },
}

describe.each(Object.entries(CASES))('%s', (_name, { body, operation, ready, readyText, empty, emptyText }) => {
  it('shows that it is loading, then its data, without violations of accessibility rules', async () => {
    let answer: (value: unknown) => void = () => undefined
    const client = fakeClient({ ...ready, [operation]: () => new Promise((resolve) => (answer = resolve)) })
    renderWith(client, body)
    expect(screen.getByText('Loading…').parentElement!.getAttribute('aria-busy')).toBe('true')
    await waitFor(() => expect(client.sent.map(({ name }) => name)).toContain(operation))
    expect(await violations()).toEqual([])
    client.answers[operation] = ready[operation]
    answer(ready[operation])
    await expectText(readyText)
    expect(await violations()).toEqual([])
  })

  it('says in another language that it loads, and that there is nothing', async () => {
    const waiting = renderWith(fakeClient({ ...ready, [operation]: () => new Promise(() => undefined) }), body, {
      labels: GERMAN,
    })
    await expectText('Wird geladen…')
    expect(await violations()).toEqual([])
    waiting.unmount()
    renderWith(fakeClient({ ...ready, Check: { check: null }, [operation]: empty }), body, { labels: GERMAN })
    await expectText(emptyText)
    expect(await violations()).toEqual([])
  })

  it('shows an error with its request ID, and tries again on a key', async () => {
    const client = fakeClient({ ...ready, [operation]: failure('UNAVAILABLE') })
    renderWith(client, body, { labels: GERMAN })
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Billing is not available now. Try again in a minute.')
    expect(alert.textContent).toContain('Kennung der Anfrage: req_1')
    expect(await violations()).toEqual([])
    client.answers[operation] = ready[operation]
    screen.getByText('Erneut versuchen').focus()
    await userEvent.keyboard('{Enter}')
    await expectText(readyText)
  })

  it('uses the class names that it is given', async () => {
    renderWith(fakeClient(ready), body, { components: { Button: (props) => <button data-own {...props} /> } })
    await expectText(readyText)
    for (const button of screen.queryAllByRole('button')) expect(button.dataset['own']).toBeDefined()
  })
})

describe('Conditions of components', () => {
  it('shows a meter near its limit with the remedies of the server, live', async () => {
    const upgrade = {
      kind: 'UPGRADE_PLAN',
      label: 'Upgrade to Pro ($19.00 a month)',
      quantity: 1,
      mutation: 'startSubscription',
      input: { input: { plan: 'pro' } },
    }
    const client = fakeClient({
      Entitlements: entitlements(entitlement()),
      Check: { check: { allowed: false, explain: [], denial: denial('QUOTA_EXCEEDED', { remedies: [upgrade] }) } },
      startSubscription: { result: { checkout } },
    })
    const opened: string[] = []
    renderWith(client, <UsageMeter feature="ai_chat_message" />, { redirect: (url) => void opened.push(url) })
    await expectText('40 of 100 used')
    expect(screen.queryByText('The limit is near.')).toBeNull()
    const changed = entitlement({ revision: 2, used: 1800, limit: 2000, remaining: 200, percent: 90, nearLimit: true })
    client.answers['Entitlements'] = entitlements(changed)
    await client.emit('BillingEvents', { __typename: 'Event', type: 'usage.recorded', cursor: 'c2' })
    await expectText('1,800 of 2,000 used')
    expect(screen.getByRole('meter', { name: 'AI chat messages' }).getAttribute('aria-valuetext')).toBe(
      '1,800 of 2,000 used',
    )
    await expectText('The limit is near.')
    fireEvent.click(await screen.findByText('Upgrade to Pro ($19.00 a month)'))
    await waitFor(() => expect(opened).toEqual([checkout.url]))
    await expectText('Opening the payment page…')
    expect(await violations()).toEqual([])
  })

  it('keeps what it knows when it cannot be read again, and says so', async () => {
    const client = fakeClient({ Entitlements: entitlements(entitlement()) })
    const { queryClient } = renderWith(client, <UsageMeter feature="ai_chat_message" />)
    await expectText('40 of 100 used')
    await client.setState({ state: 'waiting', since: 5, error: failure('NETWORK') })
    client.answers['Entitlements'] = failure('UNAVAILABLE')
    await act(() => queryClient.refetchQueries())
    await expectText('Billing is not available now. Try again in a minute.')
    await expectText('40 of 100 used')
    client.answers['Entitlements'] = entitlements(entitlement({ used: 41 }))
    fireEvent.click(screen.getByText('Try again'))
    await expectText('41 of 100 used')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it.each([
    ['a member', account({ viewerCan: [] }), 'Owners and admins manage billing.', []],
    ['an admin without a subscription', account(), 'Free', ['Upgrade']],
    ['an admin with a subscription', subscribed(), 'Active', ['Manage billing', 'Cancel subscription']],
    [
      'a trial',
      subscribed({ status: 'trialing', trialEndsAt: '2026-02-01T00:00:00Z' }),
      'The trial ends on February 1, 2026',
      ['Manage billing', 'Cancel subscription'],
    ],
    [
      'the payer of a first invoice',
      subscribed({ status: 'incomplete' }),
      'The plan begins when its first invoice is paid.',
      ['Pay now', 'Cancel subscription'],
    ],
    ['a failed payment', subscribed({ status: 'past_due' }), 'Payment failed', ['Pay now', 'Cancel subscription']],
    [
      'a cancellation',
      subscribed({ cancelAt: '2026-02-15T00:00:00Z' }),
      'Ends on February 15, 2026',
      ['Manage billing', 'Keep subscription'],
    ],
  ])('shows the billing section to %s', async (_what, data, text, buttons) => {
    renderWith(fakeClient({ Account: data }), <BillingManagementSection communityId="42" />)
    await expectText(text)
    expect(screen.queryAllByRole('button').map(({ textContent }) => textContent)).toEqual(buttons)
    expect(await violations()).toEqual([])
  })

  it('cancels a subscription of any account only after its terms are confirmed', async () => {
    const client = fakeClient({
      Account: subscribed(),
      Subscription: { account: null },
      PreviewCancellation: {
        previewCancellation: {
          effectiveAt: '2026-02-15T00:00:00Z',
          credit: { decimal: '0.00', formatted: '$0.00' },
          denial: null,
        },
      },
      CancelSubscription: { cancelSubscription: { subscription: { id: 'sub_1' }, denial: null } },
    })
    renderWith(client, <BillingManagementSection accountId="customer:42" />)
    const names = () => client.sent.map(({ name }) => name)
    fireEvent.click(await screen.findByText('Cancel subscription'))
    await expectText('Ends on February 15, 2026')
    expect(await violations()).toEqual([])
    expect(names()).not.toContain('CancelSubscription')
    fireEvent.click(screen.getByText('Not now'))
    expect(names()).not.toContain('CancelSubscription')
    fireEvent.click(screen.getByText('Cancel subscription'))
    await expectText('Ends on February 15, 2026')
    fireEvent.click(screen.getByText('Cancel subscription'))
    await waitFor(() => expect(names()).toContain('CancelSubscription'))
    const { variables } = client.sent.find(({ name }) => name === 'CancelSubscription')!
    expect(variables).toMatchObject({ accountId: 'customer:42' })
  })

  it('takes a cancellation back only after a confirmation', async () => {
    const client = fakeClient({
      Account: subscribed({ cancelAt: '2026-02-15T00:00:00Z' }),
      Subscription: { account: null },
      ResumeSubscription: { resumeSubscription: { subscription: { id: 'sub_1' }, denial: null } },
    })
    renderWith(client, <BillingManagementSection accountId="customer:42" />)
    fireEvent.click(await screen.findByText('Keep subscription'))
    await expectText('Renews on February 15, 2026')
    expect(client.sent.map(({ name }) => name)).not.toContain('ResumeSubscription')
    fireEvent.click(screen.getByText('Keep subscription'))
    await waitFor(() => expect(client.sent.map(({ name }) => name)).toContain('ResumeSubscription'))
  })

  it('pauses a subscription only after its terms are confirmed', async () => {
    const client = fakeClient({
      Account: subscribed({ supportedActions: ['PAUSE'] }),
      Subscription: { account: null },
      PreviewPause: {
        previewPause: {
          paidUntil: '2026-02-15T00:00:00Z',
          resumesAt: '2026-05-15T00:00:00Z',
          keepsAccess: false,
          denial: null,
        },
      },
      PauseSubscription: { pauseSubscription: { subscription: { id: 'sub_1' }, denial: null } },
    })
    renderWith(client, <BillingManagementSection accountId="customer:42" />)
    fireEvent.click(await screen.findByText('Pause subscription'))
    await expectText(
      'Nothing is charged from February 15, 2026 until May 15, 2026. The plan is suspended in this time.',
    )
    expect(await violations()).toEqual([])
    expect(client.sent.map(({ name }) => name)).not.toContain('PauseSubscription')
    fireEvent.click(screen.getByText('Pause subscription'))
    await waitFor(() => expect(client.sent.map(({ name }) => name)).toContain('PauseSubscription'))
    await expectText('Cancel subscription')
  })

  it('ends a pause only after its payment is confirmed', async () => {
    const pause = { resumesAt: '2026-05-15T00:00:00Z', paidUntil: '2026-02-15T00:00:00Z', resumed: false }
    const client = fakeClient({
      Account: subscribed({ status: 'paused', pause }),
      Subscription: { account: null },
      PreviewResumption: {
        previewResumption: {
          dueNow: { decimal: '19.00', formatted: '$19.00' },
          nextPaymentAt: '2026-04-01T00:00:00Z',
          denial: null,
        },
      },
      ResumeSubscription: { resumeSubscription: denied('PAYMENT_FAILED') },
    })
    renderWith(client, <BillingManagementSection accountId="customer:42" />)
    await expectText('Paused until May 15, 2026')
    fireEvent.click(await screen.findByText('Resume subscription'))
    await expectText('Due today: $19.00')
    await expectText('Renews on April 1, 2026')
    fireEvent.click(screen.getByText('Resume subscription'))
    await expectText('Message of PAYMENT_FAILED.')
    expect(client.sent.map(({ name }) => name)).toContain('ResumeSubscription')
  })

  it('says to buyers that billing does not respond, without an address', async () => {
    const message = 'No response from http://127.0.0.1:4000/graphql.'
    renderWith(
      fakeClient({ Account: failure('NETWORK', message) }),
      <BillingManagementSection accountId="customer:42" />,
    )
    await expectText('Billing does not respond. Check your connection, and try again.')
    expect(screen.queryByText(message)).toBeNull()
  })

  it.each(['NO_ACTIVE_SUBSCRIPTION', 'PROVIDER_UNAVAILABLE', 'RATE_LIMITED', 'NOT_SUPPORTED_BY_PROVIDER'])(
    'shows the sentence of %s in the billing section',
    async (code) => {
      const client = fakeClient({ Account: subscribed(), OpenBillingPortal: { openBillingPortal: denied(code) } })
      renderWith(client, <BillingManagementSection communityId="42" />)
      fireEvent.click(await screen.findByText('Manage billing'))
      await expectText(`Message of ${code}.`)
    },
  )

  it('never shows gated children before their condition is known', async () => {
    const client = fakeClient({
      Entitlements: entitlements(entitlement({ granted: false, remaining: 0 })),
      Check: { check: { allowed: false, explain: [], denial: denial('FEATURE_NOT_INCLUDED') } },
    })
    const seen: string[] = []
    const Secret = () => {
      seen.push('rendered')
      return <p>secret</p>
    }
    const gate = (
      <FeatureGate feature="ai_chat_message">
        <Secret />
      </FeatureGate>
    )
    renderWith(client, gate)
    await expectText('Your plan does not include this')
    expect(seen).toEqual([])
    client.answers['Entitlements'] = entitlements(entitlement({ revision: 2 }))
    await client.emit('BillingEvents', { __typename: 'Event', type: 'override.created', cursor: 'c2' })
    await expectText('secret')
  })

  it('says a denial in another language', async () => {
    const client = fakeClient({
      Entitlements: entitlements(entitlement({ granted: false, remaining: 0 })),
      Check: { check: { allowed: false, explain: [], denial: denial('FEATURE_NOT_INCLUDED') } },
    })
    renderWith(client, <FeatureGate feature="ai_chat_message">secret</FeatureGate>, { labels: GERMAN })
    await expectText('Ihr Tarif enthält das nicht')
    client.answers['Check'] = { check: { allowed: false, explain: [], denial: denial('CONTACT_REQUIRED') } }
    await client.emit('BillingEvents', { __typename: 'Event', type: 'override.created', cursor: 'c2' })
    await expectText('Das ist nicht möglich')
    expect(await violations()).toEqual([])
  })

  it('offers the step that fits the account, and says who can pay', async () => {
    const answers = {
      Plans: plans,
      PlanOffers: plans,
      Account: account({ viewerCan: [] }),
      ChangePlan: { changePlan: {} },
    }
    const client = fakeClient(answers)
    renderWith(client, <PricingTable />)
    const button = await screen.findByText('Upgrade to Pro')
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'))
    expect(button.getAttribute('aria-describedby')).toBe(
      (await screen.findByText('Only an owner or admin of the account can pay.')).id,
    )
    fireEvent.click(button)
    expect(client.sent.map(({ name }) => name)).not.toContain('ChangePlan')
    fireEvent.click(screen.getByLabelText('Yearly'))
    await expectText('$190.00')
  })

  it('starts nothing before the offers for the account are known', async () => {
    let arrive: (data: unknown) => void = () => undefined
    const subscribing = {
      plans: plans.plans.map((plan) => ({ ...plan, offer: { ...plan.offer, action: 'SUBSCRIBE', denial: null } })),
    }
    const client = fakeClient({
      Plans: plans,
      PlanOffers: () => new Promise((resolve) => (arrive = resolve)),
      Account: account(),
      StartSubscription: { startSubscription: checkout },
    })
    renderWith(client, <PricingTable />)
    const button = await screen.findByRole('button', { name: 'Get Pro' })
    fireEvent.click(button)
    arrive(subscribing)
    await waitFor(() => expect(button.getAttribute('aria-disabled')).not.toBe('true'))
    const started = () => client.sent.map(({ name }) => name).filter((name) => /^(Change|Start)/.test(name))
    expect(started()).toEqual([])
    fireEvent.click(button)
    await waitFor(() => expect(started()).toEqual(['StartSubscription']))
  })

  it('shows that the offers for the account could not be read, and reads them again', async () => {
    const client = fakeClient({ Plans: plans, PlanOffers: failure('UNAVAILABLE'), Account: account() })
    renderWith(client, <PricingTable />)
    await expectText('Billing is not available now. Try again in a minute.')
    client.answers['PlanOffers'] = plans
    fireEvent.click(await screen.findByRole('button', { name: 'Try again' }))
    await expectText('Upgrade to Pro')
  })

  it.each([
    ['?session_id=cs_1&x=1', 'COMPLETED', 'Paid. You have Pro.'],
    ['?session_id=cs_1&stripe_status=success', 'PROCESSING', /^The bank is still deciding/],
    ['?session_id=cs_1', 'FAILED', 'The payment was not made.'],
    ['?stripe_status=cancel', 'OPEN', 'Nothing was paid.'],
    ['?cancelled=1', 'OPEN', 'Nothing was paid.'],
  ])('shows the return %s with a checkout that is %s', async (search, status, text) => {
    window.history.replaceState(null, '', `/return${search}`)
    const found = { ...checkout, status }
    renderWith(
      fakeClient({ ConfirmCheckout: { confirmCheckout: { checkout: found } }, Checkout: { checkout: found } }),
      <CheckoutReturn />,
    )
    await expectText(text)
    expect(window.location.search).toBe(search.includes('x=1') ? '?x=1' : '')
  })

  it('shows a return in each component that follows it, and not in later ones', async () => {
    window.history.replaceState(null, '', '/return?session_id=cs_1')
    const found = { ...checkout, status: 'COMPLETED' }
    const client = fakeClient({
      ConfirmCheckout: { confirmCheckout: { checkout: found } },
      Checkout: { checkout: found },
    })
    const both = [<CheckoutReturn key="1" />, <CheckoutReturn key="2" />]
    const page = renderWith(client, both, { wrapper: (body) => <StrictMode>{body}</StrictMode> })
    await waitFor(() => expect(screen.getAllByText('Paid. You have Pro.')).toHaveLength(2))
    expect(client.sent.filter(({ name }) => name === 'ConfirmCheckout')).toHaveLength(1)
    page.show([<CheckoutReturn key="2" />, <CheckoutReturn key="3" />])
    await waitFor(() => expect(screen.getAllByText('Paid. You have Pro.')).toHaveLength(2))
    page.show([])
    page.show([<CheckoutReturn key="4" />])
    await act(() => new Promise((resolve) => setTimeout(resolve, 20)))
    expect(screen.queryByText('Paid. You have Pro.')).toBeNull()
  })

  it('shows a payment of another account as unknown, and one that arrives later by itself', async () => {
    const client = fakeClient({ ConfirmCheckout: failure('NOT_FOUND') })
    const page = renderWith(client, <CheckoutReturn returned={{ status: 'success', sessionId: 'cs_9' }} />)
    await expectText(/^This payment is not known here/)
    client.answers['ConfirmCheckout'] = { confirmCheckout: { checkout: { ...checkout, status: 'OPEN' } } }
    client.answers['Checkout'] = { checkout: { ...checkout, status: 'OPEN' } }
    page.show(<CheckoutReturn returned={{ status: 'success', sessionId: 'cs_2' }} />)
    await expectText('Confirming your payment…')
    client.answers['ConfirmCheckout'] = { confirmCheckout: { checkout: { ...checkout, status: 'COMPLETED' } } }
    await client.emit('BillingEvents', { __typename: 'Event', type: 'checkout.completed' })
    await expectText('Paid. You have Pro.')
  })

  it('names the state of the connection', async () => {
    const client = fakeClient({ Account: account() })
    renderWith(client, [<ConnectionBadge key="1" />, <BillingManagementSection key="2" communityId="1" />])
    await expectText('Live')
    await client.setState({ state: 'waiting', since: 0, error: failure('NETWORK') })
    await expectText(/^Not live since/)
  })
})
