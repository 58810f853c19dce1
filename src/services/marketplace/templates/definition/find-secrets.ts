import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { interpolate, UNKNOWN } from './interpolation.js'
import { isObject } from './is-object.js'

/** Encodings and numbers behind a word. */
const NUMBERED = String.raw`(?:_?\d{1,3}|_(?:hex|base64|b64|v\d))*`
/** Endings of names whose values are secrets, with underscores between words. */
const SECRET_NAME = new RegExp(
  String.raw`(?:passw(?:or)?ds?|passphrases?|secrets?|tokens?|credentials?|api_?keys?|(?:private|access|encryption)_?keys?|secret_key_base|(?:^|_)(?:iv|(?:basic|http|rpc)?_?auth)|auth_salt|masterauth|mnemonic|seed_phrase|(?:^|_)pw|pwd|(?<!com|by|sur|tres|over|under)pass|_(?:key|salt)s?|^(?:aes|app|auth|cookie|hmac|jwt|master|secret|session)key)${NUMBERED}$`,
)
/** One or two words behind such a word, as in `API_KEY_OPENAI`: the name of its service, its user or its environment. */
const QUALIFIED_NAME = new RegExp(
  String.raw`^(.{0,99}?(?:passw(?:or)?ds?|passphrases?|tokens?|credentials?|api_?keys?|(?:access|encryption|hmac|jwt|master|private|secret|session|signing)_?keys?|secret_key_base|secrets?|(?:db|database|admin|root|user|mysql|mariadb|postgres|redis|mongo|smtp|mail)_?(?:pass|pwd))${NUMBERED})(?:_[a-z\d]+){1,2}$`,
)
/** The last word of a setting about a secret. */
const SETTING_NAME = new RegExp(
  String.raw`_(?:${[
    'in|at|after|age|max_?age|exp|expiry|expires?|expired|expiration|lifetime|lifespan|ttl|timeout|time|duration|period|interval|grace|leeway|skew|validity|rotation|cooldown',
    'weeks?|days?|hours?|minutes?|mins?|seconds?|secs?|ms|millis(?:econds)?',
    'length|len|size|bytes|bits|chars?|min_?chars?|max_?chars?|characters|count|counter|limit|limiter|max(?:imum)?|min(?:imum)?|cost|price|rounds|iterations|attempts|retries|num|number|strength|complexity|requirements?|policy|rules?|budget|usage',
    'enabled?|disabled?|allow|allowed|required?|optional|only|active|supported|mode',
    'files?|filename|path|dir|directory|folder|location|mount|urls?|uris?|endpoints?|host|hostname|port|backend|provider|engine|driver|env|vars?|variables?|ref|resolver',
    'names?|ids?|username|users|type|kind|format|prefix|suffix|headers?|field|param|parameter|claims?|issuer|iss|audience|aud|subject|scopes?|realm|algorithms?|algo?|hasher|method|encoding|encoder|version|schema|scheme|class|strategy|template|label|title|description|message|text|hint|placeholder|regex|pattern|role|group|status',
  ].join('|')})(?:_?\d{1,3})?$`,
)
/** Numbers, durations, switches, algorithms and addresses are no secrets under a name with further words. */
const SETTING_VALUE =
  /^(?:-?\d{1,12}(?:\.\d{1,12})?|(?:\d{1,6} ?(?:ms|[smhdwy]|mins?|hours?|days?|weeks?|months?|years?|minutes?|seconds?|secs?) ?)+|p(?:\d{1,4}[dwmy])*(?:t(?:\d{1,6}[hms])+)?|yes|no|on|off|y|n|auto|argon2(?:id?|d)?|bcrypt|scrypt|pbkdf2|md5|(?:hs|rs|es|ps|sha-?)(?:1|256|384|512)|(?:https?|tcp):\/\/.*)$/i
/** Keys that everybody can see. */
const PUBLIC_KEY =
  /(?:^|_)(?:public|pub|publishable|primary|foreign|sort|partition|prefix|routing|site|cache|host|hash|gpg|pgp|label|group|lookup|index|message|map|hot)_keys?(?:_?\d+)?$/
