/** @jest-environment ./packages/react/test/environment.mjs */
import { remedyDocuments } from '@stackgate/client'
import * as documents from '@stackgate/client/documents'
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import * as react from '../src/index.js'
import { COMPONENTS } from './every-component.js'
import { command, invoice, listOf, planChangePreview, plans, subscribed } from './records.js'
import {
  denial,
  entitlement,
  entitlements,
  expectText,
  failure,
  fakeClient,
  renderWith,
  violations,
} from './support.js'

/** Mutations that one click may send, with the reason. */
const HARMLESS: Readonly<Record<string, string>> = {
  StartSubscription: 'opens a page of the payment provider, which names the amount',
  PurchasePackage: 'opens a page of the payment provider, which names the amount',
  PurchaseTemplate: 'opens a page of the payment provider, which names the amount',
  OpenBillingPortal: 'opens a page of the payment provider',
  CancelAccountDeletion: 'withdraws a deletion, and charges nothing',
  ConfirmCheckout: 'reads a payment that was made',
  ResumeSubscription: 'withdraws a scheduled change: the account keeps what it pays',
  SetSpendCap: 'raises a cap to the value that the button names, and charges nothing',
  CancelCommand: 'concerns no money',
}

/** Remedies of each form. A new mutation of remedies fails a test until it is here. */
const REMEDIES: Readonly<Record<string, object>> = {
  addAddon: { mutation: 'addAddon', input: { package: 'seats', quantity: 1 } },
  removeAddon: { mutation: 'removeAddon', input: { package: 'seats', quantity: 1 } },
  cancelSubscription: { mutation: 'cancelSubscription', input: { at: 'NOW' } },
  changePlan: {
    mutation: 'changePlan',
    input: { input: { plan: 'pro', interval: { unit: 'MONTH', count: 1 }, quantity: null } },
  },
  openBillingPortal: { mutation: 'openBillingPortal', input: {} },
  purchasePackage: { mutation: 'purchasePackage', input: { input: { package: 'pack', quantity: 1 } } },
  purchaseTemplate: { mutation: 'purchaseTemplate', input: { input: { templateId: 't' } } },
  resumeSubscription: { mutation: 'resumeSubscription', input: {} },
  cancelAccountDeletion: { mutation: 'cancelAccountDeletion', input: {} },
  setSpendCap: { mutation: 'setSpendCap', input: { input: { feature: 'f', period: 'MONTH', limit: { units: 1 } } } },
  startSubscription: {
    mutation: 'startSubscription',
    input: { input: { plan: 'pro', interval: { unit: 'MONTH', count: 1 } } },
  },
  page: { mutation: null, input: null, url: 'https://pay.example/1' },
  repetition: { mutation: null, input: { input: { provider: 'STRIPE' } } },
  wait: { kind: 'WAIT', mutation: null, input: null, at: null },
}

/** Each step that a plan can offer. */
const OFFERS: Readonly<Record<string, true>> = {
  CURRENT: true,
  DOWNGRADE: true,
  KEEP: true,
  NONE: true,
  SUBSCRIBE: true,
  UPGRADE: true,
}

/** Names of the queries that components send. Everything else is a mutation. */
const QUERIES = Object.entries(documents).flatMap(([name, document]) =>
  typeof document !== 'string' && /^query\b/m.test(document.loc!.source.body) ? [name] : [],
)

const CHANGED = { actionUrl: null, effectiveAt: '2026-01-20T00:00:00Z', denial: null }
const SCHEDULED = {
  scheduledChange: {
    effectiveAt: '2026-02-15T00:00:00Z',
    planVersion: { id: 'v', plan: { id: 'b', code: 'basic', name: 'Basic' } },
  },
}

/** Each component, and those that show a denial with each step. */
const BODIES: [string, ReactNode][] = [
  ...Object.entries(COMPONENTS),
  [
    'open PurchaseTemplateModal',
    <react.PurchaseTemplateModal key="1" open templateId="t" templateName="T" onClose={() => undefined} />,
  ],
  ...Object.entries(REMEDIES).flatMap(([type, fields]): [string, ReactNode][] => {
    const remedy = { kind: 'X', label: 'Lift', ...fields }
    const denied = denial('QUOTA_EXCEEDED', { remedies: [remedy] }) as never
    return [
      [`DenialNotice with ${type}`, <react.DenialNotice key="1" denial={denied} />],
      [`PaywallDialog with ${type}`, <react.PaywallDialog key="2" denial={denied} />],
      [`UpgradeModal with ${type}`, <react.UpgradeModal key="3" denial={denied} />],
    ]
  }),
]

const answersWith = (action: string) => ({
  Plans: plans,
  PlanOffers: { plans: plans.plans.map((each) => ({ ...each, offer: { ...each.offer, action } })) },
  Account: subscribedWith(action === 'KEEP' ? SCHEDULED : { scheduledChange: null }),
  Entitlements: entitlements(entitlement({ used: 100, remaining: 0, nearLimit: true })),
  Check: { check: { allowed: false, explain: [], denial: denial('QUOTA_EXCEEDED') } },
  Invoices: listOf('invoices', invoice()),
  DeploymentCommands: { deployment: { id: 'd', cursor: 'c', commands: { nodes: [command()] } } },
  PreviewPlanChange: planChangePreview(),
})

const subscribedWith = (subscription: object) => {
  const { account: known } = subscribed()
  return { account: { ...known, billing: { ...known.billing, subscription } } }
}

it('Remedies of the tests have every mutation', () => {
  expect(Object.keys(REMEDIES)).toEqual(expect.arrayContaining(Object.keys(remedyDocuments())))
})

