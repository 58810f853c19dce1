import type { BillingInterval } from './types.js'

/** Every sentence and word of the components. Replace some with the `labels` of the provider or of a component. */
export interface Labels {
  // Everywhere
  readonly loading: string
  readonly retry: string
  readonly close: string
  readonly requestId: (id: string) => string
  /** Failed requests by their codes: no response of the server arrived (`NETWORK`), or a caller may not do it. */
  readonly failures: Readonly<Record<string, string>>
  /** Every other failed request. */
  readonly failed: string
  readonly continuePayment: string
  readonly leaving: string
  readonly waitingForPayment: string
  readonly retrying: string
  /** After a price. Null: paid once. */
  readonly perInterval: (interval: BillingInterval | null) => string
  readonly perUnit: (unit: string) => string
  readonly connection: Readonly<Record<'idle' | 'connecting' | 'live' | 'signed-out' | 'ended', string>>
  readonly connectionWaiting: (time: string) => string
  // Denials
  readonly denialTitle: string
  readonly denialTitles: Readonly<Record<string, string>>
  readonly askOwner: string
  // Plans
  readonly plans: string
  readonly noPlans: string
  readonly interval: string
  /** Choice of an interval. Null: paid once. */
  readonly intervals: (interval: BillingInterval | null) => string
  readonly free: string
  readonly yourPlan: string
  readonly choosePlan: Readonly<Record<'SUBSCRIBE' | 'UPGRADE' | 'DOWNGRADE' | 'KEEP', (plan: string) => string>>
  readonly notForSale: string
  readonly trial: (days: number) => string
  readonly dueToday: (amount: string) => string
  readonly startsAt: (date: string) => string
  /** The plan of an accepted change, and the date on which it applies. */
  readonly planChanged: (plan: string, date: string | null) => string
  readonly changeTitle: (plan: string) => string
  readonly changeLine: (description: string, amount: string, discount: string | null) => string
  readonly beginsPeriod: string
  readonly nextPayment: (amount: string, date: string) => string
  readonly creditNow: (amount: string) => string
  readonly chargedNow: string
  readonly confirm: string
  readonly confirmPayment: (amount: string) => string
  readonly notNow: string
  readonly scheduledChange: (plan: string, date: string) => string
  // Upgrade
  readonly upgradeTitle: (plan: string) => string
  readonly upgradeNeeded: (plan: string, current: string | null) => string
  readonly upgradeGets: string
  readonly upgradePaid: (plan: string) => string
  readonly upgrade: (plan: string) => string
  readonly quantity: (unit: string) => string
  readonly provider: string
  readonly providers: Readonly<Record<string, string>>
  readonly continue: string
  /** A plan that the catalog does not have, by its code. */
  readonly unknownPlan: (plan: string) => string
  // Templates
  readonly purchaseTitle: (template: string) => string
  readonly purchaseText: (template: string, vendor: string | null) => string
  readonly purchaseOnce: string
  readonly purchaseMonthly: string
  readonly purchase: (price: string | null) => string
  readonly purchaseOwned: (template: string) => string
  // Billing
  readonly billing: string
  readonly plan: string
  readonly status: string
  readonly statuses: Readonly<Record<string, string>>
  readonly renews: (date: string) => string
  readonly endsAt: (date: string) => string
  readonly unpaid: string
  /** The first invoice is unpaid, and the plan begins with its payment. */
  readonly awaitsPayment: string
  /** The plan ends then without a payment. */
  readonly graceEnds: (date: string) => string
  readonly trialEnds: (date: string) => string
  /** A subscription that was canceled, and its end. */
  readonly cancellation: (date: string) => string
  /** A pause of the payments, and its end. */
  readonly paused: (until: string | null) => string
  /** Nothing is charged from one date until the other. True: the plan stays in this time. */
  readonly pauseTerms: (from: string, until: string, keepsAccess: boolean) => string
  readonly pauseSubscription: string
  readonly resumeSubscription: string
  readonly cancelSubscription: string
  readonly keepSubscription: string
  readonly payNow: string
  readonly upgradeButton: string
  readonly manageBilling: string
  readonly noPlan: string
  readonly noPortal: string
  readonly membersOnly: string
  // Usage
  readonly usageText: (used: string, limit: string) => string
  /** More was used than the limit, for example after a change to a smaller plan. */
  readonly usageOver: (used: string, limit: string) => string
  readonly usageUnlimited: (used: string) => string
  readonly usageIncluded: string
  readonly usageNotIncluded: string
  readonly usageResets: (date: string) => string
  readonly usageNearLimit: string
  readonly usageUsedUp: string
  /** Units beyond the allowance that were used, their most, and their cost. */
  readonly usageOverage: (used: string, cap: string, cost: string) => string
  readonly creditsLeft: (amount: string) => string
  readonly creditsExpire: (amount: string, date: string) => string
  readonly creditsDebt: (amount: string) => string
  readonly noCredits: string
  // Lists
  readonly invoices: string
  readonly noInvoices: string
  readonly invoiceNumber: string
  readonly invoiceDate: string
  readonly invoiceStatus: string
  readonly invoiceAmount: string
  readonly invoiceDocuments: string
  readonly invoiceStatuses: Readonly<Record<string, string>>
  readonly invoicePage: (number: string) => string
  readonly invoicePdf: (number: string) => string
  readonly invoicePay: (number: string) => string
  readonly page: string
  readonly pdf: string
  readonly pay: string
  readonly draft: string
  readonly more: string
  readonly commands: string
  readonly noCommands: string
  readonly commandStatuses: Readonly<Record<string, string>>
  readonly commandBy: (name: string) => string
  readonly cancelCommand: (type: string) => string
  readonly cancel: string
  // Return
  readonly returned: Readonly<
    Record<'confirming' | 'paid' | 'processing' | 'failed' | 'canceled' | 'portal' | 'unknown', string>
  >
  readonly returnedProduct: (product: string) => string
}

