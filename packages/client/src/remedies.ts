import { isDenial, toDenial, type Denial, type DenialRemedy, type RemedyStep } from './denials.js'
import { documentOfText, type TypedDocument } from './operation.js'
import { createIdempotencyKey } from './idempotency.js'

/** Selection of a denial with everything that `remedyActions` needs, as the text of a fragment. The text has no indentation, because each request sends it. */
export const DENIAL_FRAGMENT = `fragment StackgateDenial on Denial {
__typename code message
remedies {
kind label quantity
action {
__typename
... on StartSubscriptionAction { plan interval quantity currency provider }
... on ChangePlanAction { plan interval quantity }
... on PurchasePackageAction { package quantity currency provider }
... on AddAddonAction { package quantity }
... on PurchaseTemplateAction { templateId currency provider }
... on CancelSubscriptionAction { at }
... on SetSpendCapAction { capId feature period limit { units money { amountMinor currency } } userId }
... on RetryAction { at provider omittedFields }
... on WaitAction { retryAt }
... on OpenUrlAction { url }
}}}`

/** Optional fields of the inputs that begin a payment. */
export interface CheckoutFields {
  readonly successUrl?: string | undefined
  readonly cancelUrl?: string | undefined
  readonly provider?: string | undefined
  readonly userDomain?: string | undefined
  readonly promotionCode?: string | undefined
  readonly pluginId?: string | undefined
}

/** Changes of the denied input with which it is going to be accepted. */
export interface RetryChanges {
  /** New values of fields. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Fields to leave out. */
  readonly omittedFields: readonly string[]
}

/** Outcome of a remedy. */
export type RemedyOutcome =
  /** A person has to pay at the URL; `providerReference` is the argument of `confirmCheckout` after the return. */
  | {
      readonly kind: 'checkout'
      readonly url: string
      readonly providerReference: string | null
      readonly checkoutId: string
    }
  /** A person has to visit the page. */
  | { readonly kind: 'page'; readonly url: string }
  /** The remedy is carried out: repeat the denied request. */
  | { readonly kind: 'done' }
  /** The remedy was denied itself. */
  | { readonly kind: 'denied'; readonly denial: Denial }
  /** Repeat the denied request at the time. Null if it is unknown. */
  | { readonly kind: 'wait'; readonly retryAt: Date | null }
  /** Repeat the denied request with the changes. */
  | { readonly kind: 'retry'; readonly changes: RetryChanges }

/** A remedy that a program can carry out. */
export interface RemedyAction {
  /** Text of a button. */
  readonly label: string
  /** Kind of the remedy, for example `UPGRADE_PLAN`. */
  readonly kind: string
  /** True for the first action: the cheapest. */
  readonly isPrimary: boolean
  /** Number of units that are needed. */
  readonly quantity: number
  readonly step: RemedyStep
  /**
   * True if it charges, or changes the plan, without a page of the payment provider. Show the terms first, for example those of
   * `previewPlanChange`.
   */
  readonly needsConfirmation: boolean
  /**
   * Carries out the remedy. A repeated call has the same idempotency key, and therefore no further effect.
   * @throws StackgateError if the request fails
   */
  readonly run: () => Promise<RemedyOutcome>
}

/** The part of a client that carries out remedies. */
export interface RemedyClient {
  request<Result, Variables extends object>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Result>
}

export interface RemedyOptions {
  /** Account of the denied request, if it named one. */
  readonly accountId?: string | null | undefined
  /** Further fields of payments, for example the URL to return to. */
  readonly checkout?: CheckoutFields | undefined
  readonly signal?: AbortSignal | undefined
}

/** Selection of the success type, and fields of the input beside those of the action. */
type Mutation = readonly [selection: string, ...fields: (keyof CheckoutFields)[]]

const PAYMENT = [
  '... on Checkout { id url providerReference }',
  'successUrl',
  'cancelUrl',
  'provider',
  'userDomain',
] as const
const ORDER = [...PAYMENT, 'promotionCode', 'pluginId'] as const
const CHANGE = [''] as const
/** Changes of what is paid. */
const PAID_CHANGE = [''] as const

/** Mutations by their names. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  StartSubscription: ORDER,
  PurchasePackage: ORDER,
  PurchaseTemplate: PAYMENT,
  ChangePlan: PAID_CHANGE,
  AddAddon: PAID_CHANGE,
  CancelSubscription: PAID_CHANGE,
  ResumeSubscription: CHANGE,
  SetSpendCap: CHANGE,
  OpenBillingPortal: ['... on PortalSession { url }'],
}

/**
 * The remedies of a denial that a program can carry out, cheapest first. It omits remedies for which a person has to choose something: show their
 * label. The denied request must have selected `remedies { kind label quantity action }`, as `DENIAL_FRAGMENT` does.
 */
