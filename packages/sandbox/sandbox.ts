import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { CallLog } from './control/call-log.js'
import { controlApi, type ControlParts } from './control/control-api.js'
import { RequestGate } from './control/request-gate.js'
import { Faults } from './faults/faults.js'
import { authenticatePages } from './pages/authenticate-pages.js'
import { checkoutPages } from './pages/checkout-pages.js'
import { fontFile } from './pages/font.js'
import { inspector } from './pages/inspector.js'
import { invoicePages } from './pages/invoice-pages.js'
import { receiptPages } from './pages/receipt-pages.js'
import { guardPages } from './pages/page-guard.js'
import { onboardingPages } from './pages/onboarding-pages.js'
import { portalPages } from './pages/portal-pages.js'
import { deleteExpired } from './state/delete-expired.js'
import { Ids } from './state/ids.js'
import { Journal, type JournalEntry } from './state/journal.js'
import { Store } from './state/store.js'
import { stripeApi } from './stripe/api/stripe-api.js'
import { expireCheckoutSession } from './stripe/checkout-sessions/expire-checkout-session.js'
import { StripeError } from './stripe/api/stripe-error.js'
import { STRIPE_ROUTES } from './stripe/routes.js'
import { reportMeterErrors } from './stripe/billing-meters/report-meter-errors.js'
import { resolveDebit } from './stripe/collection/resolve-debit.js'
import { endDiscount } from './stripe/discounts/end-discount.js'
import { settleRefund } from './stripe/refunds/create-refund.js'
import { endPhase } from './stripe/subscription-schedules/end-phase.js'
import { cancelSubscription } from './stripe/subscriptions/cancel-subscription.js'
import { expireIncomplete } from './stripe/subscriptions/expire-incomplete.js'
import { expirePendingChange } from './stripe/subscriptions/expire-pending-change.js'
import { finalizeRenewal, retryInvoice, unpauseCollection } from './stripe/subscriptions/finalize-renewal.js'
import { giveUpInvoice, overdueInvoice } from './stripe/invoices/send-invoice.js'
import { announceTrialEnd, renewSubscription } from './stripe/subscriptions/renew-subscription.js'
import { finishAdvancing } from './stripe/test-clocks/test-clock.object.js'
import { certificateChain, nameOf, type CertificateChain } from './paypal/certificates/chain.js'
import { PayPalError } from './paypal/api/paypal-error.js'
import { payPalApi } from './paypal/api/paypal-api.js'
import { expireOrder } from './paypal/orders/approve-order.js'
import { settleCapture } from './paypal/payments/settle-capture.js'
import { PAYPAL_ROUTES } from './paypal/routes.js'
import { billSubscription, retryPayment } from './paypal/subscriptions/bill-subscription.js'
import { keepManagedWebhook, type ManagedPayPalWebhook } from './paypal/webhooks/managed-webhook.js'
import { payPalPages } from './pages/paypal/paypal-pages.js'
import { keepManagedEndpoint, type ManagedWebhook } from './stripe/webhook-endpoints/managed-endpoint.js'
import { Clock } from './time/clock.js'
import { DueQueue } from './time/due-queue.js'
import { TimeMachine, type DueHandlers } from './time/time-machine.js'
import { Dispatcher } from './webhooks/dispatcher.js'
import { BY_ITSELF, type SandboxState } from './sandbox-state.js'