/** Units as words: `AI chat messages`, `managed server`. */
export const words = (code: string): string => code.replaceAll('_', ' ')

const SINGLE = { DAY: 'Daily', WEEK: 'Weekly', MONTH: 'Monthly', YEAR: 'Yearly' }
const isOne = ({ count }: BillingInterval): boolean => (count ?? 1) === 1
const everyText = ({ unit, count }: BillingInterval): string => `every ${count} ${unit.toLowerCase()}s`
const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`

/** The sentences in English. */
export const ENGLISH: Labels = {
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  requestId: (id) => `Request ID: ${id}`,
  failures: {
    NETWORK: 'Billing does not respond. Check your connection, and try again.',
    UNAVAILABLE: 'Billing is not available now. Try again in a minute.',
    RATE_LIMITED: 'These are too many requests. Try again in a minute.',
    UNAUTHENTICATED: 'You are signed out. Sign in again.',
    FORBIDDEN: 'You have no permission for this. An owner or admin of the account has it.',
  },
  failed: 'This did not work. Try again, or contact support.',
  continuePayment: 'Continue to the payment page',
  leaving: 'Opening the payment page…',
  waitingForPayment: 'Pay in the other tab. This page continues by itself.',
  retrying: 'Repeating your request…',
  perInterval: (interval) =>
    !interval ? 'once' : isOne(interval) ? `a ${interval.unit.toLowerCase()}` : everyText(interval),
  perUnit: (unit) => `per ${unit}`,
  connection: {
    idle: 'Not connected',
    connecting: 'Connecting…',
    live: 'Live',
    'signed-out': 'Signed out',
    ended: 'Not live',
  },
  connectionWaiting: (time) => `Not live since ${time}`,
  denialTitle: 'This is not possible',
  denialTitles: {
    INSUFFICIENT_PLAN: 'Your plan does not include this',
    FEATURE_NOT_INCLUDED: 'Your plan does not include this',
    QUOTA_EXCEEDED: 'The limit is reached',
    LIMIT_REACHED: 'The limit is reached',
    INSUFFICIENT_CREDITS: 'Not enough credits',
    TEMPLATE_NOT_PURCHASED: 'This template must be purchased',
    SUBSCRIPTION_CONFLICT: 'There is a subscription already',
    CHECKOUT_CONFLICT: 'A payment is open already',
    ALREADY_OWNED: 'You own it already',
    NO_ACTIVE_SUBSCRIPTION: 'There is no subscription',
    TRIAL_NOT_AVAILABLE: 'No trial is available',
    PROVIDER_CHOICE_REQUIRED: 'Choose how to pay',
    PROVIDER_UNAVAILABLE: 'Payments are not available now',
    PAYMENT_FAILED: 'The payment failed',
    NOT_FOR_SALE: 'This is not for sale',
    RATE_LIMITED: 'Too many requests',
    CONTACT_REQUIRED: 'Please contact us',
  },
  askOwner: 'Only an owner or admin of the account can pay.',
  plans: 'Plans',
  noPlans: 'Nothing is for sale here.',
  interval: 'Billing interval',
  intervals: (interval) =>
    !interval ? 'Once' : isOne(interval) ? SINGLE[interval.unit] : capital(everyText(interval)),
  free: 'Free',
  yourPlan: 'Your plan',
  choosePlan: {
    SUBSCRIBE: (plan) => `Get ${plan}`,
    UPGRADE: (plan) => `Upgrade to ${plan}`,
    DOWNGRADE: (plan) => `Change to ${plan}`,
    KEEP: (plan) => `Keep ${plan}`,
  },
  notForSale: 'Not available',
  trial: (days) => `${days} days free, then:`,
  dueToday: (amount) => `Due today: ${amount}`,
  startsAt: (date) => `Starts on ${date}`,
  planChanged: (plan, date) => `The plan changes to ${plan}${date ? ` on ${date}` : ''}.`,
  changeTitle: (plan) => `Change to ${plan}`,
  changeLine: (description, amount, discount) =>
    `${description}: ${amount}${discount ? `, less a discount of ${discount}` : ''}`,
  beginsPeriod: 'A new billing period begins with the change.',
  nextPayment: (amount, date) => `Next payment: ${amount} on ${date}`,
  creditNow: (amount) => `Credit for unused time: ${amount}`,
  chargedNow: 'The rest of the period is charged now, to the payment method of the subscription.',
  confirm: 'Confirm',
  confirmPayment: (amount) => `Pay ${amount} and confirm`,
  notNow: 'Not now',
  scheduledChange: (plan, date) => `Your plan changes to ${plan} on ${date}.`,
  upgradeTitle: (plan) => `Upgrade to ${plan}`,
  upgradeNeeded: (plan, current) => `This requires the ${plan} plan.${current ? ` You are on ${current}.` : ''}`,
  upgradeGets: 'You get:',
  upgradePaid: (plan) => `Paid. You are on ${plan}.`,
  upgrade: (plan) => `Upgrade to ${plan}`,
  quantity: (unit) => `Number of units (${unit})`,
  provider: 'Pay with',
  providers: { STRIPE: 'Card', PAYPAL: 'PayPal' },
  continue: 'Continue',
  unknownPlan: () => 'This plan is not for sale.',
  purchaseTitle: (template) => `Buy ${template}`,
  purchaseText: (template, vendor) =>
    vendor ? `${template} is a paid template by ${vendor}.` : `${template} is a paid template.`,
  purchaseOnce: 'You pay once and can deploy it at any time.',
  purchaseMonthly: 'You pay every month and can deploy it until you cancel.',
  purchase: (price) => (price ? `Buy for ${price}` : 'Buy'),
  purchaseOwned: (template) => `You own ${template}.`,
  billing: 'Billing',
  plan: 'Plan',
  status: 'Status',
  statuses: {
    active: 'Active',
    trialing: 'In trial',
    past_due: 'Payment failed',
    unpaid: 'Unpaid',
    canceled: 'Canceled',
    incomplete: 'First payment is open',
    incomplete_expired: 'First payment was not made',
    paused: 'Paused',
  },
  renews: (date) => `Renews on ${date}`,
  endsAt: (date) => `Ends on ${date}`,
  unpaid: 'The last payment failed. Update the payment method to keep the plan.',
  awaitsPayment: 'The plan begins when its first invoice is paid.',
  graceEnds: (date) => `Without a payment it ends on ${date}.`,
  trialEnds: (date) => `The trial ends on ${date}`,
  cancellation: (date) => `The subscription ends on ${date}`,
  paused: (until) => (until ? `Paused until ${until}` : 'Paused'),
  pauseTerms: (from, until, keepsAccess) =>
    `Nothing is charged from ${from} until ${until}. The plan ${keepsAccess ? 'stays' : 'is suspended'} in this time.`,
  pauseSubscription: 'Pause subscription',
  resumeSubscription: 'Resume subscription',
  cancelSubscription: 'Cancel subscription',
  keepSubscription: 'Keep subscription',
  payNow: 'Pay now',
  upgradeButton: 'Upgrade',
  manageBilling: 'Manage billing',
  noPlan: 'No plan',
  noPortal: 'Invoices and payment methods are managed at the payment provider.',
  membersOnly: 'Owners and admins manage billing.',
  usageText: (used, limit) => `${used} of ${limit} used`,
  usageOver: (used, limit) => `${used} used, over the limit of ${limit}`,
  usageUnlimited: (used) => `${used} used, unlimited`,
  usageIncluded: 'Included',
  usageNotIncluded: 'Not included in your plan',
  usageResets: (date) => `Resets on ${date}`,
  usageNearLimit: 'The limit is near.',
  usageUsedUp: 'The limit is reached.',
  usageOverage: (used, cap, cost) => `${used} units beyond the allowance (maximum ${cap}): ${cost}`,
  creditsLeft: (amount) => `${amount} left`,
  creditsExpire: (amount, date) => `${amount} expire on ${date}`,
  creditsDebt: (amount) => `${amount} are owed and deducted from the next credits.`,
  noCredits: 'No credits yet.',
  invoices: 'Invoices',
  noInvoices: 'No invoices yet.',
  invoiceNumber: 'Number',
  invoiceDate: 'Date',
  invoiceStatus: 'Status',
  invoiceAmount: 'Amount',
  invoiceDocuments: 'Documents',
  invoiceStatuses: { DRAFT: 'Draft', OPEN: 'Open', PAID: 'Paid', WRITTEN_OFF: 'Written off', VOID: 'Void' },
  invoicePage: (number) => `Page of invoice ${number}`,
  invoicePdf: (number) => `PDF of invoice ${number}`,
  invoicePay: (number) => `Pay invoice ${number}`,
  page: 'Page',
  pdf: 'PDF',
  pay: 'Pay',
  draft: 'Draft',
  more: 'Show more',
  commands: 'Commands',
  noCommands: 'No commands yet.',
  commandStatuses: {
    QUEUED: 'Waiting',
    LEASED: 'Being delivered',
    RUNNING: 'Running',
    SUCCEEDED: 'Succeeded',
    FAILED: 'Failed',
    CANCELED: 'Canceled',
    EXPIRED: 'Expired',
    LOST: 'Lost: it may or may not have run',
  },
  commandBy: (name) => `by ${name}`,
  cancelCommand: (type) => `Cancel ${type}`,
  cancel: 'Cancel',
  returned: {
    confirming: 'Confirming your payment…',
    paid: 'Paid. Thank you.',
    processing: 'The bank is still deciding. Please allow three days.',
    failed: 'The payment was not made.',
    canceled: 'Nothing was paid.',
    portal: 'Welcome back.',
    unknown: 'This payment is not known here, or it belongs to another account.',
  },
  returnedProduct: (product) => `Paid. You have ${product}.`,
}

/** The text of a value. Undefined for one that a newer server added. */
export const textOf = <Text>(texts: Readonly<Record<string, Text>>, value: string): Text | undefined => texts[value]
