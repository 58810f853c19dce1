/** @jest-environment ./packages/react/test/environment.mjs */
import { screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { AccountCalendar, AutoTopUps, SpendCaps, UsageAlerts, type SpendingLabels } from '../src/spending/index.js'
import {
  denial,
  denied,
  expectText,
  failure,
  fakeClient,
  renderWith,
  violations,
  type Answers,
  type FakeClient,
} from './support.js'

const feature = { code: 'ai_credits', name: 'AI credits' }
const managing = { id: 'acc_1', viewerCan: ['ACCOUNT_READ', 'BILLING_MANAGE'] }
const money = (decimal: string) => ({ currency: 'USD', decimal, formatted: `$${decimal}` })
const term = {
  feature,
  period: 'MONTH',
  member: null,
  setByOperator: false,
  resetsAt: '2026-02-01T00:00:00Z',
  alertPercents: [80],
}
const units = (amount: number) => ({ units: amount, money: null })
const cost = (decimal: string) => ({ units: null, money: money(decimal) })
const unitCap = {
  ...term,
  id: 'cap_1',
  limit: units(500),
  used: units(120),
  reserved: units(30),
  remaining: units(350),
}
const moneyCap = {
  ...term,
  id: 'cap_2',
  limit: cost('50.00'),
  used: cost('50.00'),
  reserved: cost('0.00'),
  remaining: cost('0.00'),
}
const bob = { id: 'usr_2', name: 'Bob', email: null }
const caps = (nodes: readonly object[], account: object = {}) => ({
  account: {
    ...managing,
    usage: { currency: 'USD', spendCaps: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } },
    ...account,
  },
  features: [{ ...feature, unit: 'credit', cappable: true, cappableInMoney: true }],
})
const member = (id: string, name: string) => ({ user: { id, name, email: null } })
const members = { account: { id: 'acc_1', members: { nodes: [member('usr_1', 'Ann'), member('usr_2', 'Bob')] } } }
const alert = {
  id: 'alr_1',
  feature,
  basis: 'ALLOWANCE',
  percent: 50,
  units: 50,
  base: 100,
  used: 40,
  balance: null,
  forecast: 120,
  reached: false,
  resetsAt: null,
}
const usageAlerts = [
  alert,
  { ...alert, id: 'alr_2', percent: 80, units: 80 },
  { ...alert, id: 'alr_3', percent: null, units: 1500 },
  { ...alert, id: 'alr_4', basis: 'FORECAST', percent: null, units: null },
  { ...alert, id: 'alr_5', basis: 'BALANCE', percent: 10, units: 10, used: null, balance: 60, forecast: null },
]
const alerts = (account: object | null) => ({ account, features: [{ ...feature, usageAlertable: true }] })
const pack = {
  code: 'credits_10k',
  name: '10,000 credits',
  autoTopUpAvailable: true,
  grants: [{ amount: 10_000, feature }],
}
const auto = {
  feature,
  package: { id: 'pkg_1', code: pack.code, name: pack.name },
  quantity: 1,
  threshold: 1000,
  price: money('5.00'),
  maxPerMonth: 3,
  thisMonthCount: 1,
  status: 'ACTIVE',
  stopReason: null,
  stoppedAt: null,
}
const topUps = (...autoTopUps: object[]) => ({ account: { ...managing, billing: { autoTopUps, topUps: [] } } })
const preview = {
  allowed: true,
  feature,
  price: { amountMinor: 500, ...money('5.00') },
  maxPricePerMonth: money('15.00'),
  units: 10_000,
  balance: 700,
  chargesNow: true,
  provider: 'STRIPE',
  paymentMethod: { kind: 'CARD', label: 'Visa •••• 4242' },
  denial: null,
}
const shared: Answers = {
  Members: members,
  TopUpChoices: { packages: [pack], features: [] },
  Entitlements: { account: { id: 'acc_1', revision: 1, cursor: 'c1', usage: { entitlements: [] } } },
}

const GERMAN: Partial<SpendingLabels> = {
  noCaps: 'Es gibt keine Obergrenze.',
  noAlerts: 'Keine Hinweise',
  noTopUps: 'Keine automatische Aufladung.',
  noDates: 'Kein Termin ist bekannt.',
  spendingDenied: 'Das sehen nur Eigentümer.',
}