/** Options of a sandbox. */
export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number
  host?: string
  /** Folder of the state. Null stores it in memory only. */
  dataDir: string | null
  /** Entries of another sandbox's journal, with which this one begins when there is no state yet. */
  initialState?: readonly JournalEntry[]
  /** The bearer token of the control interface. */
  token: string
  /** Where the business clock starts when there is no state yet; now, when left out. */
  clock?: Date
  /** True if the business clock follows the machine clock, for a server that cannot move it (test mode). */
  clockRuns?: boolean
  /** The endpoint of the server that started us. */
  webhook?: ManagedWebhook
  /** The same for PayPal's events. */
  payPalWebhook?: ManagedPayPalWebhook
  /** Folder of the certificates of PayPal's webhooks. Default: `dataDir`. Without either, new ones are created. */
  certificatesDir?: string
  /** True if every response and event is checked against Stripe's schemas. See `Sandbox.violations`. */
  checked?: boolean
  /** Milliseconds until a webhook endpoint must respond. Default: 10 seconds. */
  webhookTimeout?: number | undefined
  /** Maximum number of API calls per second of machine time. Default: no limit. */
  rateLimit?: number | undefined
  /** Called after every move of the clock. */
  onClock?: (now: Date) => void
  /** Receives failures that no response has, for example of a renewal. Default: the console. */
  report?: (text: string) => void
}

/** A running sandbox. */
export interface Sandbox {
  url: string
  port: number
  token: string
  /** Certificate by which a client trusts PayPal's webhooks. */
  readonly payPal: { rootCertificate: string }
  /**
   * Violations of the providers' schemas by responses and events so far. Empty unless the sandbox was started with
   * `checked`.
   */
  readonly violations: readonly string[]
  /** Stops listening, completes attempts in progress, and writes all state. */
  close(): Promise<void>
}

/** Interval at which a running clock moves; Stripe counts in seconds too. */
const TICK_MS = 1_000

