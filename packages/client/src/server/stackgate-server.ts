import { createStackgate, type Stackgate as Client } from '../client.js'
import {
  CancelSubscription,
  ChangePlan,
  CreateAccountSession,
  EntitlementsToken,
  OpenBillingPortal,
  ResumeSubscription,
  StartSubscription,
  UpsertAccount,
} from '../documents/index.js'
import {
  createEntitlements,
  type Entitlements,
  type EntitlementsOptions,
  type UnavailablePolicy,
} from '../entitlements/entitlements.js'
import type {
  CheckInput,
  CheckResult,
  ConsumeInput,
  ConsumeResult,
  Denied,
  RecordedUsage,
  UsageEvent,
} from '../entitlements/types.js'
import { misuse, StackgateError } from '../errors.js'
import type { Fetch } from '../http.js'
import { createIdempotencyKey } from '../idempotency.js'
import { textId } from '../text-id.js'
import type { MutationResult, Result } from '../results.js'
import type {
  AccountInput,
  ChangePlanInput,
  ChangeTime,
  PaymentProvider,
  Permission,
  StartSubscriptionInput,
} from '../generated/types.js'
import type { ResultOf } from '../operation.js'

/** Settings of a server. */
export interface StackgateServerOptions {
  /** Service key with the scopes `entitlements:write`, `billing:write` and `accounts:write`. Default: `STACKGATE_SECRET_KEY`. */
  readonly secretKey?: string | undefined
  /** Address of the installation. Default: `STACKGATE_URL`, otherwise `http://127.0.0.1:4000`. */
  readonly url?: string | URL | undefined
  /** Decides checks while Stackgate is unavailable. Default: `check` throws, and a gate responds with 503. */
  readonly onUnavailable?: EntitlementsOptions['onUnavailable']
  /** Default: that of the platform. */
  readonly fetch?: Fetch | undefined
}

/** The customer of an operation, in place of `accountId`. */
interface OfCustomer {
  /** Your ID of the customer. The account is created at the first call. */
  readonly customer: string
}
type ForCustomer<Input> = Input extends unknown ? OfCustomer & Omit<Input, 'accountId'> : never

/** A call that is repeated safely. */
interface Keyed {
  /** Identifies the work: repetitions with the same key take effect once. Default: a new key, which only covers repetitions of this call. */
  readonly key?: string | undefined
}

/** Permissions of a session unless others are named: it reads, and it buys. */
const SESSION_PERMISSIONS: readonly Permission[] = [
  'ACCOUNT_READ',
  'MEMBERS_READ',
  'ENTITLEMENTS_READ',
  'BILLING_READ',
  'BILLING_MANAGE',
]

/** A token for the browser of a customer. */
export interface AccountSession {
  readonly token: string
  /** ID, with which the session can be revoked. */
  readonly id: string
  readonly expiresAt: Date
}

export type { UnavailablePolicy }

/**
 * Gates features and sells plans in the backend of an application, which names its customers by its own IDs. Denials are results;
 * everything else that goes wrong throws `StackgateError`.
 */
export class Stackgate {
  /** Requests over GraphQL with the key. */
  readonly client: Client
  /** Checks, reservations and usage by account. */
  readonly entitlements: Entitlements
  /** Address of GraphQL. */
  readonly graphqlUrl: string

  /** @throws StackgateError with the code `CONFIGURATION` if there is no key, or if the address is wrong */
  constructor(options: StackgateServerOptions = {}) {
    const env = globalThis.process?.env ?? {}
    const key = options.secretKey ?? env['STACKGATE_SECRET_KEY'] ?? ''
    const url = options.url ?? env['STACKGATE_URL'] ?? 'http://127.0.0.1:4000'
    const { fetch, onUnavailable } = options
    if (!key) throw misuse('Stackgate needs a secret key: pass secretKey, or set STACKGATE_SECRET_KEY.')
    this.entitlements = createEntitlements({ url, key, fetch, onUnavailable })
    this.graphqlUrl = `${String(url)
      .replace(/\/+$/, '')
      .replace(/\/graphql$/, '')}/graphql`
    this.client = createStackgate({ url: this.graphqlUrl, token: key, ...(fetch ? { fetch } : {}) })
  }

  /** Checks if a customer can use a feature now. */
  async check({ customer, ...input }: ForCustomer<CheckInput>): Promise<CheckResult> {
    return this.entitlements.check({ ...input, accountId: accountOf(customer) })
  }

  /** Uses units of a customer, or says why not. */
  async consume({ customer, ...input }: ForCustomer<ConsumeInput>): Promise<ConsumeResult> {
    return this.entitlements.consume({ ...input, accountId: accountOf(customer) })
  }

  /** Records usage that has happened: at most 1,000 events, each accepted or rejected by itself. */
  async track(events: readonly ForCustomer<UsageEvent>[]): Promise<RecordedUsage | Denied> {
    return this.entitlements.recordUsage(
      events.map(({ customer, ...event }) => ({ ...event, accountId: accountOf(customer) })),
    )
  }

