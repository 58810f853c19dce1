/**
 * Redaction rules for logs and reports. The requirements name neither patterns nor variables: all of them are assumed
 * and must be confirmed. Every pattern reads its text once (bounded repetitions, no nesting), because agents can send
 * megabytes of any text.
 */
export interface RedactionRule {
  /** One of the six categories. */
  readonly category: 'credentials' | 'provider_key' | 'private_key' | 'web_token' | 'url_password' | 'assignment'
  /** For the documentation. */
  readonly meaning: string
  readonly pattern: RegExp
  /** Replacement of a match. */
  readonly replacement: string
}

/** Mask of a secret. */
export const MASK = '[REDACTED]'

/** Words that say that there is no value, and what was hidden before. */
const NOTHING = String.raw`(?:\[REDACTED\]|true|false|null|none|nil|undefined)`

/**
 * Assignment and comparison operators of languages: `=`, `==`, `===`, `=>`, `:=`, `::=`, `?=`, `+=`. A longer sequence
 * is a line under a heading.
 */
const EQUALS = String.raw`[:?+]{0,2}={1,3}(?!=)>?`
/** Between a name and its value, as in `name: value` too. */
const IS = String.raw`(?:${EQUALS}|:(?!:?=))`

/** Up to the quote that ends a value, past those that are escaped; to the end of the line where none does, so that nothing is gone back over. */
const quoted = (quote: string, escape: string) =>
  String.raw`${quote}[^${quote}\n]+(?:(?<=${escape})${quote}[^${quote}\n]*){0,50000}(?:(?<!${escape})${quote}|[^\n]*)`
const IN_ANY_QUOTES = [
  `\\\\${quoted('"', String.raw`\\\\\\`)}`,
  quoted('"', String.raw`\\`),
  quoted("'", String.raw`\\`),
].join('|')

/** A value as it follows a name: in quotes, or up to the next blank or separator. What says nothing, as a whole, is left alone. */
const VALUE = String.raw`(?!>|=+(?:\s|$)|${NOTHING}(?:[\s"',;&)\]}\\]|$))(?:${IN_ANY_QUOTES}|[^\s"',;&\\]+)`

/** Behind the quote that ends a header's value. A quote before anything else, as in `"a"; b=c`, is part of the value. */
const AFTER_QUOTE = String.raw`(?:[\s,})\]\\"']|$)`

/** From a header's name to its value. */
const HEADER_IS = String.raw`\\?["']?(?:\s{0,4}${IS}|\]\s{0,4}${EQUALS})\s{0,4}`

/** CGI and its heirs give the headers of a request as variables. */
const CGI = String.raw`(?:(?:redirect_){0,3}http_)?`

/**
 * A token of a scheme without other parts, for example `Authorization: Bearer abc`: the rest of the line stays
 * readable.
 */
const TOKEN_HEADER = String.raw`\b${CGI}(?:proxy[_-])?authorization${HEADER_IS}(?:bearer|basic|token)[^\S\n]{1,40}(?=[^\s"',;\\=]{1,8000}={0,2}(?:\s|\\[rn]|\\?["']${AFTER_QUOTE}|$))`

/** Keys in headers, and one token after the name of an authentication scheme. */
const ONE_TOKEN = String.raw`\bx-[a-z-]{0,30}(?:key|token)["']?\s{0,4}${IS}\s{0,4}["']?(?:(?:bearer|basic|token)\s+)?|\b(?:bearer|basic)\s+(?=[\w.~+/=-]{12,})`

/** Other credentials and cookies have many parts: all that is in the quotes, or on the line. No value, in quotes or as a word, stays. */
const WHOLE_HEADER = String.raw`\b${CGI}(?:(?:proxy[_-])?authorization|(?:set[_-])?cookie)${HEADER_IS}(?:\\?["']|(?!\\?["']))(?!>|\\?["']${AFTER_QUOTE}|(?:true|false|null|none|nil|undefined)(?:[,})\]\\"'\r\n]|$))(?=\S)`
const IN_QUOTES = String.raw`(?<=[^\\]")[^"\\\n]*(?:\\[^\n][^"\\\n]*){0,2000}(?="${AFTER_QUOTE})`
const IN_SINGLE_QUOTES = String.raw`(?<=[^\\]')[^'\\\n]*(?:\\[^\n][^'\\\n]*){0,2000}(?='${AFTER_QUOTE})`
/** JSON in a text of JSON: its own quotes are escaped once, those inside twice. */
const IN_ESCAPED_QUOTES = String.raw`(?<=\\")[^"\\\n]*(?:\\\\\\"[^"\\\n]*){0,2000}(?=\\"${AFTER_QUOTE})`

