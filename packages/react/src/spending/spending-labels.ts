/** Sentences of the components of `@stackgate/react/spending`. Replace some with the `labels` of the provider or of a component. */
export interface SpendingLabels {
  // Everywhere
  readonly edit: string
  readonly remove: string
  readonly keep: string
  readonly save: string
  readonly spendingDenied: string
  readonly percentsHint: string
  readonly percentsInvalid: string
  readonly alertsAt: (percents: string) => string
  readonly noAlerts: string
  readonly feature: string
  // Spend caps
  readonly caps: string
  readonly capsText: string
  readonly noCaps: string
  readonly addCap: string
  readonly capName: (feature: string, period: string) => string
  readonly capNameInMoney: (feature: string, period: string) => string
  readonly capNameOfMember: (cap: string, member: string) => string
  readonly editCap: (cap: string) => string
  readonly removeCap: (cap: string) => string
  readonly removeCapText: (cap: string) => string
  readonly capPeriods: Readonly<Record<'DAY' | 'MONTH' | 'BILLING_PERIOD', string>>
  readonly capUsed: (used: string, amount: string) => string
  readonly capOver: (used: string, amount: string) => string
  readonly capReserved: (amount: string) => string
  readonly capResets: (date: string) => string
  readonly capReached: string
  readonly capOfOperator: string
  readonly capPeriod: string
  readonly capMember: string
  readonly capOfEverybody: string
  readonly capKind: string
  readonly capKinds: Readonly<Record<'UNITS' | 'MONEY', string>>
  readonly capAmount: (unit: string) => string
  readonly capMoney: (currency: string) => string
  readonly capMoneyHint: string
  readonly capPercents: string
  // Usage alerts
  readonly alerts: string
  readonly alertsText: string
  readonly addAlerts: string
  readonly editAlerts: (feature: string) => string
  readonly alertUsed: (used: string, allowance: string) => string
  readonly alertOver: (used: string, allowance: string) => string
  readonly alertNoAllowance: string
  readonly alertForecast: (units: string) => string
  readonly alertNoForecast: string
  readonly alertBeyond: string
  readonly alertOnForecast: string
  readonly alertPercents: string
  readonly alertAmounts: string
  readonly alertAmount: (units: string) => string
  readonly amountsHint: string
  readonly amountsInvalid: string
  // Automatic top-ups
  readonly topUps: string
  readonly topUpsText: string
  readonly noTopUps: string
  readonly addTopUp: string
  readonly editTopUp: (feature: string) => string
  readonly startTopUp: string
  readonly removeTopUp: (feature: string) => string
  readonly removeTopUpText: (feature: string) => string
  readonly topUpTerms: (pack: string, price: string, threshold: string, feature: string) => string
  readonly topUpPacks: (quantity: string, pack: string) => string
  readonly topUpMonth: (used: string, limit: string) => string
  readonly topUpStatuses: Readonly<Record<string, string>>
  readonly topUpWaiting: string
  readonly topUpStopped: string
  readonly topUpStops: Readonly<Record<string, string>>
  readonly topUpPack: string
  readonly topUpQuantity: string
  readonly topUpThreshold: (feature: string) => string
  readonly topUpMaxPerMonth: string
  readonly topUpPreview: string
  readonly topUpEach: (units: string, feature: string, price: string) => string
  readonly topUpMaxPrice: (price: string) => string
  readonly topUpPaidWith: (method: string) => string
  readonly topUpBalance: (units: string) => string
  readonly topUpChargesNow: string
  readonly topUpAgree: (price: string) => string
  // Calendar
  readonly calendar: string
  readonly noDates: string
  readonly calendarKinds: Readonly<Record<string, (name: string, amount: string) => string>>
}

