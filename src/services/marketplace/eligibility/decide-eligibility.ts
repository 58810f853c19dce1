import type { Denial, PriceView } from '#services/kernel/denials/denial.js'
import { refused, remedy } from '#services/kernel/denials/denial.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { planByCode, userHasPlan, UnknownPlanError } from '#services/catalog/plans/compare-plans.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { insufficientPlan, quotaExceeded } from '#services/entitlements/model/denials.js'
import { saleDenied } from '#services/entitlements/model/hold-denial.js'
import { DEPLOYMENTS, MANAGED_SERVERS } from '#services/entitlements/plans/account-plan.js'
import { upgradeRemedies } from '#services/entitlements/model/plan-remedies.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { buyerOf, mainPlan, type AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { usedText } from '#services/entitlements/model/used-text.js'
import type { ServerRequirements } from '../templates/definition/requirements.js'
import { infrastructureStep, type OfferedServer } from './infrastructure-step.js'

export interface TemplateNotPurchased extends Denial {
  readonly __typename: 'TemplateNotPurchased'
  readonly code: 'TEMPLATE_NOT_PURCHASED'
  readonly templateId: string
  readonly templateName: string
  readonly price: PriceView
}

/** Data that eligibility depends on. */
export interface EligibilityInput {
  readonly snapshot: AccountSnapshot
  readonly template: {
    readonly id: string
    readonly name: string
    readonly stack: string
    readonly requiredPlan: string | null
    readonly isFromMarketplace: boolean
    /** It is no longer offered: only who owns it may deploy it. */
    readonly retired: boolean
    readonly needs: ServerRequirements
  }
  /** Current price of the template. Null if it is free or no longer sold. */
  readonly price: PriceView | null
  /** It was sold once and is no longer: only who owns it may deploy it. */
  readonly offSale: boolean
  readonly owned: boolean
  /** A payment of the account is disputed. */
  readonly disputed: boolean
  /** Requested stack. */
  readonly stack: string
  /** The server that it is to run on; null: none was named. */
  readonly server: OfferedServer | null
  /** True if the server has a deployment of the account already. */
  readonly isManaged: boolean
}

export interface Eligibility {
  readonly allowed: boolean
  /** The first is the one to act on. */
  readonly denials: readonly Denial[]
  readonly explain: readonly string[]
}

/** Result of one eligibility step. */
export type Step = { readonly denial: Denial | null; readonly explain: string }

/** Pure: plan, then purchase, then allowance, then servers, then stack, then infrastructure. One decision, shared by the query, the mutation and the REST edge. */
export function decideEligibility(catalog: CatalogSnapshot, input: EligibilityInput): Eligibility {
  const steps = [
    ...(input.disputed ? [DISPUTED] : []),
    planStep(catalog, input),
    purchaseStep(input),
    allowanceStep(catalog, input),
    serverStep(catalog, input),
    stackStep(catalog, input),
    infrastructureStep(input),
  ]
  const denials = steps.flatMap((step) => step.denial ?? [])
  return { allowed: denials.length === 0, denials, explain: steps.map((step) => step.explain) }
}

const DISPUTED: Step = {
  denial: saleDenied({ reason: 'DISPUTED' }),
  explain: 'A payment of this account is disputed. New deployments are blocked.',
}

function planStep(catalog: CatalogSnapshot, { snapshot, template }: EligibilityInput): Step {
  if (!template.requiredPlan) return { denial: null, explain: `${template.name} requires no plan.` }
  const held = snapshot.held.map(({ plan }) => plan.code)
  try {
    if (userHasPlan(catalog.plans, held, template.requiredPlan))
      return { denial: null, explain: `Plan ${held.join(' and ')} satisfies ${template.requiredPlan}.` }
    const required = planByCode(catalog.plans, template.requiredPlan)
    return {
      denial: insufficientPlan(catalog, snapshot, required),
      explain: `Plan ${held.join(' and ')} is below ${required.code}.`,
    }
  } catch (error) {
    if (!(error instanceof UnknownPlanError)) throw error
    const message = `This template requires plan '${error.plan}', which does not exist.`
    return {
      denial: refused('INVALID_PLAN', message),
      explain: `${template.name} requires the unknown plan ${error.plan}.`,
    }
  }
}

