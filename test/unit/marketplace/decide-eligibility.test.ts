import {
  decideEligibility,
  type EligibilityInput,
  type TemplateNotPurchased,
} from '#services/marketplace/eligibility/decide-eligibility.js'
import { readServerRequirements } from '#services/marketplace/templates/definition/requirements.js'
import type { InsufficientPlan, QuotaExceeded } from '#services/entitlements/model/denials.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'
import { accountSnapshot } from '#test/support/account-snapshot.js'

const PRICE = {
  id: 'prc_t',
  money: { amountMinor: 4900, currency: 'USD' },
  interval: 'ONE_TIME',
  trialDays: 0,
  per: null,
} as const

type Changes = Partial<Omit<EligibilityInput, 'template' | 'snapshot'>> & {
  plan?: string
  used?: number
  template?: Partial<EligibilityInput['template']>
}

function decide({ plan = 'free', used = 0, template = {}, ...rest }: Changes) {
  const own = {
    id: 'tpl_1',
    name: 'Shop',
    stack: 'wordpress',
    requiredPlan: null,
    isFromMarketplace: true,
    retired: false,
    needs: readServerRequirements({ min_ram_mb: 2048, disk_gb: 20, supported_clouds: ['Hetzner'] }),
    ...template,
  }
  return decideEligibility(catalogFixture, {
    snapshot: accountSnapshot(plan, { allocated: { deployments: used } }),
    template: own,
    price: null,
    offSale: false,
    owned: false,
    disputed: false,
    stack: own.stack,
    server: null,
    isManaged: false,
    ...rest,
  })
}

const codes = (changes: Changes) => decide(changes).denials.map(({ code }) => code)

