/**
 * Words that docs/glossary.md and docs/style.md ban. `words.test.ts` finds their uses. This file has no imports, so that scripts can load it
 * with plain Node.
 */

/** Parts of identifiers and file names, split at changes of case, dashes and underscores. */
export const BANNED_IDENTIFIER_PARTS: ReadonlySet<string> = new Set(
  [
    'settle settled settles settling unsettled tell tells told untold teller knock door doors house desk chore chores',
    'lapse lapses lapsed surplus overhear overhearing news rights facts stretch stretches fold folding tally holdings',
    'asked wish wishes forget forgets forgotten mirror mirrored sibling siblings enrol enrolment fulfilment catalogue',
    'refusal refusals trouble troubled bought owed owing frozen books most longest shortest lately anew whoever nobody why',
  ].flatMap((line) => line.split(' ')),
)

/** A rule for prose, by the name that a failure shows. */
export interface ProseRule {
  readonly name: string
  readonly patterns: readonly RegExp[]
}

/** Whole words and phrases of prose, without regard to case. */
export const BANNED_PROSE: readonly ProseRule[] = [
  {
    name: 'people',
    patterns: [
      /\bwhoever\b/gi,
      /\bwhomever\b/gi,
      /\b(somebody|someone) (else )?(who|has|may|asks|looks)\b/gi,
      /\bnobody\b/gi,
      /\b(to|of|by|for|from|with|in) whom\b/gi,
      /\bthe house\b/gi,
      /\bthe seeds?\b|\b(of|in) the sources\b/gi,
      /\bsiblings?\b/gi,
      /\bstrangers?\b/gi,
    ],
  },
  {
    name: 'metaphors',
    patterns: [
      /\b(doors?|knocks?|shelf|shelves|squeezed|laid open|in motion|overtakes?|outran|at rest|by heart|woken at night)\b/gi,
      /\b(is|are|was|were) (told|believed|remembered|forgotten|heard)\b/gi,
      /\bhears? of\b/gi,
      /\btells? (of|us|the|whether|how|what)\b/gi,
      /\bnews\b/gi,
      /\bwaits for the morning\b/gi,
    ],
  },
  {
    name: 'other meanings',
    patterns: [
      /\b(un)?settl(e|es|ed|ing)\b/gi,
      /\banswers? (the|how|whether|what|when|with|its|their|his)\b/gi,
      /\blaps(e|es|ed|ing)\b/gi,
      /\bsurplus\b/gi,
      /\brights\b/gi,
      /\b(gives?|gave|given|takes?|took|taken) (back|away|over|up)\b/gi,
      /\b(comes?|came|goes|go) (back|on|up|out|down)\b/gi,
      /\bis had\b/gi,
      /\bby hand\b/gi,
      /\bin the way\b/gi,
      /\bone too many\b/gi,
    ],
  },
  {
    name: 'connectives',
    patterns: [
      /\b(beforehand|meanwhile|anew|hitherto|thereby|whence|thereof|wherein|for ever|besides? (it|them|the|what|that))\b/gi,
      /\bor else\b/gi,
      /\bas it (is|was|stands|holds)\b/gi,
      /\bleft out:/gi,
      /\bas a person reads\b/gi,
      /\bin (its|their|his) (own )?(words|time|turn|place)\b/gi,
      /\bstands? (there|here|in|at|on|again|behind|beside)\b/gi,
      /\blies? (in|ahead|behind|before)\b/gi,
    ],
  },
]

/** Openings of a first sentence. A question may begin with any of these words. */
export const BANNED_OPENINGS: readonly RegExp[] = [
  /^(What|Who|Whom|Whose|Whoever|Until when|From when|Since when|By what|As what|Of whom|Of what)\b/,
  /^How (?!to\b)/,
  /^(Which|Where|When)\b[^,]*$/,
  /^Of (?!course\b)[^,]*,/,
]

/** Spelling that is not US English, in prose and identifiers. */
export const BANNED_SPELLING =
  /\w*(?:behaviour|colour|favour|honour|labell|modell|travell|cancell(?:ed|ing)|catalogu|licence|enrol(?!l)|fulfil(?!l)|instalment|normalis|recognis|authoris|organis|serialis|initialis|anonymis|summaris|optimis(?!tic|m)|centre|defence|grey)\w*/gi

export interface Exception {
  /** The whole identifier, or the words around a match in prose. */
  readonly text: RegExp
  /** Paths to which the exception is limited. Default: all. */
  readonly path?: RegExp
  readonly reason: string
}

/** Each exception needs a line here with its reason. Inline comments are no exceptions. */
export const ALLOWED: readonly Exception[] = [
  {
    text: /^settle(AsyncCheckout|Capture|Forms|Refund|sNow)$/,
    path: /\bsandbox\//,
    reason: 'funds that clear at a bank',
  },
  { text: /\b(un)?settl(e|es|ed|ing)\b/i, path: /\bsandbox\//, reason: 'funds that clear at a bank' },
  { text: /\bmodell\b/i, path: /\bwords\/de\//, reason: 'German' },
  { text: /^allSettled$/, reason: 'Promise.allSettled of the language' },
  { text: /^isFrozen$/, reason: 'Object.isFrozen of the language' },
  { text: /enrolment_?token/i, reason: 'name that deployed agents send' },
  { text: /reissue-?enrolment/i, reason: 'operation that returns enrolmentToken' },
  { text: /\bcancelled\b/i, path: /\bsandbox\//, reason: 'PayPal and Stripe write some of their statuses so' },
  {
    text: /\bCANCELLED\b|\b(command|checkout)\.cancelled\b|"cancelled"/,
    reason: 'status and event types of the contract',
  },
  { text: /BUYER_CANCELLED|ORDER_CANCELLED|SUBSCRIPTION\.CANCELLED/, reason: 'events of PayPal' },
  { text: /\bcatalogue?s\/products\b/, reason: 'path of the API of PayPal' },
  { text: /^RESOLVED_(BUYER|SELLER)_FAVOUR$/, reason: 'outcomes of disputes at PayPal' },
  { text: /^(target_)?frozen_time$/, reason: 'fields of test clocks at Stripe' },
  { text: /^refund_refusal_explanation$/, reason: 'field of the evidence of a dispute at Stripe' },
  {
    text: /^cancelled$/,
    path: /^src\/rest\/billing\/lead-on-pages\.ts$/,
    reason: 'parameter of URLs that are stored at the providers',
  },
  { text: /\b(?:aria-)?labelledby\b/, reason: 'attribute of HTML; of JSX, the part behind the hyphen' },
]

/** Pages that quote banned words to ban them. */
export const QUOTING_PAGES: readonly string[] = ['docs/glossary.md', 'docs/style.md', 'test/architecture/ban-list.ts']