/** The sentences in English. */
export const SPENDING_ENGLISH: SpendingLabels = {
  edit: 'Change',
  remove: 'Remove',
  keep: 'Keep',
  save: 'Save',
  spendingDenied: 'Only an owner or admin of the account can see this.',
  percentsHint: 'At most five numbers, for example 50, 80, 100. Owners and admins receive an email at each.',
  percentsInvalid: 'Whole numbers from 1 to 100 with a comma and a space between them, for example 50, 80, 100.',
  alertsAt: (percents) => `Alerts at ${percents}`,
  noAlerts: 'No alerts',
  feature: 'Feature',
  caps: 'Spend caps',
  capsText: 'A cap is the most that is used or spent in a period. Use beyond it is refused before it happens.',
  noCaps: 'There is no cap. Only the plan limits the use.',
  addCap: 'Set a cap',
  capName: (feature, period) => `${feature} ${period}`,
  capNameInMoney: (feature, period) => `Cost of ${feature} ${period}`,
  capNameOfMember: (cap, member) => `${cap}: ${member}`,
  editCap: (cap) => `Change the cap: ${cap}`,
  removeCap: (cap) => `Remove the cap: ${cap}`,
  removeCapText: (cap) => `${cap}: afterward this cap refuses nothing.`,
  capPeriods: { DAY: 'per day', MONTH: 'per calendar month', BILLING_PERIOD: 'per billing period' },
  capUsed: (used, amount) => `${used} of ${amount} used`,
  capOver: (used, amount) => `${used} used, over the limit of ${amount}`,
  capReserved: (amount) => `${amount} reserved`,
  capResets: (date) => `Starts again on ${date}`,
  capReached: 'The cap is reached.',
  capOfOperator: 'An operator set this cap. Only an operator can change it.',
  capPeriod: 'Period',
  capMember: 'Member',
  capOfEverybody: 'The whole account',
  capKind: 'Counted as',
  capKinds: { UNITS: 'units', MONEY: 'money beyond the allowance' },
  capAmount: (unit) => `Most in a period (${unit})`,
  capMoney: (currency) => `Highest cost in a period (${currency})`,
  capMoneyHint: 'Use within the allowance costs nothing.',
  capPercents: 'Alerts, in percent of the cap',
  alerts: 'Usage alerts',
  alertsText: 'Owners and admins receive an email when a part of an allowance is used. Nothing is refused.',
  addAlerts: 'Set alerts',
  editAlerts: (feature) => `Change the alerts: ${feature}`,
  alertUsed: (used, allowance) => `${used} of ${allowance} of the allowance used`,
  alertOver: (used, allowance) => `${used} used, over the allowance of ${allowance}`,
  alertNoAllowance: 'No allowance, or an unlimited one: no alert in percent is sent.',
  alertForecast: (units) => `Forecast: ${units}`,
  alertNoForecast: 'No forecast yet',
  alertBeyond: 'The forecast exceeds the allowance.',
  alertOnForecast: 'Alert when the forecast exceeds the allowance',
  alertPercents: 'Alerts, in percent of the allowance',
  alertAmounts: 'Alerts, in used units of the allowance',
  alertAmount: (units) => `${units} used`,
  amountsHint: 'At most five numbers, for example 500, 1000.',
  amountsInvalid:
    'Whole numbers from 1, without a thousands separator, with a comma and a space between them, for example 500, 1000.',
  topUps: 'Automatic top-up',
  topUpsText: 'A pack is bought with the saved payment method each time the balance falls below a threshold.',
  noTopUps: 'No automatic top-up is set.',
  addTopUp: 'Set an automatic top-up',
  editTopUp: (feature) => `Automatic top-up of ${feature}`,
  startTopUp: 'Start again',
  removeTopUp: (feature) => `Remove the automatic top-up of ${feature}`,
  removeTopUpText: (feature) => `${feature}: nothing more is bought. A payment that is in progress is completed.`,
  topUpTerms: (pack, price, threshold, feature) =>
    `Buys ${pack} for ${price} when fewer than ${threshold} are left (${feature}).`,
  topUpPacks: (quantity, pack) => `${quantity} × ${pack}`,
  topUpMonth: (used, limit) => `Top-ups this month: ${used} (maximum ${limit})`,
  topUpStatuses: { ACTIVE: 'On', CHARGING: 'In progress', WAITING: 'Waits for the next month', STOPPED: 'Stopped' },
  topUpWaiting: 'This month has no top-up left.',
  topUpStopped: 'Nothing is bought until you start it again.',
  topUpStops: {
    DECLINED: 'The payment method was declined.',
    AUTHENTICATION_REQUIRED: 'The bank wants you to confirm payments, which an automatic payment cannot do.',
    NO_PAYMENT_METHOD: 'No active subscription has a saved payment method.',
    PRICE_CHANGED: 'The pack costs more than you agreed to.',
    NOT_FOR_SALE: 'The pack cannot be bought automatically any more.',
    REVERSED: 'An earlier top-up was refunded or charged back.',
    DISPUTED: 'A payment of this account is disputed.',
    UNKNOWN_RESULT: 'The payment provider did not respond for a day.',
    REQUEST_REJECTED: 'The payment provider did not accept the request. Nothing was charged.',
  },
  topUpPack: 'Pack',
  topUpQuantity: 'Packs in one top-up',
  topUpThreshold: (feature) => `Buy when fewer are left (${feature})`,
  topUpMaxPerMonth: 'Most top-ups in a calendar month',
  topUpPreview: 'Cost',
  topUpEach: (units, feature, price) => `One top-up: ${units} (${feature}) for ${price}`,
  topUpMaxPrice: (price) => `Most in a calendar month: ${price}`,
  topUpPaidWith: (method) => `Paid with: ${method}`,
  topUpBalance: (units) => `Present balance: ${units}`,
  topUpChargesNow: 'The balance is below the threshold already: the first top-up is bought at once.',
  topUpAgree: (price) => `Agree to ${price} for each top-up`,
  calendar: 'Upcoming',
  noDates: 'No date is known.',
  calendarKinds: {
    RENEWAL: (plan) => `${plan} renews`,
    TRIAL_ENDS: (plan) => `The trial of ${plan} ends`,
    CANCELLATION: (plan) => `${plan} ends as requested`,
    PLAN_CHANGE: (plan) => `The plan changes to ${plan}`,
    PLAN_STARTS: (plan) => `${plan} begins`,
    CHECKOUT_EXPIRES: (plan) => `The payment page of ${plan} expires`,
    PAYMENT_ATTEMPT: () => 'An open invoice is due',
    PAUSE_BEGINS: (plan) => `The paid period of ${plan} ends, and it is paused`,
    PAUSE_ENDS: (plan) => `The pause of ${plan} ends`,
    ACCESS_ENDS: (plan) => `${plan} is suspended if its invoice is unpaid`,
    COMPED_PLAN_ENDS: (plan) => `The complimentary plan ${plan} ends`,
    CREDITS_EXPIRE: (feature, amount) => `${amount} of ${feature} expire`,
  },
}
