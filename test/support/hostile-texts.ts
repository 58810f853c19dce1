import { createSeededRandom } from './seeded-random.js'

/** One text that is as large as a limit admits, and the name of its shape. */
export interface HostileText {
  readonly name: string
  readonly text: string
}

/** Parts of YAML that change how the rest is read. `%n` becomes a number that is never repeated. */
const YAML_PARTS = [
  '- ',
  '? ',
  ': ',
  ':',
  '{',
  '}',
  '[',
  ']',
  ',',
  ', ',
  '&a ',
  '&a%n ',
  '*a ',
  '*a,',
  '<<: *a\n',
  '<<: ',
  '!!str ',
  '!!binary ',
  '!t%n ',
  '!<x> ',
  '#\n',
  ' #c\n',
  '\n',
  '\n  ',
  '\n    ',
  ' ',
  '   ',
  '\t',
  '\r\n',
  '\r',
  '"',
  "'",
  "''",
  '\\"',
  '\\x41',
  '\\',
  '|\n',
  '>-\n ',
  '|2\n',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '%TAG !a! b\n',
  'a',
  'k%n',
  '%n',
  '%n: ',
  '%n:\n',
  '%n,',
  '0x%n ',
  '1e%n ',
  '.inf ',
  '~',
  'true ',
  '@',
  '`',
  '\ufeff',
  '\u2028',
  'é',
]

/** Parts of texts that patterns of secrets and placeholders begin with. */
const TEXT_PARTS = [
  '${A:-',
  '${',
  '}',
  '$',
  '$$',
  '${A}',
  '${A:?',
  'PASSWORD',
  'PASSWORD=',
  'password: ',
  '--token ',
  '--a=',
  '-p',
  'a://',
  'a:b@',
  '://',
  '@',
  '=',
  ' = ',
  '"',
  "'",
  '\\"',
  'sk_live_',
  'eyJ',
  '.eyJ.',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN ',
  '-----END ',
  'AKIA',
  'KEY',
  '_',
  '-',
  ' ',
  '\n',
  '\t',
  ';',
  '&',
  '/',
  '//',
  '../',
  ':',
  '80',
  '-80',
  '1.',
  '::',
  '[',
  ']',
  'a',
  'Z9',
  '\u0000',
  'é',
]

const fill = (part: string, length: number): string => {
  let [text, number] = ['', 0]
  const varies = part.includes('%n')
  if (!varies) return part.repeat(Math.floor(length / Buffer.byteLength(part)))
  while (text.length < length - part.length - 8) text += part.replaceAll('%n', () => String(number++))
  return text
}

/** Texts of a length, made of parts in random sequences: repeated, nested, and both. */
function* combinations(parts: readonly string[], length: number, count: number, seed: number): Generator<HostileText> {
  const random = createSeededRandom(seed)
  const pick = () => parts[Math.floor(random.next() * parts.length)]!
  const sequence = () => Array.from({ length: 1 + Math.floor(random.next() * 4) }, pick).join('')
  for (const part of parts) yield { name: `${JSON.stringify(part)} repeated`, text: fill(part, length) }
  for (let number = 0; number < count; number++) {
    const [head, part, tail] = [sequence(), sequence(), sequence()]
    const isNested = random.next() < 0.3
    const text = isNested ? fill(part, length / 2) + fill(tail, length / 2) : head + fill(part, length - 200) + tail
    yield { name: `${number}: ${JSON.stringify([head, part, tail])}${isNested ? ' nested' : ''}`, text }
  }
}