/** Starts a sandbox: loads its state, listens, and resumes pending deliveries. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = new Store(
    options.dataDir === null ? null : new Journal(join(options.dataDir, 'sandbox')),
    options.initialState,
  )
  const chain = await certificateChain(options.certificatesDir ?? options.dataDir)
  const world = createWorld(store, options, chain)
  const faults = new Faults()
  const dispatcher = new Dispatcher(world, faults, options.webhookTimeout)
  world.deliver = dispatcher.accept
  if (options.onClock !== undefined) world.clock.onMove(options.onClock)
  const { report: say = (text: string) => console.error(text) } = options
  const report = (error: unknown) => say(`sandbox: ${String(error)}`)
  const time = new TimeMachine(world, dueHandlers(dispatcher), {
    settle: () => dispatcher.settle(),
    report: (text, error) => {
      report(text)
      // Not a rule of a provider: a fault of the sandbox.
      if (!(error instanceof StripeError || error instanceof PayPalError)) world.violations?.push(text)
    },
  })
  world.advance = (target) => void time.advance(() => target).catch(report)
  const app = buildServer({
    world,
    token: options.token,
    time,
    dispatcher,
    faults,
    calls: new CallLog(),
    gate: new RequestGate(options.rateLimit ?? null),
  })
  try {
    await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' })
  } catch (error) {
    store.close()
    throw error
  }
  // The folder is free only after the port is bound, because another process that uses the folder also holds the port.
  const { port } = app.server.address() as { port: number }
  world.baseUrl = `http://${hostName(options.host)}:${port}`
  if (options.webhook !== undefined) keepManagedEndpoint(world, options.webhook)
  if (options.payPalWebhook !== undefined) keepManagedWebhook(world, options.payPalWebhook)
  deleteExpired(store, world.clock.now)
  store.compact()
  dispatcher.resume()
  // A process that died between a move of the clock and its effects left them due. Starting does not wait for them.
  world.advance(world.clock.now)
  const ticking = options.clockRuns ? setInterval(() => world.advance(Date.now()), TICK_MS) : null
  const close = async () => {
    if (ticking) clearInterval(ticking)
    await dispatcher.close()
    await app.close()
    store.close()
  }
  const payPal = { rootCertificate: chain.root }
  return { url: world.baseUrl, port, token: options.token, payPal, violations: world.violations ?? [], close }
}

function createWorld(
  store: Store,
  { clock = new Date(), checked = false, token }: SandboxOptions,
  certificates: CertificateChain,
): SandboxState {
  const ids = new Ids(store)
  return {
    store,
    ids,
    clock: new Clock(store, clock),
    due: new DueQueue(store, ids),
    baseUrl: '',
    cause: BY_ITSELF,
    held: null,
    violations: checked ? [] : null,
    paypal: { certificates, certificateName: nameOf(certificates), tokenKey: `paypal tokens ${token}` },
    deliver: () => undefined,
    advance: () => undefined,
  }
}

function dueHandlers(dispatcher: Dispatcher): DueHandlers {
  return {
    'session.expire': expireCheckoutSession,
    'subscription.trial_will_end': announceTrialEnd,
    'subscription.renew': renewSubscription,
    'invoice.finalize': finalizeRenewal,
    'invoice.retry': retryInvoice,
    'invoice.overdue': overdueInvoice,
    'invoice.give_up': giveUpInvoice,
    'payment.settle': resolveDebit,
    'refund.settle': settleRefund,
    'discount.end': endDiscount,
    'subscription.cancel': cancelSubscription,
    'subscription.expire': expireIncomplete,
    'subscription.pending_update': expirePendingChange,
    'subscription.unpause': unpauseCollection,
    'schedule.phase': endPhase,
    'meter.report': reportMeterErrors,
    'test_clock.ready': finishAdvancing,
    'paypal.order.expire': expireOrder,
    'paypal.capture.settle': settleCapture,
    'paypal.subscription.bill': billSubscription,
    'paypal.subscription.retry': retryPayment,
    'delivery.retry': (_world, delivery) => dispatcher.retry(delivery),
  }
}

function buildServer(parts: ControlParts): FastifyInstance {
  const app = Fastify({
    bodyLimit: 1024 * 1024,
    // Kept-alive connections of SDKs must not prevent the exit of a closed sandbox.
    forceCloseConnections: true,
    // No client asks for the head of a response alone, and half of the routes would exist for it.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 300 },
    // Some SDKs of PayPal send a slash at the end of a path.
    rewriteUrl: ({ url = '/' }) => (/^\/paypal\/v\d/.test(url) ? url.replace(/\/(?=\?|$)/, '') : url),
    // Without these the framework loads compilers for schemas that no route here has: a fifth of the time to start.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
  })
  void app.register(scoped('stripe', (scope) => stripeApi(scope, { ...parts, routes: STRIPE_ROUTES })))
  void app.register(scoped('paypal', (scope) => payPalApi(scope, { ...parts, routes: PAYPAL_ROUTES })))
  const pages = scoped('pages', (scope) => {
    takeForms(scope)
    guardPages(scope)
    fontFile(scope)
    checkoutPages(scope, parts.world)
    authenticatePages(scope, parts.world)
    invoicePages(scope, parts.world)
    receiptPages(scope, parts.world)
    portalPages(scope, parts.world)
    onboardingPages(scope, parts.world)
    payPalPages(scope, parts.world)
  })
  const inspection = scoped('inspector', (scope) => {
    takeForms(scope)
    inspector(scope, parts)
  })
  const control = scoped('control', (scope) => controlApi(scope, parts))
  void app.register(pages)
  void app.register(inspection)
  void app.register(control, { prefix: '/_sandbox/api' })
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).type('text/plain').send(`No route for ${request.method} ${request.url}.\n`),
  )
  return app
}

/** Routes with hooks and parsers of their own. A name, because the framework would look for one in everything that was ever required. */
const scoped = (name: string, routes: (scope: FastifyInstance) => void) =>
  fastifyPlugin(async (scope: FastifyInstance) => routes(scope), { name, encapsulate: true })

function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
}

function noCompiler(): never {
  throw new Error('no route of the sandbox is described by a schema')
}

function hostName(host: string | undefined): string {
  return host?.includes(':') === true ? `[${host}]` : (host ?? '127.0.0.1')
}