interface Case {
  readonly body: ReactNode
  readonly operation: string
  readonly ready: unknown
  readonly readyText: string | RegExp
  readonly empty: unknown
  /** Text without data, in German. */
  readonly emptyText: string
  /** The result for a caller who may not read it. */
  readonly forbidden: unknown
}

const CASES: Record<string, Case> = {
  SpendCaps: {
    body: <SpendCaps />,
    operation: 'SpendCaps',
    ready: caps([unitCap]),
    readyText: /^120 of 500 used/,
    empty: caps([]),
    emptyText: 'Es gibt keine Obergrenze.',
    forbidden: caps([], { usage: null, viewerCan: [] }),
  },
  UsageAlerts: {
    body: <UsageAlerts />,
    operation: 'Alerts',
    ready: alerts({ ...managing, usage: { alerts: usageAlerts } }),
    readyText: '40 of 100 of the allowance used',
    empty: alerts({ ...managing, usage: { alerts: [] } }),
    emptyText: 'Keine Hinweise',
    forbidden: alerts(null),
  },
  AutoTopUps: {
    body: <AutoTopUps />,
    operation: 'AutoTopUps',
    ready: topUps(auto),
    readyText: 'Buys 10,000 credits for $5.00 when fewer than 1,000 are left (AI credits).',
    empty: topUps(),
    emptyText: 'Keine automatische Aufladung.',
    forbidden: { account: { id: 'acc_1', viewerCan: [], billing: null } },
  },
  AccountCalendar: {
    body: <AccountCalendar />,
    operation: 'Calendar',
    ready: {
      account: {
        billing: {
          calendar: {
            nodes: [
              {
                kind: 'RENEWAL',
                at: '2026-02-15T00:00:00Z',
                plan: { name: 'Pro' },
                money: money('20.00'),
                feature: null,
                amount: null,
              },
              { kind: 'CREDITS_EXPIRE', at: '2026-03-01T00:00:00Z', plan: null, money: null, feature, amount: 1200 },
            ],
          },
        },
      },
    },
    readyText: '1,200 of AI credits expire',
    empty: { account: { billing: { calendar: { nodes: [] } } } },
    emptyText: 'Kein Termin ist bekannt.',
    forbidden: { account: null },
  },
}

const inputOf = (client: FakeClient, name: string) =>
  inputIn(client.sent.filter((each) => each.name === name).at(-1)?.variables)

const inputIn = (variables: Record<string, unknown> | undefined): unknown => variables?.['input'] ?? variables

describe.each(Object.entries(CASES))(
  '%s',
  (_name, { body, operation, ready, readyText, empty, emptyText, forbidden }) => {
    it('shows that it is loading, then its data, without violations of accessibility rules', async () => {
      let arrive: (value: unknown) => void = () => undefined
      const client = fakeClient({ ...shared, [operation]: () => new Promise((resolve) => (arrive = resolve)) })
      renderWith(client, body)
      expect(screen.getByText('Loading…').parentElement!.getAttribute('aria-busy')).toBe('true')
      await waitFor(() => expect(client.sent.map(({ name }) => name)).toContain(operation))
      arrive(ready)
      await expectText(readyText)
      expect(await violations()).toEqual([])
    })

    it('says in another language that there is nothing, and that the caller may not read it', async () => {
      const found = renderWith(fakeClient({ ...shared, [operation]: empty }), body, { labels: GERMAN })
      await expectText(emptyText)
      expect(await violations()).toEqual([])
      found.unmount()
      renderWith(fakeClient({ ...shared, [operation]: forbidden }), body, { labels: GERMAN })
      await expectText('Das sehen nur Eigentümer.')
      expect(screen.queryAllByRole('button')).toEqual([])
    })

    it('shows an error with its request ID, and tries again on a key', async () => {
      const client = fakeClient({ ...shared, [operation]: failure('UNAVAILABLE') })
      renderWith(client, body)
      expect((await screen.findByRole('alert')).textContent).toContain('Request ID: req_1')
      client.answers[operation] = ready
      screen.getByText('Try again').focus()
      await userEvent.keyboard('{Enter}')
      await expectText(readyText)
    })
  },
)

