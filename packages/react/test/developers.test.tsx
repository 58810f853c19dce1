/** @jest-environment ./packages/react/test/environment.mjs */
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { BillingManagementSection, DenialNotice } from '../src/index.js'
import { COMPONENTS } from './every-component.js'
import { account, denied, failure, fakeClient, price, renderWith, type Answers } from './support.js'

/** Every operation fails with a code that only the console shows. */
const failing = (code: string): Answers =>
  new Proxy({}, { has: () => true, get: (_, name) => (typeof name === 'string' ? failure(code) : undefined) })

const plan = (code: string, prices: object[]) => ({
  id: code,
  code,
  name: code,
  rank: 0,
  bullets: [],
  prices,
  features: [],
})

describe('problems that only developers can mend', () => {
  const { warn } = console
  let calls: unknown[][]
  beforeEach(() => {
    calls = []
    console.warn = (...values) => calls.push(values)
  })
  afterEach(() => {
    console.warn = warn
  })
  const warned = (): string[] => calls.map(([text]) => String(text))

  it.each(Object.entries(COMPONENTS))('of %s are in the console whenever it shows a failure', async (_, body) => {
    renderWith(fakeClient(failing('INVALID_TOKEN')), body)
    await act(async () => new Promise((resolve) => setTimeout(resolve, 50)))
    const shown = screen.queryAllByText(/^This did not work/)
    expect(warned().filter((text) => text.startsWith('stackgate: INVALID_TOKEN: ')).length >= shown.length).toBe(true)
  })

  it('are in the console with the field of a denied payment, and with its remedies', async () => {
    const refused = denied('INVALID_RETURN_URL', {
      field: 'successUrl',
      remedies: [{ kind: 'OTHER', label: 'Leave it out' }],
    })
    const client = fakeClient({
      Account: account(),
      Plans: { plans: [plan('pro', [price('$19.00')])] },
      StartSubscription: { startSubscription: refused },
    })
    renderWith(client, <BillingManagementSection communityId="42" plan="pro" />)
    fireEvent.click(await screen.findByRole('button', { name: 'Upgrade' }))
    await waitFor(() =>
      expect(warned()).toContain('stackgate: INVALID_RETURN_URL (successUrl): Message of INVALID_RETURN_URL.'),
    )
    expect(calls[0]![1]).toMatchObject({ remedies: [{ label: 'Leave it out' }] })
    screen.getByText('For developers: INVALID_RETURN_URL (successUrl): Message of INVALID_RETURN_URL.')
  })

  it('are said once for each problem, and never without one', () => {
    const client = fakeClient()
    const { show } = renderWith(client, <DenialNotice denial={null} />)
    expect(warned()).toEqual([])
    const denial = { code: 'QUOTA_EXCEEDED', message: 'Used up.', remedies: [] }
    for (let time = 0; time < 3; time++) show(<DenialNotice denial={denial} />)
    expect(warned()).toEqual(['stackgate: QUOTA_EXCEEDED: Used up.'])
  })
})

describe('Upgrade', () => {
  it.each([0, 2, 3])('leads to the plans of a catalog with %d paid plans', async (count) => {
    const paid = Array.from({ length: count }, (_, index) => plan(`paid-${index}`, [price('$19.00')]))
    const plans = { plans: [plan('free', []), ...paid] }
    const client = fakeClient({ Account: account(), Plans: plans, PlanOffers: { plans: [] } })
    renderWith(client, <BillingManagementSection communityId="42" />)
    fireEvent.click(await screen.findByRole('button', { name: 'Upgrade' }))
    expect(await screen.findByRole('region', { name: 'Plans' })).toBeTruthy()
    for (const { name } of paid) expect(await screen.findByText(name)).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Upgrade' })).toBeNull()
    expect(screen.queryByText(/This did not work/)).toBeNull()
    expect(client.sent.map(({ name }) => name)).not.toContain('StartSubscription')
  })

  it('begins the payment of the only paid plan', async () => {
    const client = fakeClient({
      Account: account(),
      Plans: { plans: [plan('free', []), plan('pro', [price('$19.00')])] },
      StartSubscription: { startSubscription: { checkout: { id: 'chk_1', url: null, status: 'OPEN' } } },
    })
    renderWith(client, <BillingManagementSection communityId="42" />)
    fireEvent.click(await screen.findByRole('button', { name: 'Upgrade' }))
    await waitFor(() =>
      expect(client.sent.find(({ name }) => name === 'StartSubscription')?.variables).toMatchObject({
        input: { plan: 'pro' },
      }),
    )
  })
})