/** A number under such a name is a number of secrets, or of their parts. */
const COUNT_NAME = /(?:^|_)(?:cost|count|limit|limiter|max|maximum|min|minimum|num|per)(?:_|$)|tokens$/
/** An option that makes secrets, as `--generate-keys`. */
const ACT_NAME = /^_?(?:create|generate|list|print|rotate)_/
/** A switch has one of these words, and one of these values. */
const SWITCH_NAME =
  /(?:^|_)(?:allow|random|one_?time|enable|disable|use|skip|require|force|no|has|with|show|hide|generate)_/
const SWITCH_VALUE = /^(?:yes|no|on|off|[01yn])$/i
const NO_VALUE = /^(?:true|false|null|none|nil|undefined|user[-_]provided)$/i
/** Names whose values are made by somebody else, so that a placeholder gives no access. A password gives it, whatever it is. */
const ISSUED_NAME = /(?:api_?key|access_key|client_secret|licen[cs]e_key|token)s?$/
const PLACEHOLDER =
  /^(?:0+|<.*>|(?:[a-z]{1,5}[-_])*x{3,}(?:[-_]x+)*|(?:your|add|enter|insert|paste|put|replace)[-_ ].*|(?:your|replace)(?:access|api|client|config|here|key|me|password|secret|this|token|with){0,5}|.*[-_ ]here)$/i