/** Catalogs of a length in which every name is mistyped. */
export function* hostileCatalogs(length: number): Generator<HostileText> {
  const half = Math.floor(length / 2) - 100
  const features = (name: string, rest: string) => `features: {${fill(`${name}%n: ${rest},`, half)}}\n`
  const head = 'business: a\ncurrency: USD\n'
  const catalogs = {
    'unknown features of a plan': `${features('feature_', 'a')}plans: {a: {features: {${fill('featuer_%n: 1,', half)}}}}`,
    'unknown long features of a plan': `${features('f'.repeat(80), 'a')}plans: {a: {features: {${fill(`${'g'.repeat(80)}%n: 1,`, half)}}}}`,
    'unknown features of many plans': `${features('feature_', '{kind: qouta}')}plans: {${fill('p%n: {features: {featuer_%n: 1}},', half)}}`,
    'unknown features of alerts': `${features('feature_', 'a')}balance_alerts: [${fill('featuer_%n,', half)}]`,
    'unknown templates of packages': `templates: {${fill('t%n: a,', half)}}\npackages: {${fill('p%n: {templates: [z%n]},', half)}}`,
    'unknown keys of a plan': `plans: {a: {${fill('featurez%n: 1,', 2 * half)}}}`,
    'unknown sections': fill('plan%n: 1\n', 2 * half),
  }
  for (const [name, text] of Object.entries(catalogs)) yield { name, text: head + text }
}

/** YAML texts of a length. Many are valid, and more are not. */
export function* hostileYaml(length: number, count: number, seed = 1): Generator<HostileText> {
  const list = (part: string) => `[${fill(part, length - 40)}]`
  const map = (part: string) => `{${fill(part, length - 40)}}`
  const half = Math.floor(length / 2) - 20
  const levels = Array.from(
    { length: 12 },
    (_, level) => `b${level + 1}: &b${level + 1} [${`*b${level},`.repeat(9)}]\n`,
  )
  yield* [
    { name: 'a wide flow map', text: `x-a: ${map('%n,')}` },
    { name: 'a wide flow map with values', text: `x-a: ${map('%n: 1,')}` },
    { name: 'a wide flow list', text: `x-a: ${list('1,')}` },
    { name: 'a wide block map', text: fill('x-%n:\n', length) },
    { name: 'a wide nested block map', text: `x-a:\n${fill(' %n: a\n', length - 10)}` },
    { name: 'many maps', text: `x-a: ${list('{a: 1},')}` },
    { name: 'deep lists', text: `${'['.repeat(half)}${']'.repeat(half)}` },
    { name: 'deep maps', text: `${'{a: '.repeat(half / 3)}${'}'.repeat(half / 3)}` },
    { name: 'deep keys', text: `${'{'.repeat(half / 2)}${'}:'.repeat(half / 2)}` },
    { name: 'deep block lists', text: '- '.repeat(half) },
    {
      name: 'deep block maps',
      text: Array.from({ length: Math.sqrt(length * 1.9) }, (_, n) => `${' '.repeat(n)}a:\n`).join(''),
    },
    { name: 'many anchors', text: `x-a: ${list('&a%n 1,')}` },
    { name: 'many aliases', text: `x-a: &a 1\nx-b: ${list('*a,')}` },
    { name: 'aliases of a wide map', text: `x-a: &a {${fill('k%n: 1,', half)}}\nx-b: [${fill('*a,', half)}]` },
    { name: 'aliases of a long text', text: `x-a: &a ${'a'.repeat(half)}\nx-b: [${fill('*a,', half)}]` },
    { name: 'aliases of aliases', text: `b0: &b0 [x,x]\n${levels.join('')}` },
    { name: 'an alias within its anchor', text: `x-a: &a [${fill('*a,', length - 20)}]` },
    {
      name: 'merges of a wide map',
      text: `x-a: &a {${fill('k%n: 1,', half)}}\nx-b:\n  <<: [${fill('*a,', half)}]`,
    },
    { name: 'many merges', text: `x-a: &a {b: 1}\nx-b: ${list('{<<: *a},')}` },
    { name: 'the same merge many times', text: `x-a: &a {b: 1}\n${fill('<<: *a\n', length - 20)}` },
    { name: 'a long key', text: `${'a'.repeat(length - 10)}: 1` },
    { name: 'a long quoted key', text: `"${'a'.repeat(length - 10)}": 1` },
    { name: 'long keys', text: fill(`${'a'.repeat(1_000)}%n: 1\n`, length) },
    { name: 'a long number', text: `x-a: ${'1'.repeat(length - 10)}` },
    { name: 'a long fraction', text: `x-a: 0.${'1'.repeat(length - 10)}` },
    { name: 'a long hexadecimal number', text: `x-a: 0x${'f'.repeat(length - 10)}` },
    { name: 'a long text in lines', text: `x-a:\n${fill(' a\n', length - 10)}` },
    { name: 'a long quoted text in lines', text: `x-a: "${fill('a\n ', length - 10)}"` },
    { name: 'a long text of blanks', text: `x-a: "a${' '.repeat(length - 20)}b\n "` },
    { name: 'a long text of escapes', text: `x-a: "${fill('\\u0041', length - 10)}"` },
    { name: 'a long block text', text: `x-a: |\n${fill(' a\n', length - 10)}` },
    { name: 'a long folded text', text: `x-a: >\n${fill(' a\n\n', length - 10)}` },
    { name: 'many documents', text: fill('a: 1\n---\n', length) },
    { name: 'many empty documents', text: fill('---\n...\n', length) },
    { name: 'many comments', text: `${fill('# a\n', length - 10)}a: 1` },
    { name: 'comments between items', text: `x-a:\n${fill(' - 1 # a\n', length - 10)}` },
    { name: 'comments in a flow list', text: `x-a: ${list('1, # a\n')}` },
    { name: 'many tags', text: `x-a: ${list('!!str 1,')}` },
    { name: 'many unknown tags', text: `x-a: ${list('!t%n 1,')}` },
    { name: 'flow keys over lines', text: `x-a: ${map('\n%n\n:\n1,')}` },
    { name: 'a flow key over many lines', text: `{${fill('a\n', length - 20)}: 1}` },
    { name: 'flow keys of a list over lines', text: `x-a: ${list('\n%n\n:\n1,')}` },
    { name: 'many mistakes', text: fill('a: b: c\n', length) },
  ]
  yield* combinations(YAML_PARTS, length, count, seed)
}

