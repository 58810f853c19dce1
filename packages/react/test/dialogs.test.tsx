/** @jest-environment ./packages/react/test/environment.mjs */
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { PaywallDialog, PurchaseTemplateModal, UpgradeModal } from '../src/index.js'
import { account, checkout, plan, planChangePreview, plans } from './records.js'
import { denied, expectText, failure, fakeClient, renderWith, violations } from './support.js'

const subscribe = { action: 'SUBSCRIBE', amountNow: { formatted: '$40.00' }, effectiveAt: null, denial: null }
const withOffer = (offer: object) => ({ plans: [plans.plans[0], { ...plans.plans[1], offer }] })

describe('UpgradeModal', () => {
  const closed: string[] = []
  const body = <UpgradeModal open requiredPlan="pro" onClose={() => void closed.push('closed')} />
  const setUp = (more: object = {}) => {
    const opened: string[] = []
    const offers = withOffer(subscribe)
    const client = fakeClient({
      Plans: plans,
      PlanOffers: offers,
      Account: account(),
      StartSubscription: { startSubscription: { checkout } },
      ...more,
    })
    const page = renderWith(client, body, { redirect: (url) => void opened.push(url) })
    return { client, opened, page }
  }
  const start = async () => {
    const button = await screen.findByRole('button', { name: 'Upgrade to Pro' })
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBeNull())
    fireEvent.click(button)
  }

  it('shows the price as text of the server, subscribes, and opens the payment page', async () => {
    const { client, opened } = setUp()
    await expectText('Due today: $40.00')
    await expectText('10,000 messages')
    await waitFor(() => expect(screen.getByRole('dialog', { name: 'Upgrade to Pro' })).toBeTruthy())
    expect(await violations()).toEqual([])
    fireEvent.click(screen.getByLabelText('Yearly'))
    await expectText('$190.00')
    await start()
    await waitFor(() => expect(opened).toEqual([checkout.url]))
    expect(client.sent.find(({ name }) => name === 'StartSubscription')!.variables['input']).toMatchObject({
      plan: 'pro',
      interval: { unit: 'YEAR', count: 1 },
    })
    await expectText('Opening the payment page…')
  })

  it('stays on the page when it is closed while the payment begins', async () => {
    let respond = (): void => undefined
    const { client, opened, page } = setUp({
      StartSubscription: () => new Promise((resolve) => (respond = () => resolve({ startSubscription: { checkout } }))),
    })
    await start()
    await waitFor(() => expect(client.sent.map(({ name }) => name)).toContain('StartSubscription'))
    page.show(<UpgradeModal open={false} requiredPlan="pro" />)
    respond()
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)))
    expect(opened).toEqual([])
  })

  it('changes the plan of an account with a subscription', async () => {
    setUp({
      PlanOffers: plans,
      PreviewPlanChange: planChangePreview(),
      ChangePlan: { changePlan: { actionUrl: null, effectiveAt: null, denial: null } },
    })
    fireEvent.click(await screen.findByRole('button', { name: 'Pay $19.00 and confirm' }))
    await expectText('The plan changes to Pro.')
  })

  it.each([
    'SUBSCRIPTION_CONFLICT',
    'TRIAL_NOT_AVAILABLE',
    'PROVIDER_UNAVAILABLE',
    'CHECKOUT_CONFLICT',
    'INVALID_PLAN',
  ])('shows the sentence of %s', async (code) => {
    setUp({ StartSubscription: { startSubscription: denied(code) } })
    await start()
    await expectText(`Message of ${code}.`)
    expect(await violations()).toEqual([])
  })

  it('shows an error, tries again with the same key, and closes on Escape', async () => {
    const { client, opened } = setUp({ StartSubscription: failure('INTERNAL') })
    await start()
    await expectText('This did not work. Try again, or contact support.')
    client.answers['StartSubscription'] = { startSubscription: { checkout } }
    fireEvent.click(screen.getByText('Try again'))
    await waitFor(() => expect(opened).toHaveLength(1))
    const keys = client.sent
      .filter(({ name }) => name === 'StartSubscription')
      .map(({ variables }) => JSON.stringify(variables))
    expect(new Set(keys).size).toBe(1)
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }))
    expect(closed.at(-1)).toBe('closed')
  })

  it('says that it is paid when the account has the plan', async () => {
    const pro = { planVersion: { plan: { id: 'p', code: 'pro', name: 'Pro' } } }
    setUp({ Account: account({ plan: pro }) })
    await expectText('Paid. You are on Pro.')
  })

  it('says that it is paid when the account gets the plan while it is open', async () => {
    const pro = { planVersion: { plan: { id: 'p', code: 'pro', name: 'Pro' } } }
    const { client } = setUp()
    await screen.findByRole('button', { name: 'Upgrade to Pro' })
    client.answers['Account'] = account({ plan: pro })
    await client.resync()
    await expectText('Paid. You are on Pro.')
  })

  it('names a plan that does not exist', async () => {
    renderWith(
      fakeClient({ Plans: { plans: [plan('free')] }, PlanOffers: { plans: [] } }),
      <UpgradeModal open requiredPlan="gold" />,
    )
    await expectText('This plan is not for sale.')
  })
})

describe('PurchaseTemplateModal', () => {
  const setUp = (purchaseTemplate: unknown) => {
    const opened: string[] = []
    const owned: string[] = []
    renderWith(
      fakeClient({ PurchaseTemplate: purchaseTemplate instanceof Error ? purchaseTemplate : { purchaseTemplate } }),
      <PurchaseTemplateModal
        open
        templateId="tpl_1"
        templateName="Starter"
        price="$9.00"
        onClose={() => undefined}
        onOwned={() => void owned.push('owned')}
      />,
      { redirect: (url) => void opened.push(url) },
    )
    fireEvent.click(screen.getByText('Buy for $9.00'))
    return { opened, owned }
  }

  it('opens the payment page', async () => {
    const { opened } = setUp({ checkout })
    await waitFor(() => expect(opened).toEqual([checkout.url]))
    expect(await violations()).toEqual([])
  })

  it('succeeds if the account owns it already', async () => {
    const { owned } = setUp(denied('ALREADY_OWNED'))
    await expectText('You own Starter.')
    await waitFor(() => expect(owned).toEqual(['owned']))
  })

  it.each(['NOT_FOR_SALE', 'CHECKOUT_CONFLICT', 'PROVIDER_UNAVAILABLE'])('shows the sentence of %s', async (code) => {
    setUp(denied(code))
    await expectText(`Message of ${code}.`)
  })

  it('shows an error with a way to try again', async () => {
    setUp(failure('INTERNAL'))
    await expectText('This did not work. Try again, or contact support.')
    await expectText('Try again')
  })
})

describe('PaywallDialog', () => {
  it('shows the exact sentence of a denial of REST and opens its page', async () => {
    const body = {
      error: 'Plan limit exceeded',
      code: 'QUOTA_EXCEEDED',
      message: 'Plan limit exceeded',
      remedies: [{ kind: 'contact_sales', label: 'Contact us', url: 'https://sales.example' }],
    }
    const opened: string[] = []
    renderWith(fakeClient(), <PaywallDialog denial={body} onClose={() => undefined} />, {
      redirect: (url) => void opened.push(url),
    })
    await expectText('Plan limit exceeded')
    fireEvent.click(screen.getByRole('button', { name: 'Contact us' }))
    await waitFor(() => expect(opened).toEqual(['https://sales.example']))
    expect(await violations()).toEqual([])
  })
})
