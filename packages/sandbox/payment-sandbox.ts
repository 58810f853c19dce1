/** Settings of a sandbox in a test. */
export interface PaymentSandboxOptions {
  /** Port on 127.0.0.1. Default: any free port. */
  readonly port?: number
  /** Folder that stores the state for the next start. Default: the state is in memory only. */
  readonly folder?: string
  /** Time at which the business clock starts. Default: now. It stands still until `advanceClock`. */
  readonly clock?: Date
  /**
   * An endpoint that receives Stripe's events from the beginning, with the secret that signs them. Others are created
   * by `stripe.webhookEndpoints.create`.
   */
  readonly webhook?: { readonly url: string; readonly secret: string; readonly events?: readonly string[] }
  /** The same for PayPal's events. The ID consists of capitals and digits. */
  readonly payPalWebhook?: { readonly url: string; readonly id: string; readonly events?: readonly string[] }
  /**
   * True if requests, responses and events are compared with the providers' published schemas. Default: true. Deviations
   * are in `violations`.
   */
  readonly checked?: boolean
}

/** A way to pay for a checkout; it is the choice of a person on the payment page. */
export interface PaymentChoice {
  /** Number of a test card. Default: 4242424242424242. */
  readonly card?: string
  /**
   * Outcome, whatever the card. The asynchronous ones pay by bank debit, and the bank responds three days later by the
   * business clock.
   */
  readonly outcome?: 'paid' | 'declined' | 'challenge' | 'async_paid' | 'async_failed'
  /** `now` lets the bank respond immediately. */
  readonly settle?: 'now' | 'later'
}

/** A checkout after a payment was attempted. */
export interface CheckoutPayment {
  readonly status: string
  readonly paymentStatus: string
  /** ID of the subscription that began. Null for a payment without one. */
  readonly subscription: string | null
  /** Page to which the customer returns, or the page of a challenge. */
  readonly url: string | null
  /** Reason of a declined card. */
  readonly declineCode?: string
}

/** A running sandbox. */
export interface PaymentSandbox {
  /** Address without a slash at the end. `${url}/_sandbox` shows everything in a browser. */
  readonly url: string
  /** Bearer token of `${url}/_sandbox/api`. */
  readonly token: string
  /** Arguments of the Stripe SDK: `new Stripe(stripe.apiKey, stripe.options)`. */
  readonly stripe: {
    readonly apiKey: string
    readonly options: {
      readonly host: string
      readonly port: number
      readonly protocol: 'http'
      readonly telemetry: false
    }
  }
  /** Settings of a PayPal client. */
  readonly payPal: {
    readonly apiUrl: string
    readonly clientId: string
    readonly clientSecret: string
    /** Certificate (PEM) by which a client trusts webhooks. */
    readonly rootCertificate: string
  }
  /** Deviations from the providers' schemas so far. A test that ends with some has found an error of the sandbox. */
  readonly violations: readonly string[]
  /**
   * Acts as a customer on the payment page of a checkout session, a PayPal order or a PayPal subscription.
   * @throws if it does not exist or is not open
   */
  payCheckout(id: string, choice?: PaymentChoice): Promise<CheckoutPayment>
  /** Lets the next payments of a customer fail. */
  failNextPayment(customer: string, options?: { readonly times?: number; readonly code?: string }): Promise<void>
  /**
   * Advances the business clock to a time, or by seconds. Everything that is due until then happens, and its webhooks are
   * attempted. Returns the new time.
   * @throws if the time is in the past
   */
  advanceClock(to: Date | { readonly seconds: number }): Promise<Date>
  /** Waits until the webhooks of everything so far have been attempted. */
  webhooksAttempted(): Promise<void>
  /** Calls the control interface, for example `control('POST', 'disputes', { payment })`. @throws with its message */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>
  /** Deletes all objects. Endpoints and the time remain. */
  reset(): Promise<void>
  /** Stops the sandbox. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
