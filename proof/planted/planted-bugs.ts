/** Layer of the proof that must find a planted bug. */
export type FindingLayer = 'decisions' | 'server' | 'histories' | 'interleavings'

/** A defect as a change of one source file. It is applied to a copy in memory and never to a file of the product. */
export interface PlantedBug {
  readonly id: string
  readonly layer: FindingLayer
  /** Source file below `src/`. */
  readonly file: string
  /** Text that occurs exactly once in the file. */
  readonly text: string
  readonly replacement: string
  readonly description: string
  /** The known kind of defect that it imitates. */
  readonly resembles: string
  /** First seed of a run that must find the bug. Even seeds of the whole server are customers, odd ones are tenants. */
  readonly seed: number | null
}

type Short = readonly [
  id: string,
  file: string,
  text: string,
  replacement: string,
  description: string,
  resembles: string,
]

const ENTITLEMENTS = 'services/entitlements/'
const BILLING = 'services/billing/'

const decisions: readonly Short[] = [
  [
    'overdraw-allowance',
    `${ENTITLEMENTS}model/deduct-units.ts`,
    'const ofAllowance = Math.min(missing, allowanceLeft(allowance))',
    'const ofAllowance = missing',
    'A consumption takes more from the allowance than is left.',
    'A counter that is incremented without a check of its limit',
  ],
  [
    'accept-a-part',
    `${ENTITLEMENTS}model/deduct-units.ts`,
    'if (missing === 0) return parts',
    'if (missing === 0 || parts.length > 0) return parts',
    'A consumption succeeds although only a part of the units is available.',
    'A partial deduction that is reported as complete',
  ],
  [
    'expiry-one-late',
    `${ENTITLEMENTS}model/entitlement-sources.ts`,
    '(grant.expiresAt === null || isAfter(grant.expiresAt, at))',
    '(grant.expiresAt === null || !isBefore(grant.expiresAt, at))',
    'Credits can be used in the millisecond in which they expire.',
    'A comparison with the wrong boundary at an expiry',
  ],
  [
    'use-revoked-credits',
    `${ENTITLEMENTS}model/entitlement-sources.ts`,
    '  grant.revokedAt === null &&\n',
    '',
    'Credits of a refunded pack can still be used.',
    'A refund that takes nothing back',
  ],
  [
    'ignore-reservations',
    `${ENTITLEMENTS}model/entitlement-sources.ts`,
    'amount - used - reserved - expired - revoked',
    'amount - used - expired - revoked',
    'Reserved units of a pack can be consumed by another operation.',
    'A hold that reserves nothing',
  ],
  [
    'latest-expiry-first',
    `${ENTITLEMENTS}model/deduction-order.ts`,
    'if (expiry(left) !== expiry(right)) return expiry(left) - expiry(right)',
    'if (expiry(left) !== expiry(right)) return expiry(right) - expiry(left)',
    'The pack that expires last is used first, so that the other one is lost.',
    'Credit deduction in the order of purchase or in reverse order',
  ],
  [
    'month-of-30-days',
    `${ENTITLEMENTS}model/quota-window.ts`,
    'end: new Date(Date.UTC(year, month + 1, 1))',
    'end: new Date(Date.UTC(year, month, 31))',
    'A calendar month ends on its 31st day, which is a day too early or too late.',
    'An error of one day at the end of a month',
  ],
  [
    'month-overflow',
    `${ENTITLEMENTS}model/quota-window.ts`,
    'Math.min(anchor.getUTCDate(), lastDay)',
    'anchor.getUTCDate()',
    'A month after 31 January is 3 March.',
    'Date arithmetic that overflows into the next month',
  ],
  [
    'chained-periods',
    `${ENTITLEMENTS}model/quota-window.ts`,
    'end: addMonths(anchor, number + 1)',
    'end: addMonths(addMonths(anchor, number), 1)',
    'Billing periods are counted from the previous one, so that 31 January becomes 28 March.',
    'Billing anchors that drift after February',
  ],
  [
    'sliding-window-too-short',
    `${ENTITLEMENTS}model/quota-window.ts`,
    'end: new Date(start + bucketMs + lengthMs)',
    'end: new Date(start + lengthMs)',
    'Usage leaves a sliding window up to half a day too early.',
    'Rate limiters that allow nearly twice the limit around a boundary',
  ],
  [
    'plan-change-resets-usage',
    `${ENTITLEMENTS}model/allowance.ts`,
    '!isCounted(snapshot, feature, use)',
    'use.windowEnd.getTime() !== window.end.getTime()',
    'After a change of plan the usage of the running period is dropped.',
    'Users who change the plan back and forth for a new quota',
  ],
  [
    'key-of-other-input',
    `${ENTITLEMENTS}usage/decide-operations.ts`,
    'return earlier.request === key.request ? asRepeated(earlier.outcome) : denied(idempotencyMismatch())',
    'return asRepeated(earlier.outcome)',
    'A key that was used for other input returns the result of that input.',
    'Idempotency keys that are compared without the request',
  ],
  [
    'retry-counts-twice',
    `${ENTITLEMENTS}usage/decide-operations.ts`,
    'if (one.known) done.set',
    "if (one.known && one.operation.kind !== 'consume') done.set",
    'A consumption that is repeated with its key is counted again.',
    'A retry after a timeout that is billed twice',
  ],
  [
    'denial-is-stored',
    `${ENTITLEMENTS}usage/decide-operations.ts`,
    "if (outcome.kind !== 'denied') done.set",
    'done.set',
    'A denial is stored under its key, so that a retry after a purchase is denied.',
    'Idempotency layers that replay errors',
  ],
  [
    'commit-twice',
    `${ENTITLEMENTS}usage/decide-commit.ts`,
    '  draft.close(held, status, at)\n',
    '',
    'A committed reservation stays open and can be committed again.',
    'A capture that does not close its authorization',
  ],
  [
    'commit-keeps-the-hold',
    `${ENTITLEMENTS}usage/decide-commit.ts`,
    'reserved: index < kept.length ? 0 - units : 0,',
    'reserved: 0,',
    'Committed units stay reserved as well.',
    'A capture that leaves its hold on the balance',
  ],
  [
    'smaller-commit-charges-all',
    `${ENTITLEMENTS}usage/decide-commit.ts`,
    'const kept = firstUnits(parts, amount)',
    'const kept = parts',
    'A commit of a smaller amount consumes the complete reservation.',
    'Usage that is billed by its estimate',
  ],
  [
    'larger-commit-is-free',
    `${ENTITLEMENTS}usage/decide-commit.ts`,
    'deductUnits(catalog, draft.snapshot, feature, wanted - held.amount - missing) : []',
    '(deductUnits(catalog, draft.snapshot, feature, wanted - held.amount - missing) ?? []) : []',
    'A commit above the reservation succeeds without units for the difference.',
    'A capture above the authorized amount',
  ],
  [
    'hold-expires-one-late',
    `${ENTITLEMENTS}usage/release-expired.ts`,
    'if (!isAfter(held.expiresAt, at)) {',
    'if (isAfter(at, held.expiresAt)) {',
    'A reservation is still open at the time at which it has expired.',
    'A comparison with the wrong boundary at an expiry',
  ],
  [
    'revoked-units-return',
    `${ENTITLEMENTS}usage/held-units.ts`,
    "if (grant.revokedAt) draft.move(operationNo, left, () => ({ kind: 'REVOKE', revoked: units, amount: -units }), note)\n    else if",
    'if',
    'Released units of a refunded pack become free units again.',
    'A refund that misses reserved units',
  ],
  [
    'debt-is-never-repaid',
    `${ENTITLEMENTS}credits/decide-grant.ts`,
    'const paid = payDebt(draft, operationNo, note)',
    'const paid = 0',
    'A new pack does not repay the debt of a refunded pack.',
    'Buy, use, refund and buy again for free use',
  ],
  [
    'refund-keeps-used-units',
    `${ENTITLEMENTS}credits/decide-grant.ts`,
    '  if (grant.used > 0) draft.owe(operationNo, grant.used, note)\n',
    '',
    'A refund forgets the units that were used.',
    'Buy, use and refund',
  ],
  [
    'commit-after-refund-is-free',
    `${ENTITLEMENTS}usage/held-units.ts`,
    'if (grant?.revokedAt) draft.owe(operationNo, part.amount, note)',
    '',
    'Units that were reserved before a refund and committed after it are free.',
    'A refund that misses pending captures',
  ],
  [
    'allocate-twice',
    `${ENTITLEMENTS}usage/decide-allocation.ts`,
    'if (held !== wanted) {',
    'if (wanted || held !== wanted) {',
    'A repeated allocation counts the same resource twice.',
    'A counter instead of a set of resources',
  ],
  [
    'unlimited-is-denied',
    `${ENTITLEMENTS}usage/decide-allocation.ts`,
    '.remaining ?? 1) < 1',
    '.remaining ?? 0) < 1',
    'An unlimited plan is denied, because null counts as zero.',
    'Unlimited as a missing number',
  ],
  [
    'negative-remainder',
    `${ENTITLEMENTS}model/evaluate-entitlements.ts`,
    'Math.max(0, counted.limit - used)',
    'counted.limit - used',
    'After a downgrade the remaining number is below zero.',
    'Negative balances after a downgrade',
  ],
  [
    'quantity-is-ignored',
    `${ENTITLEMENTS}model/entitlement-sources.ts`,
    'if (granted.perUnit) return granted.amount * quantity',
    'if (granted.perUnit) return granted.amount',
    'Four paid units grant as much as one.',
    'Quantities that only the invoice knows',
  ],
  [
    'members-come-and-go',
    `${ENTITLEMENTS}model/entitlement-sources.ts`,
    'maximum = isBefore(at, since) ? Math.max(1, members) : Math.max(maximum, peak)',
    'maximum = Math.max(1, members)',
    'The number of members at the moment counts, not the highest one of the month.',
    'Seats that are released before the end of the month',
  ],
  [
    'lower-plan-wins',
    `${ENTITLEMENTS}model/held-plans.ts`,
    'right.plan.rank - left.plan.rank',
    'left.plan.rank - right.plan.rank',
    'Of two plans the lower one counts.',
    'A free plan that hides the paid one',
  ],
  [
    'grant-before-paid',
    `${ENTITLEMENTS}model/held-plans.ts`,
    '!isAfter(since, at) && (expiresAt === null',
    '(expiresAt === null',
    'A plan that begins later counts at once.',
    'Access that is granted before the period is paid',
  ],
  [
    'stale-plan',
    `${ENTITLEMENTS}model/account-snapshot.ts`,
    'held: moved ? heldPlans(catalog, snapshot.assignments, at) : snapshot.held',
    'held: snapshot.held',
    'A plan that has ended is used until the account changes.',
    'A cache that ignores the end of a plan',
  ],
  [
    'plan-ends-a-day-early',
    `${ENTITLEMENTS}plans/assign-plan.ts`,
    'moment.getUTCDate() + 1',
    'moment.getUTCDate()',
    'A plan ends at the beginning of its last day, before it can be renewed.',
    'Access that ends before the renewal is charged',
  ],
  [
    'addon-never-ends',
    `${ENTITLEMENTS}model/entitlement-sources.ts`,
    '(until === null || isAfter(until, snapshot.at))',
    '(until === null || isAfter(until, since))',
    'An add-on or an override lasts forever.',
    'Add-ons that survive their subscription',
  ],
  [
    'negative-amount',
    `${ENTITLEMENTS}model/usage-denials.ts`,
    'amount >= least && amount <= MAX_AMOUNT',
    '(amount >= least || amount < 0) && amount <= MAX_AMOUNT',
    'A consumption of minus five gives five units.',
    'Negative amounts that increase a balance',
  ],
  [
    'usage-in-the-future',
    `${ENTITLEMENTS}usage/decide-consume.ts`,
    'if (isAfter(at, snapshot.at)) return',
    'if (isAfter(at, new Date(8.64e15))) return',
    'Usage can be recorded for a time in the future, outside of the running period.',
    'Reported timestamps that are trusted',
  ],
  [
    'check-says-yes',
    `${ENTITLEMENTS}check/decide-check.ts`,
    'remaining >= amount',
    'remaining > 0',
    'A check of ten units is allowed if one is left.',
    'A gate that ignores the amount',
  ],
  [
    'held-grant-is-closed',
    `${ENTITLEMENTS}model/exhausted-grants.ts`,
    'grant.reserved === 0 && freeOf(grant) === 0',
    'freeOf(grant) === 0',
    'A pack whose last units are reserved leaves the account, and a release loses them.',
    'A cleanup that deletes rows in use',
  ],
  [
    'warning-one-late',
    `${ENTITLEMENTS}warnings/decide-warnings.ts`,
    'used * 100 >= limit * threshold',
    'used * 100 > limit * threshold',
    'A warning at 80 percent comes with the next unit.',
    'A comparison with the wrong boundary at a threshold',
  ],
  [
    'use-of-last-month',
    `${ENTITLEMENTS}usage/account-draft.ts`,
    'const isRecounted = moved.used && since && isBefore(grant.usagePeriodStart, since)',
    'const isRecounted = false as boolean',
    'Units that a pack lost in earlier months count as used in this month.',
    'Usage displays that mix periods',
  ],
  [
    'dispute-takes-twice',
    `${BILLING}model/decide-purchase.ts`,
    'Math.min(paid, refundedMinor + sum(lost))',
    'refundedMinor + sum(lost)',
    'A dispute that is lost after a refund takes more back than was paid.',
    'Refund and chargeback for the same payment',
  ],
  [
    'pending-refund-is-free',
    `${BILLING}model/decide-purchase.ts`,
    "status === 'PENDING' || status === 'SUCCEEDED'",
    "status === 'SUCCEEDED'",
    'A refund on its way does not count, so that the money is returned twice.',
    'Refunds that are counted only after they settle',
  ],
  [
    'revoke-too-much',
    `${BILLING}model/decide-purchase.ts`,
    'Number((BigInt(given) * BigInt(purchase.reversedMinor)) / BigInt(purchase.amountMinor))',
    'Math.ceil((given * purchase.reversedMinor) / purchase.amountMinor)',
    'A partial refund takes one unit too many, because the share is rounded up.',
    'Rounding to the disadvantage of the buyer',
  ],
  [
    'refund-during-dispute',
    `${BILLING}model/decide-refund.ts`,
    "if (purchase.status !== 'PAID' && purchase.status !== 'PARTIALLY_REFUNDED')",
    "if (purchase.status === 'PENDING')",
    'A payment can be refunded while its bank decides a dispute about it, which returns it again.',
    'Refund and chargeback for the same payment',
  ],
  [
    'refund-of-credit',
    `${BILLING}model/decide-refund.ts`,
    'purchase.amountMinor - refunded - lost - asCredit',
    'purchase.amountMinor - refunded - lost',
    'Money that became credit is refunded as well.',
    'A downgrade credit and a refund for the same period',
  ],
  [
    'negative-refund',
    `${BILLING}model/decide-refund.ts`,
    'if (amount >= 1 && amount <= left && amount % step === 0) return amount',
    'if (amount <= left && amount % step === 0) return amount',
    'A refund of a negative amount is accepted.',
    'Negative amounts that charge a customer',
  ],
  [
    'credit-for-each-purchase',
    `${BILLING}model/decide-credit.ts`,
    '    left -= amountMinor\n',
    '',
    'The same unused time is credited from every purchase of the period.',
    'A credit that is applied to each invoice',
  ],
  [
    'credit-twice',
    `${BILLING}model/decide-credit.ts`,
    'source.reversedMinor - source.creditedMinor)',
    'source.reversedMinor)',
    'Money that became credit becomes credit again with the next downgrade.',
    'Upgrade and downgrade in a circle for free credit',
  ],
  [
    'largest-share',
    `${BILLING}model/decide-unused-credit.ts`,
    'share.part * least.whole < least.part * share.whole',
    'share.part * least.whole > least.part * share.whole',
    'Unused time is credited although the allowance was used up.',
    'Use the quota on the first day, then cancel',
  ],
  [
    'credit-above-payment',
    `${BILLING}model/decide-unused-credit.ts`,
    'Math.max(0, Math.min(sum, leftMinor))',
    'Math.max(0, sum)',
    'The credit of a downgrade is higher than the money that was paid.',
    'Proration of a price that a discount reduced',
  ],
  [
    'grace-starts-again',
    `${BILLING}subscriptions/decide-subscription.ts`,
    'if (previous?.graceUntil) {',
    "if (previous?.graceUntil && status === 'UNPAID') {",
    'Each failed attempt to charge starts the grace period again.',
    'Access without payment for as long as retries fail',
  ],
  [
    'grace-without-payment',
    `${BILLING}subscriptions/decide-subscription.ts`,
    'if (!everPaid || previous',
    "if ((!everPaid && status === 'UNPAID') || previous",
    'A first payment that fails gives a week of the plan.',
    'Trials with a stolen card',
  ],
  [
    'canceled-keeps-plan',
    `${BILLING}subscriptions/decide-subscription.ts`,
    "endOf(next.status, previous), entitlements: 'end' }",
    "endOf(next.status, previous), entitlements: 'keep' }",
    'A canceled subscription keeps its plan.',
    'A missed cancellation event',
  ],
  [
    'unpaid-keeps-plan',
    'entities/billing/subscription-state.ts',
    "['TRIALING', 'ACTIVE', 'PAST_DUE']",
    "['TRIALING', 'ACTIVE', 'PAST_DUE', 'UNPAID']",
    'A subscription that stays unpaid keeps its plan.',
    'Statuses of the provider that are read as active',
  ],
  [
    'decimal-is-padded-left',
    'services/kernel/money/money.ts',
    "whole + fraction.padEnd(decimals, '0')",
    "whole + fraction.padStart(decimals, '0')",
    'The amount 49.5 is read as 49.05.',
    'Text of an amount that is parsed by hand',
  ],
  [
    'currency-without-decimals',
    'services/kernel/money/money.ts',
    '  if (decimals === 0) return sign + digits\n',
    "  if (decimals === 0) return `${sign}${digits.padStart(3, '0').slice(0, -2)}.${digits.padStart(3, '0').slice(-2)}`\n",
    'An amount in yen is divided by a hundred.',
    'Currencies without decimals that are charged a hundredfold',
  ],
  [
    'nothing-paid-keeps-plan',
    `${BILLING}model/decide-remaining.ts`,
    "if (paid.quantity === 0) return { kind: 'end' }",
    "if (paid.quantity === 0) return { kind: 'keep' }",
    'A subscription stays after every payment of its period was returned.',
    'A refund that leaves access',
  ],
]

