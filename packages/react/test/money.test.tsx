/** @jest-environment ./packages/react/test/environment.mjs */
import * as documents from '@stackgate/client/documents'
import type { QueryClient } from '@tanstack/react-query'
import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { COMPONENTS } from './every-component.js'
import { planChangePreview, plans, subscribed } from './records.js'
import { entitlement, entitlements, fakeClient, price, renderWith, type Answers } from './support.js'

/** Mutations that move money, or end what was paid for, without a page of the payment provider. */
const MOVES_MONEY = ['AddAddon', 'CancelSubscription', 'ChangePlan', 'RemoveAddon', 'SetAutoTopUp']

/** Components that move money, and the terms that are shown before the last click. Every other component moves none. */
const MOVERS: Readonly<Record<string, readonly [mutation: string, terms: RegExp]>> = {
  AutoTopUps: ['SetAutoTopUp', /One top-up: 10,000 \(AI credits\) for \$5\.00/],
  BillingManagementSection: ['CancelSubscription', /Ends on February 15, 2026/],
  PlanChangeDialog: ['ChangePlan', /Due today: \$19\.00/],
  PricingTable: ['ChangePlan', /Due today: \$19\.00/],
  Seats: ['ChangePlan', /Due today: \$19\.00/],
  UpgradeModal: ['ChangePlan', /Due today: \$19\.00/],
}

const money = (decimal: string) => ({ currency: 'USD', decimal, formatted: `$${decimal}` })
const end = { hasNextPage: false, endCursor: null }
const feature = { code: 'ai_credits', name: 'AI credits' }
const pack = { code: 'pack', name: 'Pack', autoTopUpAvailable: true, grants: [{ amount: 10_000, feature }] }
const upgrade = plans.plans.map((plan) => ({
  ...plan,
  code: plan.code === 'pro' ? 'plus' : plan.code,
  offer: plan.code === 'pro' ? { ...plan.offer, action: 'UPGRADE' } : plan.offer,
}))
const managing = { id: 'acc_1', cursor: 'c1', viewerCan: ['BILLING_MANAGE'] }
const ANSWERS: Answers = {
  Plans: { plans: upgrade },
  PlanOffers: { plans: upgrade },
  Account: subscribed(),
  Entitlements: entitlements(entitlement({ used: 90, remaining: 10, nearLimit: true })),
  Check: { check: { allowed: true, explain: [], denial: null } },
  PreviewPlanChange: planChangePreview(),
  PreviewCancellation: {
    previewCancellation: { effectiveAt: '2026-02-15T00:00:00Z', credit: money('0.00'), lines: [], denial: null },
  },
  Subscription: {
    account: {
      ...managing,
      billing: {
        subscription: {
          quantity: 5,
          plan: { code: 'team', name: 'Team' },
          scheduledChange: null,
          items: [{ price: price('$9.00', 'MONTH', 'seat'), package: null }],
        },
      },
    },
  },
  Usage: { account: { usage: { metrics: { nodes: [], pageInfo: end } } } },
  Seats: { account: { id: 'acc_1', usage: { seats: [] } } },
  Members: { account: { id: 'acc_1', members: { nodes: [], pageInfo: end } } },
  AutoTopUps: { account: { ...managing, billing: { autoTopUps: [], topUps: { nodes: [] } } } },
  TopUpChoices: { packages: [pack], features: [] },
  PreviewAutoTopUp: {
    previewAutoTopUp: {
      allowed: true,
      feature,
      price: { amountMinor: 500, ...money('5.00') },
      maxPricePerMonth: money('15.00'),
      units: 10_000,
      balance: 700,
      chargesNow: true,
      paymentMethod: null,
      denial: null,
    },
  },
}

const NAMES = Object.keys(documents)
/** Name of a mutation as its document has it. Remedies send operations in lower case. */
const documentOf = (sent: string): string => NAMES.find((name) => name.toLowerCase() === sent.toLowerCase()) ?? sent

const passTime = (milliseconds: number) => act(() => new Promise((resolve) => setTimeout(resolve, milliseconds)))
const TYPED_MS = 800
/** Waits until nothing is read or sent, and the page stays the same. */
async function waitUntilStable(queries: QueryClient): Promise<void> {
  let before = ''
  for (let same = 0; same < 3;) {
    await passTime(20)
    const isStable = before === document.body.innerHTML && queries.isFetching() + queries.isMutating() === 0
    same = isStable ? same + 1 : 0
    before = document.body.innerHTML
  }
}
const buttons = () => screen.queryAllByRole('button', { hidden: true })

/** Presses buttons by their places on a new page, and types a larger number into each new field. */
async function press(body: ReactNode, places: readonly number[]) {
  const client = fakeClient(ANSWERS)
  const { queryClient } = renderWith(client, body, { redirect: () => undefined })
  await waitUntilStable(queryClient)
  const typed = new Set<HTMLElement>()
  let shown = ''
  for (const place of places) {
    shown = document.body.textContent ?? ''
    fireEvent.click(buttons()[place]!)
    await waitUntilStable(queryClient)
    const fields = screen.queryAllByRole('spinbutton', { hidden: true }).filter((field) => !typed.has(field))
    for (const field of fields) {
      typed.add(field)
      fireEvent.change(field, { target: { value: String(Number((field as HTMLInputElement).value) + 1) } })
    }
    if (fields.length > 0) await passTime(TYPED_MS)
    await waitUntilStable(queryClient)
  }
  const found = { count: buttons().length, shown, sent: client.sent.map(({ name }) => documentOf(name)) }
  cleanup()
  return found
}

/** Every way of at most two clicks that sends a mutation of `MOVES_MONEY`, with the text before the last click. */
async function waysToMoney(body: ReactNode) {
  const ways: { clicks: number; mutation: string; shown: string }[] = []
  const { count } = await press(body, [])
  const follow = async (places: readonly number[]): Promise<number> => {
    const { sent, shown, count: next } = await press(body, places)
    const mutation = sent.find((name) => MOVES_MONEY.includes(name))
    if (mutation) ways.push({ clicks: places.length, mutation, shown })
    return mutation ? 0 : next
  }
  for (let first = 0; first < count; first++) {
    const next = await follow([first])
    for (let second = 0; second < next; second++) await follow([first, second])
  }
  return ways
}

describe('Money', () => {
  it.each(Object.entries(COMPONENTS))('moves in %s only after its terms were shown', async (name, body) => {
    const ways = await waysToMoney(body)
    const [mutation, terms] = MOVERS[name] ?? []
    expect([...new Set(ways.map((way) => way.mutation))]).toEqual(mutation ? [mutation] : [])
    expect(ways.filter(({ shown }) => !terms!.test(shown))).toEqual([])
  })
})
