import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { interpolate, UNKNOWN } from './interpolation.js'
import { isObject } from './is-object.js'

/** Words of names whose values are secrets, with underscores between words. */
const SECRET_NAME =
  /passw(?:or)?d|passphrase|secret|token|credential|api_?key|private_?key|access_?key|encryption_?key|auth_salt|masterauth|(?:^|_|require)(?:pass|pwd)$|_(?:key|salt)$|^(?:app|jwt|hmac|aes)key$/
/** Endings that say otherwise: the name of a file, a lifetime, an address, a count. */
const HARMLESS_ENDING =
  /_(?:file|path|dir|type|name|id|url|uri|host|port|ttl|expiry|expires?|expiration|lifetime|length|size|limit|count|policy|enabled|required|algorithm|header|method|seconds|minutes|days)$|tokens$|(?:access|client|user)_key_id$/
/** Keys that everybody can see. */
const PUBLIC_KEY =
  /(?:^|_)(?:public|pub|publishable|primary|foreign|sort|partition|routing|site|cache|host|hash|gpg|pgp|label|group|lookup|index|message|map|hot)_key$/
/** A switch has one of these words, and one of these values. */
const SWITCH_NAME =
  /(?:^|_)(?:allow|random|one_?time|enable|disable|use|skip|require|force|no|has|with|show|hide|generate)_/
const SWITCH_VALUE = /^(?:yes|no|on|off|[01yn])$/i
const NO_VALUE = /^(?:true|false|null|none|nil|undefined)$/i

/** Values that are recognizable as secrets, regardless of their name. */
const SECRET_VALUES: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/, 'a private key'],
  [
    /(?<![\w-])(?:(?:sk|rk)_(?:live|test)_\w{8,}|whsec_[\w+/=-]{8,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|npm_\w{30,}|hv[bs]\.[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/,
    'a key of a service',
  ],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/, 'a signed token'],
  [
    new RegExp(
      String.raw`(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']{0,256}:(?!${UNKNOWN}@)[^\s/@"']{1,512}@`,
      'i',
    ),
    'a password in an address',
  ],
]

/** The beginning of a value is enough to see that there is one. */
const VALUE = String.raw`\\?["']?(?=([^\s"';&,<>()\\]{1,60}))`
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

/** True if a value under a name is a secret that is written out. `$$` is a dollar sign, so that `$$hunter2` is written out. */
const isSecret = (given: string, value: unknown): boolean =>
  isPlainSecret(given, typeof value === 'string' ? withoutVariables(value) : value)

/** The same for a value whose variables are replaced. */
function isPlainSecret(given: string, value: unknown): boolean {
  const name = normalize(given)
  if (!SECRET_NAME.test(name) || HARMLESS_ENDING.test(name) || PUBLIC_KEY.test(name)) return false
  if (typeof value === 'number') return !(SWITCH_NAME.test(name) && SWITCH_VALUE.test(String(value)))
  if (typeof value !== 'string') return false
  const text = value.replaceAll(UNKNOWN, '').trim()
  if (!/[^\W_]/.test(text) || NO_VALUE.test(text)) return false
  if (SWITCH_NAME.test(name) && SWITCH_VALUE.test(text)) return false
  // A key is also the name of a file, which a password is not.
  return !(name.endsWith('_key') && /^\.{0,2}\//.test(text))
}

/** All secrets of a definition, in document order. Each text is read once, regardless of its length. */
export function findSecrets(value: unknown, path: FieldPath): ValidationIssue[] {
  if (typeof value === 'string') return inText(value, path)
  if (Array.isArray(value)) return inList(value, path)
  return isObject(value) ? inMap(value, path) : []
}

function inMap(map: Record<string, unknown>, path: FieldPath): ValidationIssue[] {
  const label = map['name'] ?? map['key']
  return Object.entries(map).flatMap(([name, member]) => {
    const memberPath = [...path, name]
    const ofLabel = name === 'value' && typeof label === 'string' ? label : name
    if (isSecret(ofLabel, member)) return [secret(memberPath, `the value of ${ofLabel}`, ofLabel)]
    if (isContentOfSecret(path, name) && isSecret('secret', member)) return [secret(memberPath, 'a secret')]
    // A key can be an assignment, as in `{ "A=b": }`.
    const inName = name.length > 3 ? inText(name, memberPath) : []
    return inName.length ? inName : findSecrets(member, memberPath)
  })
}

/** The files of top-level secrets are secrets, whatever they contain. */
const isContentOfSecret = (path: FieldPath, name: string): boolean => path.at(-2) === 'secrets' && name === 'content'

/** The texts of a list are read together too, because a value can be the item after its name. */
function inList(list: readonly unknown[], path: FieldPath): ValidationIssue[] {
  const issues = list.map((item, index) => inItem(item, [...path, index]))
  if (!list.every((item) => typeof item === 'string' || typeof item === 'number')) return issues.flat()
  const texts = list.map((item) => textOf(String(item), path).replaceAll('\n', ' '))
  const begins = texts.map(() => 0)
  for (let index = 1; index < texts.length; index++) begins[index] = begins[index - 1]! + texts[index - 1]!.length + 1
  let index = 0
  for (const { name, at } of assignmentsIn(texts.join('\n'))) {
    while (index > 0 && begins[index]! > at) index--
    while (index + 1 < begins.length && begins[index + 1]! <= at) index++
    if (!issues[index]!.length) issues[index] = [secret([...path, index], `the value of ${name}`, name)]
  }
  return issues.flat()
}

/** Lists of `NAME=value`, whose values go to the end. An assignment in a command ends at a blank. */
const ASSIGNING = new Set<string | number | undefined>(['environment', 'labels', 'annotations', 'args'])

function inItem(item: unknown, path: FieldPath): ValidationIssue[] {
  const [, name, value] =
    typeof item === 'string' && ASSIGNING.has(path.at(-2))
      ? (/^\s{0,80}([\w.-]{1,200})\s{0,80}=(.*)$/s.exec(item) ?? [])
      : []
  if (name && isSecret(name, value)) return [secret(path, `the value of ${name}`, name)]
  return findSecrets(item, path)
}

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

function inText(given: string, path: FieldPath): ValidationIssue[] {
  const text = textOf(given, path)
  for (const [pattern, what] of SECRET_VALUES) if (pattern.test(text)) return [secret(path, what)]
  const [found] = assignmentsIn(text)
  return found ? [secret(path, `the value of ${found.name}`, found.name)] : []
}

function* assignmentsIn(text: string): Generator<{ name: string; at: number }> {
  for (const pattern of ASSIGNMENTS)
    for (const { 0: match, 1: name, 2: value, index } of text.matchAll(pattern))
      if (isPlainSecret(name!, value)) yield { name: name!, at: index + match.length }
  for (const { 0: match, 1: value, index } of text.matchAll(LETTER_OPTIONS))
    if (isPlainSecret('password', value)) yield { name: 'PASSWORD', at: index + match.length }
}

const secret = (path: FieldPath, what: string, name?: string): ValidationIssue => ({
  path,
  message: `${formatPath(path)} contains ${what.slice(0, 120)}. Templates must not contain secrets. Use \${${(name ?? 'NAME').replace(/\W/g, '_').slice(0, 40)}} and let it be filled in at deployment.`,
})