  /** Starts a subscription, and returns the page of the provider on which the customer pays. */
  async checkout({
    customer,
    email,
    provider,
    key = createIdempotencyKey(),
    ...input
  }: ForCustomer<Omit<StartSubscriptionInput, 'userEmail' | 'provider'>> &
    Keyed & {
      /** Address of the buyer. Default: the billing address of the account. */
      readonly email?: string | undefined
      /** Also as REST spells it: `stripe`, `paypal`. Default: that of the account, otherwise the only one. */
      readonly provider?: PaymentProvider | Lowercase<PaymentProvider> | null | undefined
    }): Promise<MutationResult<ResultOf<typeof StartSubscription>>> {
    const userEmail = email === undefined ? {} : { userEmail: email }
    const chosen =
      provider === undefined ? {} : { provider: (provider?.toUpperCase() ?? null) as PaymentProvider | null }
    return this.client.mutate(StartSubscription, {
      input: { ...input, ...userEmail, ...chosen, accountId: accountOf(customer) },
      key,
    })
  }

  /** Changes the plan, the interval or the seats of a subscription. */
  async changePlan({
    customer,
    key = createIdempotencyKey(),
    ...input
  }: ForCustomer<ChangePlanInput> & Keyed): Promise<MutationResult<ResultOf<typeof ChangePlan>>> {
    return this.client.mutate(ChangePlan, { input: { ...input, accountId: accountOf(customer) }, key })
  }

  /** Cancels the subscription, by default at the end of its period. */
  async cancel({
    customer,
    at,
    reason,
    key = createIdempotencyKey(),
  }: OfCustomer &
    Keyed & {
      readonly at?: ChangeTime | undefined
      readonly reason?: string | undefined
    }): Promise<MutationResult<ResultOf<typeof CancelSubscription>>> {
    return this.client.mutate(CancelSubscription, { accountId: accountOf(customer), at, reason, key })
  }

  /** Takes a cancellation back. */
  async resume({
    customer,
    key = createIdempotencyKey(),
  }: OfCustomer & Keyed): Promise<MutationResult<ResultOf<typeof ResumeSubscription>>> {
    return this.client.mutate(ResumeSubscription, { accountId: accountOf(customer), key })
  }

  /** Opens the page of the provider with invoices and payment methods. */
  async portal({
    customer,
    returnUrl,
  }: OfCustomer & { readonly returnUrl?: string | undefined }): Promise<
    MutationResult<ResultOf<typeof OpenBillingPortal>>
  > {
    return this.client.mutate(OpenBillingPortal, { accountId: accountOf(customer), returnUrl })
  }

  /** Creates a customer, or changes what is given. */
  async upsertCustomer({
    customer,
    ...input
  }: OfCustomer & AccountInput): Promise<MutationResult<ResultOf<typeof UpsertAccount>>> {
    return this.client.mutate(UpsertAccount, { account: accountOf(customer), input })
  }

  /** Creates a token for the browser of a customer: for this account only, and for an hour at most. */
  async createSession({
    customer,
    permissions = SESSION_PERMISSIONS,
    ttlSeconds = 900,
  }: OfCustomer & {
    readonly permissions?: readonly Permission[] | undefined
    readonly ttlSeconds?: number | undefined
  }): Promise<Result<AccountSession>> {
    const variables = { account: accountOf(customer), permissions, ttlSeconds }
    const result = await this.client.mutate(CreateAccountSession, variables)
    if (!result.ok) return result
    const { apiKey, secret } = result.value
    return { ok: true, value: { token: secret!, id: apiKey!.id, expiresAt: new Date(apiKey!.expiresAt!) } }
  }

  /**
   * Signs what a customer has now, for `@stackgate/client/edge`. Default: for five minutes.
   * @throws StackgateError with the code `NOT_FOUND` if the key may not see the customer
   */
  async entitlementsToken({
    customer,
    ttlSeconds,
  }: OfCustomer & { readonly ttlSeconds?: number | undefined }): Promise<{
    readonly token: string
    readonly expiresAt: Date
  }> {
    const { entitlementsToken } = await this.client.request(EntitlementsToken, {
      account: accountOf(customer),
      ttlSeconds,
    })
    if (!entitlementsToken) throw new StackgateError({ code: 'NOT_FOUND', message: 'Account not found.' })
    return { token: entitlementsToken.token, expiresAt: new Date(entitlementsToken.expiresAt) }
  }

  /** Ends what is open. */
  close(): void {
    this.entitlements.close()
    this.client.close()
  }
}

/**
 * The reference of the account of a customer.
 * @throws StackgateError with the code `UNAUTHENTICATED` and the status 401 if `customer` is no text
 */
export const accountOf = (customer: unknown): string => `customer:${textId(customer, 'customer')}`
