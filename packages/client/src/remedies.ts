import { toDenial, type Denial, type DenialRemedy } from './denials.js'
import { documentOfText, type TypedDocument } from './operation.js'
import { createIdempotencyKey } from './idempotency.js'

/** Selection of a denial with everything that `remedyActions` needs, as the text of a fragment. The text has no indentation, because each request sends it. */
export const DENIAL_FRAGMENT = `fragment StackgateDenial on Denial {
code message
remedies { kind label mutation input url at quantity }
}`

/** Optional fields of the inputs that begin a payment. */
export interface CheckoutFields {
  readonly successUrl?: string | undefined
  readonly cancelUrl?: string | undefined
  readonly provider?: string | undefined
  readonly userDomain?: string | undefined
  readonly promotionCode?: string | undefined
  readonly pluginId?: string | undefined
}

/** Arguments of a mutation. */
export type Arguments = Readonly<Record<string, unknown>>

/** Outcome of a remedy. */
export type RemedyOutcome =
  /** A person has to pay at the URL. `confirmCheckout(by: { id: checkoutId })` reads the state after the return. */
  | { readonly kind: 'checkout'; readonly url: string; readonly checkoutId: string }
  /** A person has to visit the page. */
  | { readonly kind: 'page'; readonly url: string }
  /** The remedy is carried out: repeat the denied request. */
  | { readonly kind: 'done' }
  /** The remedy was denied itself. */
  | { readonly kind: 'denied'; readonly denial: Denial }
  /** Repeat the denied request at the time. Null if it is unknown. */
  | { readonly kind: 'wait'; readonly retryAt: Date | null }
  /** Repeat the denied request with a new key and its arguments changed by `changedArguments`. */
  | { readonly kind: 'retry'; readonly changes: Arguments }

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
  readonly remedy: DenialRemedy
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
  request<Data, Variables extends object>(
    document: TypedDocument<Data, Variables>,
    variables: Variables,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Data>
}

export interface RemedyOptions {
  /** Account of a denied request over REST. Remedies of GraphQL contain it. */
  readonly accountId?: string | null | undefined
  /** Further fields of payments, for example the URL to return to. */
  readonly checkout?: CheckoutFields | undefined
  readonly signal?: AbortSignal | undefined
}

/** Selection, further fields of the argument `input`, and the declarations of the arguments without it. */
type Mutation = readonly [selection: string, fields?: readonly (keyof CheckoutFields)[], declared?: string]

const CHECKOUT = 'checkout{id url}'
const PAYMENT = ['successUrl', 'cancelUrl', 'provider', 'userDomain'] as const
const ORDER = [...PAYMENT, 'promotionCode', 'pluginId'] as const
const ACCOUNT = '$accountId:ID'
const ACCOUNT_ONLY = ['', [], ACCOUNT] as const
const UNITS = ['', [], `${ACCOUNT},$package:String!,$quantity:Int!`] as const

/** Fields that a page needs of the mutations that lift denials. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  startSubscription: [CHECKOUT, ORDER],
  purchasePackage: [CHECKOUT, ORDER],
  purchaseTemplate: [CHECKOUT, PAYMENT],
  changePlan: ['url:actionUrl'],
  setSpendCap: [''],
  addAddon: UNITS,
  removeAddon: UNITS,
  cancelSubscription: ['', [], `${ACCOUNT},$at:ChangeTime`],
  resumeSubscription: ACCOUNT_ONLY,
  cancelAccountDeletion: ACCOUNT_ONLY,
  openBillingPortal: ['url', [], ACCOUNT],
}

/** Changes of what is paid. */
const PAID_CHANGES: readonly string[] = ['changePlan', 'addAddon', 'removeAddon', 'cancelSubscription']

/**
 * The remedies of a denial that a program can carry out, cheapest first. It omits remedies for which a person has to choose something: show their
 * label. The denied request must have selected what `DENIAL_FRAGMENT` does.
 */
export function remedyActions(denial: unknown, client: RemedyClient, options: RemedyOptions = {}): RemedyAction[] {
  const remedies = toDenial(denial)?.remedies ?? []
  return remedies.filter(isExecutable).map((remedy, index) => {
    const { label = '', kind = '', quantity = 1, mutation } = remedy
    const key = createIdempotencyKey()
    const needsConfirmation = PAID_CHANGES.includes(mutation ?? '')
    const run = (): Promise<RemedyOutcome> => carryOut(remedy, key, client, options)
    return { label, kind, quantity, remedy, isPrimary: index === 0, needsConfirmation, run }
  })
}

const isExecutable = ({ mutation, input, url, kind }: DenialRemedy): boolean =>
  mutation ? !!input && mutation in MUTATIONS : !!input || !!url || kind === 'WAIT'

async function carryOut(
  { mutation, input, url, at }: DenialRemedy,
  key: string,
  client: RemedyClient,
  options: RemedyOptions,
): Promise<RemedyOutcome> {
  if (mutation) {
    const variables = { ...argumentsOf(mutation, input as Arguments, options), key }
    const document = documentOfText<RemedyData, Arguments>(textOf(mutation))
    return outcomeOf((await client.request(document, variables, { signal: options.signal })).result)
  }
  if (input) return { kind: 'retry', changes: input as Arguments }
  return url ? { kind: 'page', url } : { kind: 'wait', retryAt: at ? new Date(at) : null }
}

/** The arguments with the fields of the caller, where the mutation takes them. */
function argumentsOf(mutation: string, given: Arguments, { accountId, checkout = {} }: RemedyOptions): Arguments {
  const [, names = [], declared] = MUTATIONS[mutation]!
  const own = accountId ? { accountId } : {}
  const { input } = given as { input?: Arguments }
  if (declared) return { ...own, ...given }
  const extra = Object.fromEntries(names.flatMap((name) => (checkout[name] ? [[name, checkout[name]]] : [])))
  return { input: { ...own, ...input, ...extra } }
}

/** The arguments of a denied mutation with the changes of a remedy. Null leaves an argument out. */
export function changedArguments<Given extends object>(given: Given, changes: Arguments | null | undefined): Given {
  const changed = { ...given } as Record<string, unknown>
  for (const [name, value] of Object.entries(changes ?? {}))
    if (value === null) delete changed[name]
    else changed[name] = Object(value) === value ? changedArguments(Object(changed[name]), value as Arguments) : value
  return changed as Given
}

interface RemedyData {
  readonly result: {
    readonly denial?: unknown
    readonly url?: string | null
    readonly checkout?: { readonly id: string; readonly url: string | null } | null
  } | null
}

function outcomeOf(result: RemedyData['result']): RemedyOutcome {
  const { denial, checkout, url = checkout?.url } = result ?? {}
  const denied = toDenial(denial)
  if (denied) return { kind: 'denied', denial: denied }
  if (!url) return { kind: 'done' }
  return checkout ? { kind: 'checkout', url, checkoutId: checkout.id } : { kind: 'page', url }
}

function textOf(mutation: string): string {
  const [selection, , declared = `$input:${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`] =
    MUTATIONS[mutation]!
  const passed = declared.replace(/\$(\w+):[^,]+/g, '$1:$$$1')
  return `mutation ${mutation}(${declared},$key:String!){result:${mutation}(${passed},key:$key){${selection} denial{...StackgateDenial}}}${DENIAL_FRAGMENT}`
}

/** Texts of the mutations that carry out remedies, for tests and manifests of trusted documents. */
export const remedyDocuments = (): Record<string, string> =>
  Object.fromEntries(Object.keys(MUTATIONS).map((name) => [name, textOf(name)]))
