/** Sentences of the first page of operators. */
export const overviewWords = {
  title: 'Overview',
  mrr: 'Recurring revenue',
  netNew: 'Net new this month',
  paying: 'Paying accounts',
  pastDue: 'Past due',
  since: (change: string) => `${change} since last month`,
  unchanged: 'As last month',
  more: (currencies: string) => `Without ${currencies}`,
  noneDue: 'Every payment arrived',
  someDue: 'Payments to collect',
  movements: (gained: string, lost: string) => `${gained} gained, ${lost} lost`,
  nothingLost: 'Nothing was lost',
  nothingGained: 'Nothing was gained',
  needed: 'Needs attention',
  well: 'All clear',
  wellHint: 'No payment, event, rule or template waits for an operator.',
  trend: 'By month',
  trendIn: (currency: string) => `Recurring revenue by month in ${currency}`,
  noTrend: 'The chart begins with the first subscription.',
  customers: 'Newest customers',
  noCustomers: 'There is no subscription yet.',
  payments: 'Newest payments',
  noPayments: 'Nothing has been paid yet.',
  onDate: (what: string, date: string) => `${what} · ${date}`,
  all: 'See all',
  healthy: 'This server is healthy',
  ill: (parts: string) => `This server has a problem: ${parts}`,
  /** Work that waits, in the order in which it is shown: money first. */
  attention: {
    pastDue: (count: string, one: boolean) =>
      one ? '1 subscription is past due' : `${count} subscriptions are past due`,
    checkouts: (count: string, one: boolean) =>
      one
        ? '1 payment is held, because it does not match its checkout'
        : `${count} payments are held, because they do not match their checkouts`,
    drift: (count: string, one: boolean) =>
      one ? '1 difference with a provider is open' : `${count} differences with a provider are open`,
    brokenRules: (count: string, one: boolean) => (one ? '1 data check fails' : `${count} data checks fail`),
    payouts: (count: string, one: boolean) =>
      one ? '1 vendor has a balance to pay out' : `${count} vendors have a balance to pay out`,
    deadEvents: (count: string, one: boolean) => (one ? '1 provider event failed' : `${count} provider events failed`),
    deadLetters: (count: string, one: boolean) => (one ? '1 job failed' : `${count} jobs failed`),
    outages: (count: string, one: boolean) => (one ? '1 agent is out of reach' : `${count} agents are out of reach`),
    reviews: (count: string, one: boolean) =>
      one ? '1 template waits for a review' : `${count} templates wait for a review`,
    waitingEvents: (count: string, one: boolean) => (one ? '1 provider event waits' : `${count} provider events wait`),
  },
  sinceDate: (date: string) => `since ${date}`,
  retry: 'Retry',
  retryOf: (work: string) => `Retry: ${work}`,
  retried: (count: number, text: string) =>
    count === 1 ? `${text} job is tried again.` : `${text} jobs are tried again.`,
} as const