describe('deployment eligibility', () => {
  it('checks plan, purchase, allowance, stack and server in this order', () => {
    const all = { plan: 'basic', used: 3, price: PRICE, stack: 'n8n', template: { requiredPlan: 'plus' } }
    const none = ['INSUFFICIENT_PLAN', 'TEMPLATE_NOT_PURCHASED', 'LIMIT_REACHED', 'STACK_NOT_SUPPORTED']
    expect(codes(all)).toEqual(none)
    expect(codes({ ...all, server: { memoryMb: 512 } })).toEqual([...none, 'INFRASTRUCTURE_INSUFFICIENT'])
    expect(codes({ ...all, template: {} })).toEqual(['TEMPLATE_NOT_PURCHASED', 'LIMIT_REACHED', 'STACK_NOT_SUPPORTED'])
    expect(codes({ ...all, template: {}, owned: true })).toEqual(['LIMIT_REACHED', 'STACK_NOT_SUPPORTED'])
    expect(codes({ ...all, template: {}, owned: true, used: 2 })).toEqual(['STACK_NOT_SUPPORTED'])
    expect(codes({ ...all, template: {}, owned: true, used: 2, stack: 'ghost' })).toEqual([])
    expect(decide(all).explain).toHaveLength(6)
  })

  it.each([
    ['a free template on the free plan', {}, []],
    ['one for plus on free', { template: { requiredPlan: 'plus' } }, ['INSUFFICIENT_PLAN']],
    ['one for plus on basic', { plan: 'basic', template: { requiredPlan: 'plus' } }, ['INSUFFICIENT_PLAN']],
    ['one for plus on plus', { plan: 'plus', template: { requiredPlan: 'plus' } }, []],
    ['one for plus on individual', { plan: 'individual', template: { requiredPlan: 'plus' } }, []],
    [
      'one for a plan that nobody knows, on the highest',
      { plan: 'individual', template: { requiredPlan: 'ultra' } },
      ['INVALID_PLAN'],
    ],
    ['one for a plan without a name is one for none', { template: { requiredPlan: '' } }, []],
    ['one that costs money', { price: PRICE }, ['TEMPLATE_NOT_PURCHASED']],
    ['one that costs money and is owned', { price: PRICE, owned: true }, []],
    ['one that is sold no longer', { offSale: true }, ['NOT_FOR_SALE']],
    ['one that is sold no longer and is owned', { offSale: true, owned: true }, []],
    ['one that is free, while a payment is disputed', { disputed: true }, ['PAYMENT_FAILED']],
    ['one that is not of the marketplace', { price: PRICE, template: { isFromMarketplace: false } }, []],
    ['the last one that is allowed', { plan: 'plus', used: 9 }, []],
    ['one beyond what is allowed', { plan: 'plus', used: 10 }, ['LIMIT_REACHED']],
    ['one when more are in use than allowed, after a downgrade', { plan: 'basic', used: 7 }, ['LIMIT_REACHED']],
    ['the thousandth on a plan without a limit', { plan: 'individual', used: 999 }, []],
    ['a stack that the plan covers', { plan: 'basic', stack: 'ghost' }, []],
    ['a stack of its own on any plan', { template: { stack: 'custom' } }, []],
    [
      'another stack that is called one',
      { plan: 'basic', stack: 'custom', template: { stack: 'n8n' } },
      ['STACK_NOT_SUPPORTED'],
    ],
    ['a stack that it does not', { plan: 'basic', stack: 'n8n' }, ['STACK_NOT_SUPPORTED']],
    ['any stack on a plan for all', { plan: 'plus', stack: 'n8n' }, []],
  ] satisfies [string, Changes, string[]][])('%s: %j → %j', (_what, changes, expected) => {
    expect(codes(changes)).toEqual(expected)
    expect(decide(changes).allowed).toBe(expected.length === 0)
  })

  it('returns the required and current plan and the cheapest upgrade first', () => {
    const [denial] = decide({ template: { requiredPlan: 'plus' } }).denials as InsufficientPlan[]
    expect(denial!.message).toBe("This template requires 'plus' plan or higher. Please upgrade at /billing/start")
    expect([denial!.requiredPlan.code, denial!.currentPlan.code]).toEqual(['plus', 'free'])
    expect(denial!.remedies.map(({ kind, mutation, target }) => [kind, mutation, target?.id])).toEqual([
      ['UPGRADE_PLAN', 'startSubscription', 'pln_plus'],
      ['UPGRADE_PLAN', 'startSubscription', 'pln_individual'],
    ])
  })

  it('offers a plan change to a subscriber, not a second subscription', () => {
    const [denial] = decide({ plan: 'basic', template: { requiredPlan: 'plus' } }).denials
    expect(denial!.remedies.map(({ mutation }) => mutation)).toEqual(['changePlan', 'changePlan'])
  })

  it('returns the price of a template that must be purchased', () => {
    const [denial] = decide({ price: PRICE }).denials as TemplateNotPurchased[]
    expect(denial).toMatchObject({
      message: 'This verified pro stack requires payment. Please purchase at /billing/purchase-template (49.00 USD)',
      templateId: 'tpl_1',
      templateName: 'Shop',
      price: PRICE,
      remedies: [{ kind: 'BUY_TEMPLATE', mutation: 'purchaseTemplate', price: PRICE }],
    })
  })

  it('names only plans with allowance left for an exhausted one', () => {
    const [denial] = decide({ plan: 'plus', used: 10 }).denials as QuotaExceeded[]
    expect(denial).toMatchObject({ code: 'LIMIT_REACHED', used: 10, limit: 10, resetsAt: null })
    expect(denial!.remedies.map(({ target }) => target?.id)).toEqual(['pln_individual'])
    const [below] = decide({ plan: 'free', used: 4 }).denials
    expect(below!.remedies.map(({ target }) => target?.id)).toEqual(['pln_plus', 'pln_individual'])
  })

  it('names the set and only plans that include it for an unsupported stack', () => {
    const [denial] = decide({ stack: 'ghost' }).denials
    expect(denial!.message).toContain('wordpress')
    expect(denial!.remedies.map(({ target }) => target?.id)).toEqual(['pln_basic', 'pln_plus', 'pln_individual'])
  })
})