describe('SpendCaps', () => {
  it('shows caps in units, in money and of members, and says which is reached', async () => {
    const data = caps([
      unitCap,
      { ...unitCap, id: 'cap_3', setByOperator: true, period: 'DAY' },
      moneyCap,
      { ...unitCap, id: 'cap_4', member: bob },
      { ...unitCap, id: 'cap_6', period: 'BILLING_PERIOD', limit: units(100), remaining: units(0) },
      { ...moneyCap, id: 'cap_5', used: cost('12.50'), remaining: cost('37.50'), member: bob },
    ])
    renderWith(fakeClient({ ...shared, SpendCaps: data }), <SpendCaps />)
    const region = (name: string) => screen.findByRole('region', { name })
    const own = await region('AI credits per calendar month')
    expect(within(own).getByRole('meter').getAttribute('aria-valuetext')).toBe('120 of 500 used')
    expect(own.textContent).toContain('30 reserved')
    expect(own.textContent).toContain('Starts again on February 1, 2026 · Alerts at 80%')
    expect((await region('Cost of AI credits per calendar month')).textContent).toContain('The cap is reached.')
    await region('AI credits per calendar month: Bob')
    const ofBob = await region('Cost of AI credits per calendar month: Bob')
    expect(ofBob.textContent).toContain('$12.50 of $50.00 used')
    expect(ofBob.textContent).not.toContain('The cap is reached.')
    const lowered = await region('AI credits per billing period')
    expect(within(lowered).getByRole('meter').getAttribute('aria-valuetext')).toBe('120 used, over the limit of 100')
    const operators = await region('AI credits per day')
    expect([within(operators).queryAllByRole('button'), operators.textContent.includes('Only an operator')]).toEqual([
      [],
      true,
    ])
    expect(await violations()).toEqual([])
  })

  it('sets a cap of a member by keyboard, and keeps the key of a call whose outcome is unknown', async () => {
    const client = fakeClient({ ...shared, SpendCaps: caps([]), SetSpendCap: failure('TIMEOUT') })
    renderWith(client, <SpendCaps />)
    ;(await screen.findByText('Set a cap')).focus()
    await userEvent.keyboard('{Enter}')
    const dialog = await screen.findByRole('dialog', { name: 'Set a cap' })
    await userEvent.selectOptions(await within(dialog).findByLabelText('Member'), 'Bob')
    const levels = within(dialog).getByLabelText('Alerts, in percent of the cap')
    await userEvent.type(levels, ', 12.5')
    await userEvent.type(within(dialog).getByLabelText('Most in a period (credit)'), '250{Enter}')
    await expectText(/^Whole numbers from 1 to 100/)
    expect(inputOf(client, 'SetSpendCap')).toBeUndefined()
    await userEvent.clear(levels)
    await userEvent.type(levels, '80, 100{Enter}')
    await expectText('This did not work. Try again, or contact support.')
    expect(await violations()).toEqual([])
    client.answers['SetSpendCap'] = { setSpendCap: { spendCap: unitCap } }
    client.answers['SpendCaps'] = caps([{ ...unitCap, member: bob, limit: units(250) }])
    await userEvent.click(within(dialog).getByText('Try again'))
    await expectText(/^120 of 250 used/)
    expect(screen.queryByRole('dialog')).toBeNull()
    const inputs = client.sent.filter(({ name }) => name === 'SetSpendCap').map(({ variables }) => variables['input'])
    expect(inputs[0]).toEqual(inputs[1])
    expect(inputs[0]).toMatchObject({
      feature: 'ai_credits',
      period: 'MONTH',
      limit: { units: 250 },
      userId: 'usr_2',
      alertPercents: [80, 100],
    })
  })

  it('sets a cap in money, and shows the denial of one that is too high', async () => {
    const client = fakeClient({
      ...shared,
      SpendCaps: caps([]),
      SetSpendCap: { setSpendCap: denied('INVALID_PARAMETERS') },
    })
    renderWith(client, <SpendCaps />)
    await userEvent.click(await screen.findByText('Set a cap'))
    await userEvent.selectOptions(screen.getByLabelText('Counted as'), 'money beyond the allowance')
    await userEvent.type(screen.getByLabelText('Highest cost in a period (USD)'), '19.5')
    await userEvent.click(screen.getByText('Save'))
    expect((await screen.findByRole('alert')).textContent).toContain('Message of INVALID_PARAMETERS.')
    expect(inputOf(client, 'SetSpendCap')).toMatchObject({
      limit: { money: { decimal: '19.5', currency: 'USD' } },
    })
  })

  it('sets and removes a cap of a member in money', async () => {
    const account = { account: { id: 'acc_1' } }
    const client = fakeClient({
      ...shared,
      SpendCaps: caps([]),
      SetSpendCap: { setSpendCap: { spendCap: moneyCap } },
      RemoveSpendCap: { removeSpendCap: account },
    })
    renderWith(client, <SpendCaps />)
    await userEvent.click(await screen.findByText('Set a cap'))
    await userEvent.selectOptions(await screen.findByLabelText('Member'), 'Bob')
    await userEvent.selectOptions(screen.getByLabelText('Counted as'), 'money beyond the allowance')
    await userEvent.type(screen.getByLabelText('Highest cost in a period (USD)'), '50')
    client.answers['SpendCaps'] = caps([{ ...moneyCap, member: bob }])
    await userEvent.click(screen.getByText('Save'))
    const remove = await screen.findByRole('button', {
      name: 'Remove the cap: Cost of AI credits per calendar month: Bob',
    })
    expect(inputOf(client, 'SetSpendCap')).toMatchObject({
      limit: { money: { decimal: '50', currency: 'USD' } },
      userId: 'usr_2',
    })
    await userEvent.click(remove)
    await userEvent.click(within(await screen.findByRole('dialog')).getByText('Remove'))
    await waitFor(() => expect(inputOf(client, 'RemoveSpendCap')).toMatchObject({ id: 'cap_2' }))
  })

  it('removes a cap after a confirmation', async () => {
    const client = fakeClient({
      ...shared,
      SpendCaps: caps([moneyCap]),
      RemoveSpendCap: { removeSpendCap: { account: { id: 'acc_1' } } },
    })
    renderWith(client, <SpendCaps accountId="team:x" />)
    await userEvent.click(
      await screen.findByRole('button', { name: 'Remove the cap: Cost of AI credits per calendar month' }),
    )
    const dialog = await screen.findByRole('dialog')
    expect(inputOf(client, 'RemoveSpendCap')).toBeUndefined()
    client.answers['SpendCaps'] = caps([])
    await userEvent.click(within(dialog).getByText('Remove'))
    await expectText('There is no cap. Only the plan limits the use.')
    expect(inputOf(client, 'RemoveSpendCap')).toMatchObject({ id: 'cap_2' })
  })
})