/** The place of a secret: a file in a folder, or an expression of the environment in code. */
const PLACE =
  /^(?:file:\/\/|\/(?:var\/)?run\/secrets\/|[\w.~-]{0,60}\/[\w.~/-]{0,200}\.(?:pem|key|crt|cer|p12|pfx|jks|asc|json|txt|env|ya?ml|toml)$|[$@]?env[[.({:]|os\.(?:environ[[./]|getenv\()|(?:(?:process|Deno|Bun)\.env|import\.meta\.env)[[.]|[a-z_][\w.]{0,60}\($)/i
/** Texts before a secret, and between several of them in JSON. */
const AROUND = /^(?:(?:basic|bearer|token)\s+|(?:base64|hex)(?:url)?:)|"[^"]{1,80}"\s{0,8}:/gi
/** A command that a shell replaces by its output, and an expression that a program replaces. */
const SUBSTITUTION = /\$\([^()]{0,200}\)|\$?\{\{[^{}]{0,200}\}\}|%\([\w.]{1,100}\)s/g
/** A name that can have a user and a password as its value, and a name that can have random bytes. */
const [PAIR_NAME, BYTES_NAME] = [/auth(?:_?\d+)?$/, /(?:^|_)iv$/]
const [PAIR, BYTES] = [/^[\w.@+-]{1,80}[:/](?![/\s])[^\s]/, /^[\da-f]{16,}$/i]

/** Values that are recognizable as secrets, regardless of their name. */
const SECRET_VALUES: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/, 'a private key'],
  [
    /(?<![\w-])(?:(?:sk|rk)_(?:live|test)_\w{8,}|whsec_[\w+/=-]{8,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|sk-(?![\w-]*(?:[xX]{6}|[yY]our|YOUR))(?:[a-z]{2,8}-[\w-]{20,}|\w{20,})|npm_\w{30,}|hv[bs]\.[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/,
    'a key of a service',
  ],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/, 'a signed token'],
  [
    new RegExp(
      String.raw`(?<![a-z0-9+.-])(?<scheme>[a-z][a-z0-9+.-]{0,30}):\/\/(?<user>[^\s/:@"']{0,256}):(?!${UNKNOWN}@)(?<password>[^\s/@"']{1,512})@(?<host>[^\s/:@"',]{0,60})`,
      'i',
    ),
    'a password in an address',
  ],
]

/** The beginning of a value is enough to see that there is one. */
const VALUE = String.raw`\\?["']?(?:(?:Basic|Bearer|Token)[ ])?(?=(\$?\{\{[^{}\n]{0,200}\}\}|[^\s"';&,<>()\\]{1,60}\(?))`
/** Every pattern begins where a word begins, and has bounded repetitions: it reads a text once, regardless of its length. */
const ASSIGNMENTS: readonly RegExp[] = [
  // NAME=value, NAME = value, "NAME" := 'value', NAME => value. A shell reads `NAME= value` as an empty variable.
  new RegExp(
    String.raw`(?<![\w.-])([\w.-]{1,80})\\?["']?(?:=>|:=|={1,3}|[ \t]{1,8}(?:=>|:=|={1,3})[ \t]{0,8})${VALUE}`,
    'g',
  ),
  // "NAME": value, in JSON, and NAME: value at the beginning of a line
  new RegExp(String.raw`["']([\w.-]{1,80})\\?["'][ \t]{0,8}:[ \t]{0,8}${VALUE}`, 'g'),
  new RegExp(String.raw`^[ \t]{0,80}(?:- )?([\w.-]{1,80}):[ \t]{1,8}${VALUE}`, 'gm'),
  // --name value, -name=value
  new RegExp(String.raw`(?<![^\s"'])--?([A-Za-z][\w-]{0,60})[\s=]{1,4}(?!-)${VALUE}`, 'g'),
  // <name>value</name>
  new RegExp(String.raw`<([\w.-]{1,80})>\s{0,8}${VALUE}`, 'g'),
  // A directive of Redis and its like
  new RegExp(String.raw`(?<![\w.-])(requirepass|masterauth)[ \t]{1,8}${VALUE}`, 'g'),
]
/** Options of programs that are passwords by their letter. */
const LETTER_OPTIONS =
  /(?<![\w-])(?:(?:mysql|mariadb)[\w-]{0,20}(?=\s)[^|;&]{0,200}?\s-p|redis-cli(?=\s)[^|;&]{0,200}?\s-a\s{1,4}|sshpass\s{1,4}-p\s{0,4}|curl(?=\s)[^|;&]{0,200}?\s-u\s{0,4}[\w.@-]{1,80}:)["']?(?=([^\s"';&|]{1,60}))/g

const normalize = (name: string): string =>
  name
    .slice(-100)
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toLowerCase()

/** True if a value under a name is a secret, whatever it is. */
export const isSecretName = (name: string): boolean => isPlainSecret(name, 'Yz7kQ9wVb2Lm:4e')

/** True if a value under a name is a secret that is written out. `$$` is a dollar sign, so that `$$hunter2` is written out. */
const isSecret = (given: string, value: unknown): boolean =>
  isPlainSecret(given, typeof value === 'string' ? withoutVariables(value) : value)

/** The same for a value whose variables are replaced. */
function isPlainSecret(given: string, value: unknown): boolean {
  const full = normalize(given)
  const qualified = SECRET_NAME.test(full) || SETTING_NAME.test(full) ? undefined : QUALIFIED_NAME.exec(full)?.[1]
  const name = qualified ?? full
  if (!SECRET_NAME.test(name) || PUBLIC_KEY.test(name)) return false
  if (typeof value !== 'string' && typeof value !== 'number') return false
  const text = String(value).trim().replace(AROUND, '').replace(SUBSTITUTION, UNKNOWN).replaceAll(UNKNOWN, '').trim()
  if (!/[^\W_]/.test(text) || NO_VALUE.test(text) || PLACE.test(text)) return false
  if (qualified && SETTING_VALUE.test(text)) return false
  if (PAIR_NAME.test(name)) return PAIR.test(text)
  if (BYTES_NAME.test(name)) return BYTES.test(text)
  if (ACT_NAME.test(name) || (SWITCH_NAME.test(name) && SWITCH_VALUE.test(text))) return false
  if (COUNT_NAME.test(name) && Number.isFinite(Number(text))) return false
  if (ISSUED_NAME.test(name) && PLACEHOLDER.test(text)) return false
  // A key is also the name of a file, which a password is not.
  return !(/(?:key|credential)s?$/.test(name) && /^\.{0,2}\//.test(text))
}

/** A secret that is written out. */
export interface WrittenSecret {
  readonly issue: ValidationIssue
  /** Name under which it stands. Null if it has none, as a private key in a text. */
  readonly name: string | null
  /** The beginning of its value. */
  readonly value: string
}

/** All secrets of a definition, in document order. Each text is read once, regardless of its length. */
export const findSecrets = (value: unknown, path: FieldPath): ValidationIssue[] =>
  writtenSecrets(value, path).map(({ issue }) => issue)

/** The same with names and values. */
export function writtenSecrets(value: unknown, path: FieldPath): WrittenSecret[] {
  if (typeof value === 'string') return inText(value, path)
  if (Array.isArray(value)) return inList(value, path)
  return isObject(value) ? inMap(value, path) : []
}

function inMap(map: Record<string, unknown>, path: FieldPath): WrittenSecret[] {
  const label = map['name'] ?? map['key']
  return Object.entries(map).flatMap(([name, member]) => {
    const memberPath = [...path, name]
    const ofLabel = name === 'value' && typeof label === 'string' ? label : name
    if (isSecret(ofLabel, member)) return [secretOf(memberPath, ofLabel, member)]
    if (isContentOfSecret(path, name) && isSecret('secret', member))
      return [{ issue: secret(memberPath, 'a secret'), name: null, value: String(member) }]
    // A key can be an assignment, as in `{ "A=b": }`.
    const inName = name.length > 3 ? inText(name, memberPath) : []
    return inName.length ? inName : writtenSecrets(member, memberPath)
  })
}

/** The files of top-level secrets are secrets, whatever they contain. */
const isContentOfSecret = (path: FieldPath, name: string): boolean => path.at(-2) === 'secrets' && name === 'content'

/** The texts of a list are read together too, because a value can be the item after its name. */
function inList(list: readonly unknown[], path: FieldPath): WrittenSecret[] {
  const issues = list.map((item, index) => inItem(item, [...path, index]))
  if (!list.every((item) => typeof item === 'string' || typeof item === 'number') || !HINT.test(list.join('\n')))
    return issues.flat()
  const texts = list.map((item) => textOf(String(item), path).replaceAll('\n', ' '))
  const begins = texts.map(() => 0)
  for (let index = 1; index < texts.length; index++) begins[index] = begins[index - 1]! + texts[index - 1]!.length + 1
  let index = 0
  for (const { name, value, at } of assignmentsIn(texts.join('\n'))) {
    while (index > 0 && begins[index]! > at) index--
    while (index + 1 < begins.length && begins[index + 1]! <= at) index++
    if (!issues[index]!.length) issues[index] = [inside([...path, index], name, value)]
  }
  return issues.flat()
}

/** Lists of `NAME=value`, whose values go to the end. An assignment in a command ends at a blank. */
const ASSIGNING = new Set<string | number | undefined>(['environment', 'labels', 'annotations', 'args'])

function inItem(item: unknown, path: FieldPath): WrittenSecret[] {
  const [, name, value] =
    typeof item === 'string' && ASSIGNING.has(path.at(-2))
      ? (/^\s{0,80}([\w.-]{1,200})\s{0,80}=(.*)$/s.exec(item) ?? [])
      : []
  if (name && isSecret(name, value)) return [secretOf(path, name, value)]
  return writtenSecrets(item, path)
}

/** Parts of which one is in each text with a secret. Most texts have none of them. */
const HINT =
  /pass|pw|secret|token|cred|key|salt|auth|mnemonic|seed|iv|:\/\/|sk-|_live_|_test_|whsec_|gh[oprsu]_|_pat_|glpat-|xox|npm_|hv[bs]\.|SG\.|-----BEGIN|eyJ|AKIA|ASIA|AIza|mysql|mariadb|redis-cli|curl/i
const MIN_LENGTH = 4

/** Members that a shell can read. */
const SHELL: readonly unknown[] = ['command', 'entrypoint', 'test']
/** A variable of the environment, which a script in a value or in the content of a file reads. */
const ENVIRONMENT_VARIABLE = /\$(?:[A-Z_][A-Z0-9_]*|\{[A-Z_][A-Z0-9_]*\})/g

/** A text without its variables. */
function textOf(given: string, path: FieldPath): string {
  const isOfShell = SHELL.includes(path.findLast((part) => typeof part === 'string'))
  return isOfShell ? interpolate(given, true).text : withoutVariables(given)
}

const withoutVariables = (given: string): string => interpolate(given).text.replace(ENVIRONMENT_VARIABLE, UNKNOWN)

/** A text without the comments of XML, which often explain a password by an example. */
const withoutComments = (text: string): string =>
  text.includes('<!--')
    ? text
        .split('<!--')
        .map((part, index) => (index > 0 && part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : part))
        .join('')
    : text

function inText(given: string, path: FieldPath): WrittenSecret[] {
  if (given.length < MIN_LENGTH || !HINT.test(given)) return []
  const text = withoutComments(textOf(given, path))
  for (const [pattern, what] of SECRET_VALUES) {
    const found = pattern.exec(text)
    if (!found) continue
    const { scheme, user, host, password } = found.groups ?? {}
    return host === undefined
      ? [{ issue: secret(path, what), name: null, value: found[0] }]
      : [
          {
            issue: secret(path, what, remedyOfAddress(scheme!, user!, host)),
            name: `${host}_password`,
            value: password!,
          },
        ]
  }
  const [found] = assignmentsIn(text)
  return found ? [inside(path, found.name, found.value)] : []
}

function* assignmentsIn(text: string): Generator<{ name: string; value: string; at: number }> {
  for (const pattern of ASSIGNMENTS)
    for (const { 0: match, 1: name, 2: value, index } of text.matchAll(pattern))
      if (isPlainSecret(name!, value)) yield { name: name!, value: value!, at: index + match.length }
  for (const { 0: match, 1: value, index } of text.matchAll(LETTER_OPTIONS))
    if (isPlainSecret('password', value)) yield { name: 'PASSWORD', value: value!, at: index + match.length }
}

/** A name for a variable. A single word is put behind the name of the service, because it says too little. */
function variableFor(name: string, path: FieldPath): string {
  const words = (/^[A-Z\d_]+$/.test(name) ? name : normalize(name).toUpperCase()).replace(/^_+|_+$/g, '').slice(0, 40)
  const isOfService = path[1] === 'services' && !words.includes('_')
  const full = isOfService ? `${normalize(String(path[2])).toUpperCase().slice(0, 40)}_${words}` : words
  return /^[A-Z_]/.test(full) ? full : `_${full}`
}

const use = (variable: string): string => `Use \${${variable}} and let it be filled in at deployment.`

const remedyOfAddress = (scheme: string, user: string, host: string): string => {
  const variable = variableFor(`${host.replace(/[^\w-]/g, '_') || 'service'}_password`, [])
  return `Write ${scheme}://${user.includes(UNKNOWN) ? '…' : user}:\${${variable}}@${host.includes(UNKNOWN) ? '…' : host} and let it be filled in at deployment.`
}

const secret = (path: FieldPath, what: string, remedy = use(variableFor(ownName(path), path))): ValidationIssue => ({
  path,
  message: `${formatPath(path)} contains ${what.slice(0, 120)}. Templates must not contain secrets. ${remedy}`,
})

/** Name of the member that a value is in. */
const ownName = (path: FieldPath): string => {
  const last = path.at(-1)
  return ASSIGNING.has(path.at(-2)) && typeof last === 'string' ? last : 'SECRET'
}

/** A secret in a text, under a name. */
const inside = (path: FieldPath, name: string, value: string): WrittenSecret => ({
  issue: secret(path, `the value of ${name}`, use(variableFor(name, path))),
  name,
  value,
})

/** A value that is a secret under a name. Its message says more if the value is a variable, whose default is the secret. */
function secretOf(path: FieldPath, name: string, value: unknown): WrittenSecret {
  const [, variable] = typeof value === 'string' ? (/^\s*\$\{(\w{1,200}):?-[^]*\}\s*$/.exec(value) ?? []) : []
  if (variable === undefined) return inside(path, name, String(value))
  const issue = secret(
    path,
    `the value of ${name}: the default of ${variable} is written out`,
    `Write \${${variable}} without a default, and let it be filled in at deployment.`,
  )
  return { issue, name, value: String(value) }
}