export function remedyActions(denial: unknown, client: RemedyClient, options: RemedyOptions = {}): RemedyAction[] {
  const remedies = toDenial(denial)?.remedies ?? []
  return remedies
    .filter((remedy): remedy is DenialRemedy & { action: RemedyStep } => isKnown(remedy.action))
    .map((remedy, index) => {
      const { action: step, label = '', kind = '', quantity = 1 } = remedy
      const key = createIdempotencyKey()
      const needsConfirmation = MUTATIONS[nameOf(step)] === PAID_CHANGE
      const run = (): Promise<RemedyOutcome> => carryOut(step, key, client, options)
      return { label, kind, quantity, step, isPrimary: index === 0, needsConfirmation, run }
    })
}

const isKnown = (step: RemedyStep | null | undefined): boolean =>
  !!step && (nameOf(step) in MUTATIONS || ['Retry', 'Wait', 'OpenUrl'].includes(nameOf(step)))

/** Name of the mutation of an action, or the type of an action that has none. */
const nameOf = ({ __typename: type }: RemedyStep): string => type.replace(/Action$/, '')

async function carryOut(
  step: RemedyStep,
  idempotencyKey: string,
  client: RemedyClient,
  options: RemedyOptions,
): Promise<RemedyOutcome> {
  const fields = fieldsOf(step)
  const name = nameOf(step)
  if (name === 'OpenUrl') return { kind: 'page', url: String(fields['url']) }
  if (name === 'Wait') {
    const { retryAt } = fields as { retryAt?: string | null }
    return { kind: 'wait', retryAt: retryAt ? new Date(retryAt) : null }
  }
  if (name === 'Retry') return { kind: 'retry', changes: changesOf(fields) }
  // Actions of other types are omitted.
  const [, ...names] = MUTATIONS[name]!
  const { accountId, checkout = {}, signal } = options
  const extra = Object.fromEntries(names.map((field) => [field, checkout[field] ?? fields[field]]))
  const input = { ...fields, ...extra, accountId: accountId ?? undefined, idempotencyKey }
  const data = await client.request(
    documentOfText<MutationResult, { input: object }>(textOf(name)),
    { input },
    { signal },
  )
  return outcomeOf(data.result)
}

/** Fields of a step as the input of its mutation has them. Some GraphQL clients add the type to every object. */
function fieldsOf(step: RemedyStep): Record<string, unknown> {
  const { __typename: _, mutation: _mutation, ...fields } = step
  const { limit } = fields as { limit?: Quantity }
  if (!limit) return fields
  const { units, money } = limit
  return {
    ...fields,
    limit: money ? { money: { amountMinor: money.amountMinor, currency: money.currency } } : { units },
  }
}

interface Quantity {
  readonly units: number | null
  readonly money: { readonly amountMinor: number; readonly currency: string } | null
}

interface MutationResult {
  readonly result: {
    readonly __typename: string
    readonly id?: string
    readonly url?: string | null
    readonly providerReference?: string | null
  }
}

function outcomeOf(result: MutationResult['result']): RemedyOutcome {
  if (isDenial(result)) return { kind: 'denied', denial: toDenial(result)! }
  const { url, id, providerReference = null } = result
  if (!url) return { kind: 'done' }
  return id === undefined ? { kind: 'page', url } : { kind: 'checkout', url, providerReference, checkoutId: id }
}

function changesOf(step: Readonly<Record<string, unknown>>): RetryChanges {
  const { omittedFields = [], ...fields } = step as { omittedFields?: string[] }
  return { fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)), omittedFields }
}

const fieldOf = (name: string): string => name[0]!.toLowerCase() + name.slice(1)

function textOf(name: string): string {
  const field = fieldOf(name)
  return `mutation ${field}($input: ${name}Input!){result:${field}(input:$input){__typename ${MUTATIONS[name]![0]} ...StackgateDenial}}${DENIAL_FRAGMENT}`
}

/** Texts of the mutations that carry out remedies, for tests and manifests of trusted documents. */
export const remedyDocuments = (): Record<string, string> =>
  Object.fromEntries(Object.keys(MUTATIONS).map((name) => [fieldOf(name), textOf(name)]))