describe('UsageAlerts', () => {
  it('says that the forecast exceeds the allowance, and sets other levels', async () => {
    const client = fakeClient({
      ...shared,
      Alerts: alerts({ ...managing, usage: { alerts: usageAlerts } }),
      SetAlerts: { setAlerts: { account: { id: 'acc_1' } } },
    })
    renderWith(client, <UsageAlerts />)
    await expectText('The forecast exceeds the allowance.')
    await expectText(/^Alerts at 50%, 80%, 1,500 used/)
    await userEvent.click(screen.getByRole('button', { name: 'Change the alerts: AI credits' }))
    const levels = screen.getByLabelText('Alerts, in percent of the allowance')
    for (const text of ['12.5', '12,5', '0', '101', '1,000', 'ten', '-5']) {
      await userEvent.clear(levels)
      await userEvent.type(levels, `${text}{Enter}`)
      expect([text, levels.getAttribute('aria-invalid')]).toEqual([text, 'true'])
      expect(inputOf(client, 'SetAlerts')).toBeUndefined()
    }
    await expectText(/^Whole numbers from 1 to 100/)
    expect(await violations()).toEqual([])
    await userEvent.clear(levels)
    await userEvent.type(levels, '90, 95, ')
    expect(levels.getAttribute('aria-invalid')).toBeNull()
    const amounts = screen.getByLabelText('Alerts, in used units of the allowance')
    expect((amounts as HTMLInputElement).value).toBe('1500')
    await userEvent.type(amounts, ', 2,500{Enter}')
    await expectText(/^Whole numbers from 1, without/)
    expect(inputOf(client, 'SetAlerts')).toBeUndefined()
    await userEvent.clear(amounts)
    await userEvent.type(amounts, '70, 1500')
    await userEvent.click(screen.getByRole('checkbox'))
    expect(await violations()).toEqual([])
    await userEvent.click(screen.getByText('Save'))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(inputOf(client, 'SetAlerts')).toMatchObject({
      feature: 'ai_credits',
      alerts: [
        { basis: 'ALLOWANCE', percent: 90 },
        { basis: 'ALLOWANCE', percent: 95 },
        { basis: 'ALLOWANCE', units: 70 },
        { basis: 'ALLOWANCE', units: 1500 },
        { basis: 'BALANCE', percent: 10 },
      ],
    })
  })
})