/** Long texts with the parts that patterns look for. */
export const hostileTexts = (length: number, count: number, seed = 1): Generator<HostileText> =>
  combinations(TEXT_PARTS, length, count, seed)

/** JSON texts of a length, as arguments have them. */
export function* hostileJson(length: number, count: number, seed = 1): Generator<HostileText> {
  const half = Math.floor(length / 2) - 10
  const shapes: readonly [string, string][] = [
    ['a wide map', `{${fill('"k%n":1,', length - 20)}"z":1}`],
    ['a wide list', `[${fill('1,', length - 20)}1]`],
    ['a list of maps', `[${fill('{"a":1},', length - 20)}1]`],
    ['a list of empty lists', `[${fill('[],', length - 20)}1]`],
    ['deep lists', `${'['.repeat(half)}${']'.repeat(half)}`],
    ['deep maps', `${'{"a":'.repeat(half / 3)}1${'}'.repeat(half / 3)}`],
    ['lists of 4,000 levels', `${'['.repeat(3_990)}${fill('1,', length - 8_000)}1${']'.repeat(3_990)}`],
    ['a long key', `{"${'a'.repeat(length - 20)}":1}`],
    ['long keys', `{${fill(`"${'a'.repeat(1_000)}%n":1,`, length - 2_000)}"z":1}`],
    ['a long text', JSON.stringify('a'.repeat(length - 20))],
    ['a long text of escapes', `"${fill('\\u0041', length - 20)}"`],
    ['a long number', '1'.repeat(length)],
    ['a key many times', `{${fill('"a":1,', length - 20)}"a":1}`],
    ['names of prototypes', `{${fill('"__proto__":1,"constructor":1,', length - 40)}"a":1}`],
  ]
  for (const [name, text] of shapes) yield { name, text }
  for (const { name, text } of hostileTexts(length * 0.7, count, seed)) {
    yield {
      name: `a text of ${name}`,
      text: JSON.stringify(text)
        .slice(0, length - 1)
        .replace(/\\u?[\da-f]{0,3}$/, '')
        .replace(/"?$/, '"'),
    }
    yield { name: `texts of ${name}`, text: JSON.stringify(text.match(/[^]{1,40}/gu)) }
  }
}