function purchaseStep({ snapshot, template, price, offSale, owned }: EligibilityInput): Step {
  if (template.retired && !owned)
    return {
      denial: refused('NOT_FOR_SALE', `${template.name} is no longer offered. Only owners can deploy it.`),
      explain: `${template.name} is no longer offered.`,
    }
  if (!template.isFromMarketplace || (!price && !offSale)) return { denial: null, explain: `${template.name} is free.` }
  if (owned) return { denial: null, explain: `${template.name} is owned.` }
  if (!price)
    return {
      denial: refused('NOT_FOR_SALE', `${template.name} is no longer sold. Only owners can deploy it.`),
      explain: `${template.name} is no longer sold.`,
    }
  const denial: TemplateNotPurchased = {
    __typename: 'TemplateNotPurchased',
    code: 'TEMPLATE_NOT_PURCHASED',
    message: `This verified pro stack requires payment. Please purchase at /billing/purchase-template (${toDecimal(price.money)} ${price.money.currency})`,
    remedies: [
      remedy('BUY_TEMPLATE', `Buy ${template.name}`, {
        mutation: 'purchaseTemplate',
        target: { __typename: 'Template', id: template.id },
        price,
        buyer: buyerOf(snapshot),
      }),
    ],
    templateId: template.id,
    templateName: template.name,
    price,
  }
  return { denial, explain: `${template.name} must be purchased first.` }
}

function allowanceStep(catalog: CatalogSnapshot, { snapshot }: EligibilityInput): Step {
  const feature = catalog.features.get(DEPLOYMENTS)
  if (!feature) return { denial: null, explain: 'Deployments are not counted.' }
  const entitlement = evaluateFeature(catalog, snapshot, feature)
  if (entitlement.remaining === null || entitlement.remaining >= 1)
    return {
      denial: null,
      explain:
        entitlement.remaining === null
          ? 'Deployments are not limited.'
          : `${entitlement.remaining} of ${entitlement.limit} deployments are left.`,
    }
  return {
    denial: quotaExceeded(catalog, snapshot, entitlement, 1),
    explain: `${usedText(entitlement.used, entitlement.limit, { of: 'deployments', reserved: entitlement.reserved })}.`,
  }
}

/** The first deployment on a server uses a managed server of the plan, the others do not. */
function serverStep(catalog: CatalogSnapshot, { snapshot, server, isManaged }: EligibilityInput): Step {
  const feature = catalog.features.get(MANAGED_SERVERS)
  if (!feature) return { denial: null, explain: 'Servers are not counted.' }
  if (!server?.reference)
    return { denial: null, explain: 'The server is counted when its agent registers, unless it has a deployment.' }
  if (isManaged) return { denial: null, explain: `Server ${server.reference} has a deployment.` }
  const denial = serverDenial(catalog, snapshot)
  return { denial, explain: denial ? denial.message : `Server ${server.reference} is counted.` }
}

/** Pure: the denial of another managed server. Null if the plan has one left, or if servers are not counted. */
export function serverDenial(catalog: CatalogSnapshot, snapshot: AccountSnapshot): Denial | null {
  const feature = catalog.features.get(MANAGED_SERVERS)
  if (!feature) return null
  const entitlement = evaluateFeature(catalog, snapshot, feature)
  return (entitlement.remaining ?? 1) < 1 ? quotaExceeded(catalog, snapshot, entitlement, 1) : null
}

/** A stack without a name in plans: only the required plan of the template decides. */
const OWN_STACK = 'custom'

function stackStep(catalog: CatalogSnapshot, { snapshot, stack: requested, template }: EligibilityInput): Step {
  const { plan } = mainPlan(snapshot)
  // Only a template without a base stack can be requested as one.
  const stack = requested === OWN_STACK ? template.stack : requested
  if (stack === OWN_STACK)
    return { denial: null, explain: `${template.name} has no base stack: every plan supports it.` }
  if (!plan.supportedStacks) return { denial: null, explain: `Plan ${plan.code} supports every stack.` }
  if (plan.supportedStacks.includes(stack))
    return { denial: null, explain: `Plan ${plan.code} supports stack ${stack}.` }
  const remedies = upgradeRemedies(
    catalog,
    snapshot,
    (candidate) => !candidate.supportedStacks || candidate.supportedStacks.includes(stack),
  )
  const message = `Plan ${plan.name} does not support stack '${stack}'. Supported: ${plan.supportedStacks.join(', ')}.`
  return {
    denial: refused('STACK_NOT_SUPPORTED', message, { field: 'stack', remedies }),
    explain: `Plan ${plan.code} does not support stack ${stack}.`,
  }
}