/** The six pattern categories. # assumed */
export const RULES: readonly RedactionRule[] = [
  {
    category: 'private_key',
    meaning: 'blocks of private keys (PEM, OpenSSH, PGP), also over several lines and pages of a log',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    replacement: MASK,
  },
  {
    category: 'credentials',
    meaning: 'Authorization, cookie and API key headers; bearer and basic credentials',
    pattern: new RegExp(
      `(${TOKEN_HEADER}|${ONE_TOKEN})[^\\s"',;\\\\]+|(${WHOLE_HEADER})(?:${IN_QUOTES}|${IN_SINGLE_QUOTES}|${IN_ESCAPED_QUOTES}|[^\\n]+)`,
      'gi',
    ),
    replacement: `$1$2${MASK}`,
  },
  {
    category: 'provider_key',
    meaning: 'keys with a known prefix: Stripe, GitHub, GitLab, Slack, AWS, Google, npm, Vault, SendGrid, Stackgate',
    pattern:
      /(?<![\w-])(?:(?:sk|rk|session)_(?:live|test|sandbox)_\w{8,}|whsec_[\w+/=-]{8,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|npm_\w{30,}|hv[bs]\.[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|enrol_[\w-]{16,})/g,
    replacement: MASK,
  },
  {
    category: 'web_token',
    meaning: 'signed web tokens (JWT)',
    pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g,
    replacement: MASK,
  },
  {
    category: 'url_password',
    meaning: 'the password in an address, as in postgres://user:password@host',
    pattern: /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']{0,256}:)[^\s/@"']{1,512}(?=@)/gi,
    replacement: `$1${MASK}`,
  },
  {
    category: 'assignment',
    meaning:
      'values of names that hold password, passphrase, secret, token, api key, private key, access key or credential',
    pattern: new RegExp(
      `((?:passw(?:or)?d|passphrase|secret|token(?!s|_type|_count)|api[_-]?key|private[_-]?key|access[_-]?key|credential)[\\w.-]{0,60}\\\\?["']?(?:\\s{0,4}${IS}|\\]\\s{0,4}${EQUALS})\\s{0,4})${VALUE}`,
      'gi',
    ),
    replacement: `$1${MASK}`,
  },
]

/** Variables whose values are always hidden. # assumed, all twenty */
export const NAMED_VARIABLES: readonly string[] = [
  'DATABASE_URL',
  'DB_PASS',
  'POSTGRES_PASSWORD',
  'PGPASSWORD',
  'MYSQL_PWD',
  'MYSQL_ROOT_PASSWORD',
  'MARIADB_ROOT_PASSWORD',
  'MONGO_INITDB_ROOT_PASSWORD',
  'REDIS_URL',
  'RABBITMQ_DEFAULT_PASS',
  'AMQP_URL',
  'SMTP_PASS',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'SECRETS_KEY',
  'SECRET_KEY_BASE',
  'JWT_KEY',
  'APP_KEY',
  'SENTRY_DSN',
  'WORDPRESS_AUTH_SALT',
]

/** The named variables where a value is assigned to them, also as `env["NAME"]`, and behind the path of a member. */
export const NAMED_PATTERN = new RegExp(
  `((?<![\\w-])(?:${NAMED_VARIABLES.join('|')})\\\\?["']?\\]?\\s{0,4}${IS}\\s{0,4})${VALUE}`,
  'gi',
)

/** A name, as of a JSON member, whose whole value is a secret. */
export const SECRET_NAME = new RegExp(
  `^(?:(?:[\\w.-]{0,60}\\.)?(?:${NAMED_VARIABLES.join('|')})|[\\w.-]{0,60}?(?:passw(?:or)?d|passphrase|secret|token(?!s|_type|_count)|api[_-]?key|private[_-]?key|access[_-]?key|credential|authorization|cookie)[\\w.-]{0,60})$`,
  'i',
)