describe('AutoTopUps', () => {
  it('agrees only to the price that it has shown for these terms', async () => {
    const client = fakeClient({
      ...shared,
      AutoTopUps: topUps(),
      PreviewAutoTopUp: { previewAutoTopUp: preview },
      SetAutoTopUp: { setAutoTopUp: { account: { id: 'acc_1' } } },
    })
    renderWith(client, <AutoTopUps />)
    await userEvent.click(await screen.findByText('Set an automatic top-up'))
    await expectText('One top-up: 10,000 (AI credits) for $5.00')
    await expectText('Most in a calendar month: $15.00')
    await expectText('The balance is below the threshold already: the first top-up is bought at once.')
    expect(await violations()).toEqual([])
    client.answers['PreviewAutoTopUp'] = {
      previewAutoTopUp: { ...preview, price: { amountMinor: 1000, ...money('10.00') } },
    }
    await userEvent.type(screen.getByLabelText('Packs in one top-up'), '{Backspace}2')
    expect(screen.queryByText('Agree to $5.00 for each top-up')).toBeNull()
    await userEvent.click(await screen.findByText('Agree to $10.00 for each top-up'))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(inputOf(client, 'SetAutoTopUp')).toMatchObject({
      accountId: 'acc_1',
      terms: { package: 'credits_10k', quantity: 2, threshold: 1000, maxPerMonth: 3 },
      price: { amountMinor: 1000, currency: 'USD' },
    })
  })

  it('cannot be agreed to while its terms are denied', async () => {
    const refused = { ...preview, allowed: false, denial: denial('NO_ACTIVE_SUBSCRIPTION') }
    const client = fakeClient({ ...shared, AutoTopUps: topUps(), PreviewAutoTopUp: { previewAutoTopUp: refused } })
    renderWith(client, <AutoTopUps />)
    await userEvent.click(await screen.findByText('Set an automatic top-up'))
    await expectText('Message of NO_ACTIVE_SUBSCRIPTION.')
    const button = within(screen.getByRole('dialog')).getByRole('button', { name: 'Set an automatic top-up' })
    expect(button.getAttribute('aria-disabled')).toBe('true')
    await userEvent.click(button)
    expect(inputOf(client, 'SetAutoTopUp')).toBeUndefined()
  })

  it('says why it stopped, opens the billing portal, and is removed', async () => {
    const opened: string[] = []
    const client = fakeClient({
      ...shared,
      AutoTopUps: topUps({ ...auto, status: 'STOPPED', stopReason: 'DECLINED', stoppedAt: '2026-01-15T00:00:00Z' }),
      OpenBillingPortal: { openBillingPortal: { url: 'https://pay.example/portal' } },
      RemoveAutoTopUp: { removeAutoTopUp: { account: { id: 'acc_1' } } },
    })
    renderWith(client, <AutoTopUps onRedirect={(url) => void opened.push(url)} />)
    expect((await screen.findByRole('alert')).textContent).toContain('The payment method was declined.')
    await userEvent.click(screen.getByText('Manage billing'))
    await waitFor(() => expect(opened).toEqual(['https://pay.example/portal']))
    await screen.findByRole('button', { name: 'Start again: Automatic top-up of AI credits' })
    await userEvent.click(screen.getByRole('button', { name: 'Remove the automatic top-up of AI credits' }))
    client.answers['AutoTopUps'] = topUps()
    await userEvent.click(within(await screen.findByRole('dialog')).getByText('Remove'))
    await expectText('No automatic top-up is set.')
    expect(inputOf(client, 'RemoveAutoTopUp')).toMatchObject({ accountId: 'acc_1', feature: 'ai_credits' })
  })
})
