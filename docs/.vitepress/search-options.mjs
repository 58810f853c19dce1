// Search of the documentation: the sections of its index, and the ranking of results. The generator makes the index,
// the theme queries it in the browser, and test/api/edge/documentation-search.test.ts asks it forty questions.

/** Words that say nothing about a page. */
const IGNORED = new Set(
  [
    'a',
    'an',
    'the',
    'to',
    'of',
    'in',
    'on',
    'for',
    'from',
    'my',
    'how',
    'do',
    'does',
    'i',
    'is',
    'are',
    'can',
    'what',
  ].concat([
    'with',
    'and',
    'or',
    'our',
    'we',
    'it',
    'me',
    'someone',
    'somebody',
    'use',
    'set',
    'up',
    'get',
    'stackgate',
  ]),
)

/** Words of other products, and ours. Each phrase is replaced by the words behind it. */
const SYNONYMS = {
  'add-on|addon': 'add-on package',
  'api key|api token|access key': 'service keys',
  'backup the database|database backup|dump': 'backup restore',
  'budget|budgets|spending limit': 'caps',
  'chargeback|chargebacks': 'disputes',
  'check-?out|buy|payment link': 'sale buys checkout',
  'comp|comped|free of charge|gift': 'complimentary',
  'coupon|coupons|promo code|promotion code|voucher': 'coupon discounts promotion',
  'credit card|payment method': 'card',
  'custom price|enterprise pricing|enterprise deal|custom plan': 'negotiated plans',
  'docker|container image|dockerfile': 'image',
  'dunning|failed payment|past due|payment failed|card declined': 'unpaid invoices',
  'feature flag|feature gate|paywall': 'gate feature',
  'gdpr|delete user|delete customer|erase': 'account deletion data',
  'helm|kubernetes|k8s': 'helm kubernetes processes',
  'how to install|install|installation|installing': 'installation',
  'iframe|embed|widget': 'frame',
  'invite|teammate|colleague': 'members invitations',
  'jwt|oauth|oidc|sso|auth0|clerk|supabase|keycloak|cognito|firebase|login|log in': 'tokens identity products sign-in',
  'lago|autumn|polar|chargebee|other billing system': 'billing system',
  'license|licenses': 'seats',
  'low balance|credits running out|running low': 'balance alerts credits',
  'migrate from stripe|migration from stripe|import from stripe|move from stripe': 'import stripe recipe',
  'mrr|arr|churn|revenue': 'business analytics metrics',
  'pagination|paging|cursor': 'lists pages cursor',
  'pay as you go|pay-as-you-go': 'overage metered',
  'pdf|invoice pdf|receipt': 'invoices payments pdf',
  'prorate|prorated|proration|pro rata': 'unused time proration',
  'rate limit|rate limiting|throttling|429': 'rate limits',
  'refunds?|money back': 'refunds',
  'react pricing table|pricing table|pricing page': 'react components pricingtable',
  'retry safely|double charge|exactly once': 'idempotency',
  'sdk|library': 'client',
  'self host|self-host|self hosting|on premise': 'installation production',
  sse: 'server-sent events',
  'tax|taxes|vat': 'taxes',
  'test clock|time travel|simulate renewal': 'sandbox bar advance clock',
  'token usage|llm|meter tokens': 'metering calls models tokens',
  'unsubscribe|cancel subscription|cancellation': 'cancel subscription',
  'upgrade stackgate|new version|zero downtime': 'upgrade release downtime',
  'usage based|usage-based|metered billing|consumption based': 'overage use beyond allowance price',
  'webhook signature|verify webhook|webhook secret|hmac': 'verify webhooks signature',
}
const PHRASES = Object.entries(SYNONYMS).map(([phrase, words]) => [new RegExp(`\\b(?:${phrase})\\b`, 'gi'), words])

/** Guides come before explanations, and these before the reference. */
const WEIGHTS = { Tutorials: 1.2, 'How-to guides': 1, Packages: 0.9, Explanation: 0.6, Reference: 0.3 }
const LEAST_WEIGHT = 0.2

/** Weights of all pages in the index of the documentation. Others have the least weight. */
export const weightsOf = (kinds) =>
  Object.fromEntries(
    kinds
      .toReversed()
      .flatMap(({ title, items, groups }) =>
        [{ title, items }, ...groups].flatMap((group) =>
          group.items.map(({ link }) => [link.split('#')[0], WEIGHTS[group.title] ?? WEIGHTS[title] ?? LEAST_WEIGHT]),
        ),
      ),
  )

/** Options of MiniSearch for an index of the site with this base. Absent pages are not found. */
export const searchOptions = (weights, base, isAbsent = () => false) => ({
  filter: ({ id }) => !isAbsent(pageOf(id, base)),
  boost: { title: 5, titles: 2, text: 1 },
  fuzzy: (term) => (term.length > 5 ? 0.15 : false),
  prefix: (term) => term.length > 2,
  tokenize: (query) =>
    PHRASES.reduce((text, [phrase, words]) => text.replaceAll(phrase, words), query).split(/[\s\p{P}]+/u),
  processTerm: (term) => (IGNORED.has(term.toLowerCase()) ? null : term.toLowerCase()),
  boostDocument: (id) => weights[pageOf(id, base)] ?? LEAST_WEIGHT,
})

/** Page of a section, from its address in the index. */
export const pageOf = (id, base) =>
  id
    .slice(base.length)
    .replace(/#.*$/, '')
    .replace(/(^|\/)$/, '$1index.html')
    .replace(/(?:\.html)?$/, '.md')

/**
 * Sections of a page of Markdown, each with the titles above it. Links and formatting are left out.
 * @returns {{ anchor: string, titles: string[], text: string }[]}
 */
export function sectionsOf(markdown, anchorOf) {
  const sections = []
  const above = []
  const counts = new Map()
  let isCode = false
  for (const line of markdown.split('\n')) {
    if (/^\s*(?:```|:::)/.test(line)) {
      if (line.includes('```')) isCode = !isCode
      continue
    }
    const [, marks, heading] = (!isCode && /^(#{1,6}) (.+)$/.exec(line)) || []
    if (heading) {
      const title = plain(heading)
      above.length = marks.length - 1
      above.push(title)
      const anchor = anchorOf(title)
      const count = counts.get(anchor) ?? 0
      counts.set(anchor, count + 1)
      // Equal headings have numbers, as in the page.
      sections.push({ anchor: count ? `${anchor}-${count}` : anchor, titles: above.filter(Boolean), text: title })
    } else if (sections.length > 0) sections.at(-1).text += ` ${isCode ? line : plain(line)}`
  }
  return sections
}

const plain = (line) =>
  line
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*>|]|^[\s:|-]+$/g, ' ')
    .trim()
