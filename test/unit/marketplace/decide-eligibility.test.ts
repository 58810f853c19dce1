import {
  decideEligibility,
  type EligibilityInput,
  type TemplateNotPurchased,
} from '../../../src/services/marketplace/eligibility/decide-eligibility.js'
import { readServerRequirements } from '../../../src/services/marketplace/templates/definition/requirements.js'
import type { InsufficientPlan, QuotaExceeded } from '../../../src/services/entitlements/denials.js'
import { catalogFixture } from '../../support/catalog-fixture.js'
import { accountSnapshot } from '../../support/account-snapshot.js'

const PRICE = {
  id: 'prc_t',
  money: { amountMinor: 4900, currency: 'USD' },
  interval: 'ONE_TIME',
  trialDays: 0,
  per: null,
} as const

type Changes = Partial<Omit<EligibilityInput, 'template' | 'rights'>> & {
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
    rights: accountSnapshot(plan, { allocated: { deployments: used } }),
    template: own,
    price: null,
    offSale: false,
    owned: false,
    disputed: false,
    stack: own.stack,
    server: null,
    ...rest,
  })
}

const codes = (changes: Changes) => decide(changes).denials.map(({ code }) => code)

describe('the gate of a deployment', () => {
  it('[PL8] speaks of the plan first, then the purchase, then the allowance, then the stack, then the server', () => {
    const all = { plan: 'basic', used: 3, price: PRICE, stack: 'n8n', template: { requiredPlan: 'plus' } }
    const none = ['INSUFFICIENT_PLAN', 'TEMPLATE_NOT_PURCHASED', 'LIMIT_REACHED', 'STACK_NOT_SUPPORTED']
    expect(codes(all)).toEqual(none)
    expect(codes({ ...all, server: { memoryMb: 512 } })).toEqual([...none, 'INFRASTRUCTURE_INSUFFICIENT'])
    expect(codes({ ...all, template: {} })).toEqual(['TEMPLATE_NOT_PURCHASED', 'LIMIT_REACHED', 'STACK_NOT_SUPPORTED'])
    expect(codes({ ...all, template: {}, owned: true })).toEqual(['LIMIT_REACHED', 'STACK_NOT_SUPPORTED'])
    expect(codes({ ...all, template: {}, owned: true, used: 2 })).toEqual(['STACK_NOT_SUPPORTED'])
    expect(codes({ ...all, template: {}, owned: true, used: 2, stack: 'ghost' })).toEqual([])
    expect(decide(all).explain).toHaveLength(5)
  })

  it.each([
    ['[PL9] a free template on the free plan', {}, []],
    ['[PL7] one for plus on free', { template: { requiredPlan: 'plus' } }, ['INSUFFICIENT_PLAN']],
    ['[PL3] one for plus on basic', { plan: 'basic', template: { requiredPlan: 'plus' } }, ['INSUFFICIENT_PLAN']],
    ['[PL3] one for plus on plus', { plan: 'plus', template: { requiredPlan: 'plus' } }, []],
    ['[PL3] one for plus on individual', { plan: 'individual', template: { requiredPlan: 'plus' } }, []],
    [
      '[PL3] one for a plan that nobody knows, on the highest',
      { plan: 'individual', template: { requiredPlan: 'ultra' } },
      ['INVALID_PLAN'],
    ],
    ['[PL3] one for a plan without a name is one for none', { template: { requiredPlan: '' } }, []],
    ['[MK17] one that costs money', { price: PRICE }, ['TEMPLATE_NOT_PURCHASED']],
    ['[MK20] one that costs money and is owned', { price: PRICE, owned: true }, []],
    ['[MK18] one that is sold no longer', { offSale: true }, ['NOT_FOR_SALE']],
    ['[MK6] one that is sold no longer and is owned', { offSale: true, owned: true }, []],
    ['one that is free, while a payment is disputed', { disputed: true }, ['PAYMENT_FAILED']],
    ['[MK19] one that is not of the marketplace', { price: PRICE, template: { isFromMarketplace: false } }, []],
    ['[PL4] the last one that is allowed', { plan: 'plus', used: 9 }, []],
    ['[PL4] one beyond what is allowed', { plan: 'plus', used: 10 }, ['LIMIT_REACHED']],
    ['[PL4] one when more are in use than allowed, after a downgrade', { plan: 'basic', used: 7 }, ['LIMIT_REACHED']],
    ['[PL4] the thousandth on a plan without a limit', { plan: 'individual', used: 999 }, []],
    ['[PL5] a stack that the plan covers', { plan: 'basic', stack: 'ghost' }, []],
    ['[PL5] a stack of its own on any plan', { template: { stack: 'custom' } }, []],
    [
      '[PL5] another stack that is called one',
      { plan: 'basic', stack: 'custom', template: { stack: 'n8n' } },
      ['STACK_NOT_SUPPORTED'],
    ],
    ['[PL5] a stack that it does not', { plan: 'basic', stack: 'n8n' }, ['STACK_NOT_SUPPORTED']],
    ['[PL5] any stack on a plan for all', { plan: 'plus', stack: 'n8n' }, []],
  ] satisfies [string, Changes, string[]][])('%s: %j → %j', (_what, changes, expected) => {
    expect(codes(changes)).toEqual(expected)
    expect(decide(changes).allowed).toBe(expected.length === 0)
  })

  it('[PL7] [ER1] says what is required, what is held, and the cheapest way up first', () => {
    const [denial] = decide({ template: { requiredPlan: 'plus' } }).denials as InsufficientPlan[]
    expect(denial!.message).toBe("This template requires 'plus' plan or higher. Please upgrade at /billing/start")
    expect([denial!.requiredPlan.code, denial!.currentPlan.code]).toEqual(['plus', 'free'])
    expect(denial!.remedies.map(({ kind, mutation, target }) => [kind, mutation, target?.id])).toEqual([
      ['UPGRADE_PLAN', 'startSubscription', 'pln_plus'],
      ['UPGRADE_PLAN', 'startSubscription', 'pln_individual'],
    ])
  })

  it('a subscriber is told to change the plan, not to buy a second', () => {
    const [denial] = decide({ plan: 'basic', template: { requiredPlan: 'plus' } }).denials
    expect(denial!.remedies.map(({ mutation }) => mutation)).toEqual(['changePlan', 'changePlan'])
  })

  it('[ER1] [MK17] a template that must be bought says so with its price', () => {
    const [denial] = decide({ price: PRICE }).denials as TemplateNotPurchased[]
    expect(denial).toMatchObject({
      message: 'This verified pro stack requires payment. Please purchase at /billing/purchase-template (49.00 USD)',
      templateId: 'tpl_1',
      templateName: 'Shop',
      price: PRICE,
      remedies: [{ kind: 'BUY_TEMPLATE', mutation: 'purchaseTemplate', price: PRICE }],
    })
  })

  it('[PL4] a used-up allowance names only plans that have room', () => {
    const [denial] = decide({ plan: 'plus', used: 10 }).denials as QuotaExceeded[]
    expect(denial).toMatchObject({ code: 'LIMIT_REACHED', used: 10, limit: 10, resetsAt: null })
    expect(denial!.remedies.map(({ target }) => target?.id)).toEqual(['pln_individual'])
    const [below] = decide({ plan: 'free', used: 4 }).denials
    expect(below!.remedies.map(({ target }) => target?.id)).toEqual(['pln_plus', 'pln_individual'])
  })

  it('[PL5] a stack that is not covered names the set, and only plans that cover it', () => {
    const [denial] = decide({ stack: 'ghost' }).denials
    expect(denial!.message).toContain('wordpress')
    expect(denial!.remedies.map(({ target }) => target?.id)).toEqual(['pln_basic', 'pln_plus', 'pln_individual'])
  })
})
