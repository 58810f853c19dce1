/** @jest-environment ./packages/react/test/environment.mjs */
import { screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { MemberList, Seats, UsageChart, type AccountLabels } from '../src/account/index.js'
import { BillingBanner, useSubscription } from '../src/index.js'
import { planChangePreview, subscribed } from './records.js'
import {
  denied,
  entitlement,
  entitlements,
  expectText,
  failure,
  fakeClient,
  price,
  renderWith,
  violations,
  type Answers,
} from './support.js'

const end = { hasNextPage: false, endCursor: null }
const user = (id: string, name: string | null) => ({ id, name, email: `${id}@example.com` })
const member = (id: string, name: string | null, role = 'MEMBER') => ({
  id: `mem_${id}`,
  role,
  createdAt: '2026-01-15T00:00:00Z',
  user: user(id, name),
})
const members = (...nodes: object[]) => ({ account: { id: 'acc_1', members: { nodes, pageInfo: end } } })
const license = (assigned: number, ...holders: object[]) => ({
  feature: { code: 'dev', name: 'Developer seats' },
  limit: 2,
  assignedCount: assigned,
  remaining: 2 - assigned,
  holders: { nodes: holders.map((each) => ({ user: each, assignedAt: '2026-01-15T00:00:00Z' })), pageInfo: end },
})
const seats = (...list: object[]) => ({ account: { id: 'acc_1', usage: { seats: list } } })

/** A subscription of five seats at nine dollars. */
const subscription = (changes: object = {}, viewerCan = ['BILLING_MANAGE']) => ({
  account: {
    id: 'acc_1',
    cursor: 'c1',
    viewerCan,
    billing: {
      subscription: {
        status: 'ACTIVE',
        quantity: 5,
        plan: { id: 'p', code: 'team', name: 'Team' },
        scheduledChange: null,
        items: [{ id: 'i', quantity: 5, price: price('$9.00', 'MONTH', 'seat'), package: null }],
        ...changes,
      },
    },
  },
})

const GERMAN: Partial<AccountLabels> = { noSeats: 'Dieser Tarif hat keine Plätze.', noMembers: 'Noch niemand.' }

describe('Seats', () => {
  const setUp = (answers: Answers = {}) => {
    const client = fakeClient({
      Subscription: subscription(),
      Seats: seats(),
      PreviewPlanChange: planChangePreview(),
      ChangePlan: { changePlan: { actionUrl: null, effectiveAt: '2026-01-20T00:00:00Z', denial: null } },
      ...answers,
    })
    const page = renderWith(client, <Seats />)
    const sent = (name: string) => client.sent.filter((each) => each.name === name).map(({ variables }) => variables)
    return { client, sent, page }
  }
  const change = async (quantity: string) => {
    await userEvent.click(await screen.findByRole('button', { name: 'Change the number' }))
    const field = await screen.findByLabelText('Number of units (seat)')
    await userEvent.clear(field)
    await userEvent.type(field, quantity)
  }

  it('shows the money of another number, and changes it after the confirmation', async () => {
    const { client, sent } = setUp()
    await expectText('Paid for: 5 × seat')
    await change('8')
    await expectText('Due today: $19.00')
    await expectText('Next payment: $39.00 on February 15, 2026')
    expect(sent('PreviewPlanChange')).toEqual([
      { input: { plan: 'team', interval: { unit: 'MONTH', count: 1 }, quantity: 8 } },
    ])
    expect([sent('ChangePlan'), await violations()]).toEqual([[], []])
    // The event of the change can arrive before its response is shown.
    client.answers['Subscription'] = subscription({ quantity: 8 })
    await userEvent.click(screen.getByRole('button', { name: 'Pay $19.00 and confirm' }))
    await client.emit('BillingEvents', { __typename: 'Event', type: 'subscription.updated', cursor: 'c2' })
    await expectText('Paid for: 8 × seat')
    await expectText('The number changes to 8 on January 20, 2026.')
    expect(sent('ChangePlan')).toMatchObject([{ input: { plan: 'team', quantity: 8 } }])
    await userEvent.click(screen.getByRole('button', { name: 'Continue' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })

  it('asks for no price of the number that is paid for, and confirms nothing while a price is unknown', async () => {
    const { client, sent } = setUp({ PreviewPlanChange: { previewPlanChange: denied('PAYMENT_FAILED') } })
    await change('5')
    expect(screen.queryByRole('button', { name: /onfirm/ })).toBeNull()
    await change('6').catch(() => undefined)
    const field = screen.getByLabelText('Number of units (seat)')
    await userEvent.clear(field)
    await userEvent.type(field, '6')
    await expectText('Message of PAYMENT_FAILED.')
    expect([screen.queryByRole('button', { name: /onfirm/ }), sent('ChangePlan')]).toEqual([null, []])
    expect(client.sent.some(({ name }) => name === 'PreviewPlanChange')).toBe(true)
  })

  it('shows a scheduled number', async () => {
    const scheduledChange = { effectiveAt: '2026-02-15T00:00:00Z', quantity: 3 }
    setUp({ Subscription: subscription({ scheduledChange }) })
    await expectText('From February 15, 2026: 3')
  })

  it('assigns a seat to a member without one, and frees it after a confirmation', async () => {
    const { client, sent } = setUp({
      Subscription: subscription({ items: [] }),
      Seats: seats(license(1, user('ann', 'Ann'))),
      Members: members(member('bob', 'Bob'), member('eve', null)),
      AssignSeat: { assignSeat: { account: { id: 'acc_1' }, denial: null } },
      UnassignSeat: { unassignSeat: { account: { id: 'acc_1' }, denial: null } },
    })
    await expectText('1 of 2 assigned')
    await userEvent.click(screen.getByRole('button', { name: 'Assign a seat: Developer seats' }))
    await userEvent.selectOptions(await screen.findByLabelText('Member'), 'eve@example.com')
    expect(await violations()).toEqual([])
    client.answers['Seats'] = seats(license(2, user('ann', 'Ann'), user('eve', null)))
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Assign a seat' }))
    await expectText('2 of 2 assigned')
    expect([sent('AssignSeat'), sent('Members')]).toEqual([
      [{ feature: 'dev', userId: 'eve' }],
      [{ first: 50, filter: { withoutSeat: 'dev' } }],
    ])
    await userEvent.click(screen.getByRole('button', { name: 'Free the seat of Ann: Developer seats' }))
    expect(sent('UnassignSeat')).toEqual([])
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Free the seat' }))
    await waitFor(() => expect(sent('UnassignSeat')).toEqual([{ feature: 'dev', userId: 'ann' }]))
  })

  it('offers remedies when no seat is free', async () => {
    const remedies = [{ kind: 'CONTACT_SALES', label: 'Contact us', url: 'https://sales.example' }]
    setUp({
      Subscription: subscription({ items: [] }),
      Seats: seats(license(2, user('ann', 'Ann'))),
      Members: members(member('bob', 'Bob')),
      AssignSeat: { assignSeat: { account: null, ...denied('LIMIT_REACHED', { remedies }) } },
    })
    await userEvent.click(await screen.findByRole('button', { name: 'Assign a seat: Developer seats' }))
    await screen.findByLabelText('Member')
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Assign a seat' }))
    await expectText('Message of LIMIT_REACHED.')
    await screen.findByRole('button', { name: 'Contact us' })
  })

  it('has no buttons for members, and says if there are no seats', async () => {
    const { client, page } = setUp({
      Subscription: subscription({}, ['BILLING_READ']),
      Seats: seats(license(1, user('ann', 'Ann'))),
    })
    await expectText('Owners and admins manage billing.')
    expect(screen.queryAllByRole('button')).toEqual([])
    client.answers['Subscription'] = subscription({ items: [] })
    client.answers['Seats'] = seats()
    page.show(<Seats accountId="acc_2" labels={GERMAN} />)
    await expectText('Dieser Tarif hat keine Plätze.')
  })
})

describe('MemberList', () => {
  it('names members, roles and the limit', async () => {
    renderWith(
      fakeClient({
        Members: members(member('ann', 'Ann', 'OWNER'), member('bob', null)),
        Entitlements: entitlements(
          entitlement({ feature: { code: 'members', name: 'Members', kind: 'LIMIT' }, used: 2, limit: 5 }),
        ),
      }),
      <MemberList />,
    )
    await expectText('2 of 5 members')
    const rows = screen.getAllByRole('row').map(({ textContent }) => textContent)
    expect(rows).toEqual(['NameRoleMember since', 'AnnOwnerJanuary 15, 2026', 'bob@example.comMemberJanuary 15, 2026'])
    expect(await violations()).toEqual([])
  })

  it('says that there are no members, and that the caller may not read them', async () => {
    const client = fakeClient({ Members: members(), Entitlements: entitlements() })
    const page = renderWith(client, <MemberList labels={GERMAN} />)
    await expectText('Noch niemand.')
    client.answers['Members'] = { account: { id: 'acc_1', members: null } }
    page.show(<MemberList accountId="acc_2" />)
    await expectText(/^You have no permission for this\./)
  })
})

describe('UsageChart', () => {
  const day = (date: string, units: number) => ({ from: `${date}T00:00:00Z`, to: null, value: { units } })
  const usage = (...points: object[]) => ({
    account: { usage: { metrics: { nodes: [{ metric: 'USAGE', groups: [], points }], pageInfo: end } } },
  })

  it('draws a bar for each day, and has the same numbers in a table', async () => {
    const client = fakeClient({
      Usage: usage(day('2026-01-14', 30), day('2026-01-15', 1200), day('2026-01-16', 0)),
      Entitlements: entitlements(entitlement()),
    })
    renderWith(client, <UsageChart feature="ai_chat_message" from="2026-01-14T00:00:00Z" />)
    await expectText('Use of AI chat messages')
    const chart = await screen.findByRole('img', { name: '1,230 from January 14, 2026 to January 16, 2026' })
    const heights = [...chart.querySelectorAll('rect')].map((bar) => bar.getAttribute('height'))
    expect(heights).toEqual(['2.5', '100', '0'])
    await userEvent.click(screen.getByText('Show as a table'))
    expect(screen.getAllByRole('row').map(({ textContent }) => textContent)).toEqual([
      'PeriodUsed',
      'January 14, 202630',
      'January 15, 20261,200',
      'January 16, 20260',
    ])
    expect(client.sent.find(({ name }) => name === 'Usage')!.variables).toMatchObject({
      features: ['ai_chat_message'],
      from: '2026-01-14T00:00:00Z',
    })
    expect(await violations()).toEqual([])
  })

  it('says that nothing was used, and that the request failed', async () => {
    const client = fakeClient({ Usage: usage(day('2026-01-14', 0)), Entitlements: entitlements() })
    const page = renderWith(client, <UsageChart feature="ai_chat_message" />)
    await expectText('Nothing was used in this time.')
    client.answers['Usage'] = failure('UNAVAILABLE')
    page.show(<UsageChart feature="ai_chat_message" accountId="acc_2" />)
    await expectText('Billing is not available now. Try again in a minute.')
  })
})

describe('BillingBanner', () => {
  it('opens the page of the payment after a failed one', async () => {
    const opened: string[] = []
    const client = fakeClient({
      Account: subscribed({ status: 'PAST_DUE', graceEndsAt: '2026-02-20T00:00:00Z' }),
      OpenBillingPortal: { openBillingPortal: { url: 'https://pay.example/portal', denial: null } },
    })
    renderWith(client, <BillingBanner />, { redirect: (url) => void opened.push(url) })
    expect((await screen.findByRole('alert')).textContent).toContain('Without a payment it ends on February 20, 2026.')
    expect(await violations()).toEqual([])
    await userEvent.click(screen.getByRole('button', { name: 'Pay now' }))
    await waitFor(() => expect(opened).toEqual(['https://pay.example/portal']))
  })

  it.each([
    [{ status: 'TRIALING', trialEndsAt: '2026-01-29T00:00:00Z' }, 'The trial ends on January 29, 2026'],
    [{ status: 'ACTIVE', cancelAt: '2026-02-15T00:00:00Z' }, 'The subscription ends on February 15, 2026'],
  ])('names the date of %j', async (state, text) => {
    renderWith(fakeClient({ Account: subscribed(state) }), <BillingBanner />)
    expect((await screen.findByRole('status')).textContent).toContain(text)
  })

  it.each([
    { status: 'ACTIVE', cancelAt: null },
    { status: 'CANCELED', cancelAt: '2026-01-01T00:00:00Z' },
  ])('shows nothing for %j', async (state) => {
    const client = fakeClient({ Account: subscribed(state) })
    const { container } = renderWith(client, <BillingBanner />)
    await waitFor(() => expect(client.sent.map(({ name }) => name)).toContain('Account'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(container.textContent).toBe('')
  })
})

describe('useSubscription', () => {
  it('returns the subscription as its data, and the account of it', async () => {
    function Probe() {
      const { data, account } = useSubscription()
      return <p>{`${data?.plan?.name} ${data?.quantity} ${account?.id}`}</p>
    }
    renderWith(fakeClient({ Subscription: subscription() }), <Probe />)
    await expectText('Team 5 acc_1')
  })
})