/** Defects that only concurrent clients of two servers show. */
const histories: readonly Short[] = [
  [
    'confirmed-and-not-written',
    `${ENTITLEMENTS}engine/operation-batcher.ts`,
    '=>\n  applied && replays.length === 0 && staleAllocations.length === 0\n\n/** True if the account had',
    '=>\n  replays.length === 0 && staleAllocations.length === 0\n\n/** True if the account had',
    'A consumption that lost the race for the version is confirmed although it was not written.',
    'Acknowledged before the commit',
  ],
]

/** Defects in the order of statements. */
const interleavings: readonly Short[] = [
  [
    'version-is-not-checked',
    `${ENTITLEMENTS}persist/persist-statement.ts`,
    'where a.id = w.id and a.version = w.version returning w.n',
    'where a.id = w.id returning w.n',
    'A change is written although the account has another version than it was decided on.',
    'Lost updates of a counter that is read, changed and written',
  ],
]

/** Defects that the tenants of the whole server show. */
const server: readonly Short[] = [
  [
    'command-runs-again',
    'services/deployments/commands/decide-overdue.ts',
    '  if (!isReadOnly(command.type, command.parameters)) return lost(command, reason)\n',
    '',
    'A command that changes something is delivered again after its agent was lost.',
    'Queues that deliver at least once',
  ],
  [
    'cap-ignores-reservations',
    `${ENTITLEMENTS}model/decide-spend.ts`,
    'remaining: Math.max(0, cap.amount - used - reserved)',
    'remaining: Math.max(0, cap.amount - used)',
    'Reserved units do not count against a spend cap, so that their commits exceed it.',
    'Budgets that count only settled costs',
  ],
  [
    'refund-keeps-the-pack',
    `${BILLING}model/apply-credit-grants.ts`,
    'if (held === wanted) return false',
    'if (held >= wanted) return false',
    'A refunded pack keeps its credits.',
    'Credits that outlive the refund of their purchase',
  ],
]

/** Defects that the customers of the whole server show, whose money is compared with the provider. */
const customers: readonly Short[] = [
  [
    'refund-keeps-the-plan',
    `${BILLING}refunds/follow-returned-money.ts`,
    "if (remaining.kind === 'end') {",
    "if (remaining.kind === 'end' && !subscription) {",
    'A subscription continues after all money of its period was refunded.',
    'Refunds that only move money',
  ],
]

const planted = (layer: FindingLayer, bugs: readonly Short[], seed: number | null = null): PlantedBug[] =>
  bugs.map(([id, file, text, replacement, description, resembles]) => ({
    id,
    layer,
    file,
    text,
    replacement,
    description,
    resembles,
    seed,
  }))

/** Every planted bug, in the order in which they are tried. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...planted('decisions', decisions),
  ...planted('server', server),
  ...planted('server', customers, 2),
  ...planted('interleavings', interleavings),
  ...planted('histories', histories),
]
