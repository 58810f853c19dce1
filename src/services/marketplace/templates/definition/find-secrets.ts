import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isObject } from './is-object.js'

/** Names whose values are secrets, and endings that say otherwise: a file's name, a life time, an address. */
const SECRET_NAME =
  /passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential|auth[_-]?salt|(?:^|[_-]|require)(?:pass|pwd)$/i
const HARMLESS_ENDING =
  /[_-](?:file|path|dir|type|name|url|uri|host|port|ttl|expiry|expires?|expiration|lifetime|length|size|limit|count|policy|enabled|required|algorithm|header)$|tokens$|[_-](?:seconds|minutes|days)$/i

/** Values that are recognizable as secrets, regardless of their name. */
const SECRET_VALUES: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/, 'a private key'],
  [
    /(?<![\w-])(?:(?:sk|rk)_(?:live|test)_\w{8,}|whsec_[\w+/=-]{8,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|npm_\w{30,}|hv[bs]\.[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,})/,
    'a key of a service',
  ],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/, 'a signed token'],
]
const URL_PASSWORD = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']{0,256}:([^\s/@"']{1,512})@/i
const ASSIGNMENT = /(?:^|[\s;&-])([A-Za-z][\w-]{0,80})=("[^"]{1,400}"|'[^']{1,400}'|[^\s;&]{1,400})/g
const FLAG = /(?<=^|\s)--?([A-Za-z][\w-]{0,60})[\s=]{1,4}(?=(\S{1,400}))/g

/** A value that is filled in at deployment: `${NAME}`, `${NAME:?text}`, `$NAME`. A default counts as a value. */
const FILLED_IN = /^\s*(?:\$\$?\{\w+(?:(?::?\?|:?\+)[^}]*|:?-)?\}|\$\$?\w+)\s*$/

const says = (name: string): boolean => SECRET_NAME.test(name) && !HARMLESS_ENDING.test(name)

const isLiteral = (value: unknown): boolean =>
  (typeof value === 'string' && value.trim() !== '' && !FILLED_IN.test(value)) || typeof value === 'number'

/** All secrets of a definition, in document order. Each text is read once, regardless of its length. */
export function findSecrets(value: unknown, path: FieldPath): ValidationIssue[] {
  if (typeof value === 'string') return inText(value, path)
  if (Array.isArray(value)) return value.flatMap((item, index) => inItem(item, [...path, index]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const memberPath = [...path, name]
    if (says(name) && isLiteral(member)) return [secret(memberPath, `the value of ${name}`, name)]
    return findSecrets(member, memberPath)
  })
}

/** An environment may be a list of `NAME=value`. */
function inItem(item: unknown, path: FieldPath): ValidationIssue[] {
  const [, name, value] = typeof item === 'string' ? (/^\s*([\w.-]+)=(.*)$/s.exec(item) ?? []) : []
  if (name && says(name) && isLiteral(value)) return [secret(path, `the value of ${name}`, name)]
  return findSecrets(item, path)
}

function inText(text: string, path: FieldPath): ValidationIssue[] {
  for (const [pattern, what] of SECRET_VALUES) if (pattern.test(text)) return [secret(path, what)]
  // Placeholders as one word, because their text can contain spaces.
  const bare = text.replace(/\$\{\w+(?:(?::?\?|:?\+)[^}]*|:?-)?\}/g, '$X')
  const password = URL_PASSWORD.exec(bare)?.[1]
  if (password && isLiteral(password)) return [secret(path, 'a password in an address')]
  for (const pattern of [ASSIGNMENT, FLAG])
    for (const [, name, value] of bare.matchAll(pattern))
      if (says(name!) && isLiteral(value!.replace(/^["']|["']$/g, '')))
        return [secret(path, `the value of ${name}`, name)]
  return []
}

const secret = (path: FieldPath, what: string, name?: string): ValidationIssue => ({
  path,
  message: `${formatPath(path)} contains ${what}. Templates must not contain secrets. Use \${${(name ?? 'NAME').replace(/\W/g, '_').slice(0, 40)}} and let it be filled in at deployment.`,
})