const passTime = () => act(() => new Promise((resolve) => setTimeout(resolve, 30)))
const buttons = () => screen.queryAllByRole('button', { hidden: true })

describe('One click', () => {
  const cases = BODIES.flatMap(([name, body]) =>
    (name === 'PricingTable' || name === 'UpgradeModal' ? Object.keys(OFFERS) : ['UPGRADE']).map(
      (action) => [name, action, body] as const,
    ),
  )
  it.each(cases)(
    'on any button of %s (%s) starts neither a payment nor a change of the plan',
    async (_, action, body) => {
      let count = 1
      const clicked: string[] = []
      for (let index = 0; index < count; index++) {
        const client = fakeClient(answersWith(action))
        renderWith(client, body, { redirect: () => undefined })
        await passTime()
        count = buttons().length
        const button = buttons()[index]
        // A dialog that the application opened is the confirmation.
        const isConfirmation =
          screen.queryByText('Due today: $19.00') && button?.textContent === 'Pay $19.00 and confirm'
        if (button) fireEvent.click(button)
        await passTime()
        clicked.push(button?.textContent ?? '')
        const sent = client.sent.map(({ name }) => name).filter((name) => !QUERIES.includes(name))
        const harmful = sent.filter((name) => !(name[0]!.toUpperCase() + name.slice(1) in HARMLESS))
        expect([clicked, isConfirmation ? [] : harmful]).toEqual([clicked, []])
        cleanup()
      }
    },
  )
})

describe('A confirmed change of the plan', () => {
  const setUp = (more: object = {}) => {
    const client = fakeClient({ ...answersWith('UPGRADE'), ChangePlan: { changePlan: CHANGED }, ...more })
    renderWith(client, <react.PricingTable />)
    return { client, sent: () => client.sent.map(({ name }) => name).filter((name) => /^(Change|Resume)/.test(name)) }
  }
  const open = async () => {
    const button = await screen.findByRole('button', { name: 'Upgrade to Pro' })
    await waitFor(() => expect(button.getAttribute('aria-disabled')).toBeNull())
    button.focus()
    fireEvent.click(button)
    return button
  }

  it('names the amount, the time and the next payment, and charges after the confirmation', async () => {
    const { client, sent } = setUp()
    const button = await open()
    expect(await screen.findByRole('dialog', { name: 'Change to Pro' })).toBeTruthy()
    for (const text of ['Due today: $19.00', 'Starts on January 20, 2026', 'Pro: $19.00']) await expectText(text)
    await expectText('Next payment: $39.00 on February 15, 2026')
    expect(await violations()).toEqual([])
    expect(sent()).toEqual([])
    fireEvent.click(screen.getByRole('button', { name: 'Pay $19.00 and confirm' }))
    await expectText('The plan changes to Pro on January 20, 2026.')
    expect(client.sent.find(({ name }) => name === 'ChangePlan')!.variables['input']).toMatchObject({ plan: 'pro' })
    fireEvent.click(screen.getByRole('button', { name: 'Continue' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(document.activeElement).toBe(button)
  })

  it('sends nothing when it is abandoned by a key, and returns the focus', async () => {
    const { sent } = setUp()
    const button = await open()
    await expectText('Due today: $19.00')
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect([sent(), document.activeElement]).toEqual([[], button])
  })

  it('cannot be confirmed while the amount is unknown, and after a denial', async () => {
    const { client } = setUp({ PreviewPlanChange: failure('UNAVAILABLE') })
    await open()
    await expectText('Billing is not available now. Try again in a minute.')
    expect(screen.queryByRole('button', { name: /onfirm/ })).toBeNull()
    client.answers['PreviewPlanChange'] = { previewPlanChange: { denial: denial('PAYMENT_FAILED') } }
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
    await expectText('Message of PAYMENT_FAILED.')
    expect(screen.queryByRole('button', { name: /onfirm/ })).toBeNull()
  })

  it('is shown while it is scheduled, and withdrawn by one button', async () => {
    const { sent } = setUp({
      ...answersWith('KEEP'),
      ResumeSubscription: { resumeSubscription: { subscription: { id: 's' } } },
    })
    await expectText('Your plan changes to Basic on February 15, 2026.')
    fireEvent.click(screen.getByRole('button', { name: 'Keep Pro' }))
    await waitFor(() => expect(sent()).toEqual(['ResumeSubscription']))
  })

  it('is asked for by remedies, and carries out the remedy', async () => {
    const request = { mutation: 'changePlan', input: { input: { plan: 'pro' } } }
    const denied = denial('QUOTA_EXCEEDED', { remedies: [{ kind: 'UPGRADE_PLAN', label: 'Upgrade', ...request }] })
    const outcomes: string[] = []
    const client = fakeClient({ PreviewPlanChange: planChangePreview(), changePlan: { result: CHANGED } })
    renderWith(
      client,
      <react.PaywallDialog denial={denied as never} onOutcome={({ kind }) => void outcomes.push(kind)} />,
    )
    fireEvent.click(await screen.findByRole('button', { name: 'Upgrade' }))
    await expectText('Due today: $19.00')
    expect(client.sent.find(({ name }) => name === 'PreviewPlanChange')!.variables['input']).toEqual({
      plan: 'pro',
    })
    expect(await violations()).toEqual([])
    fireEvent.click(screen.getByRole('button', { name: 'Pay $19.00 and confirm' }))
    await waitFor(() => expect(outcomes).toEqual(['done']))
  })
})
