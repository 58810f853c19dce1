import { globSync, readFileSync } from 'node:fs'

interface Rule {
  /** Patterns that no line of the product may contain, except in the listed files. */
  readonly name: string
  readonly pattern: RegExp
  readonly excused?: readonly string[]
  /** A line that the rule finds, and one that it leaves alone. */
  readonly found: string
  readonly left: string
}

/** Its texts are files of applications. */
const TEXTS_FOR_APPLICATIONS = 'src/startup/add/node-files.ts'

const rules: Rule[] = [
  {
    name: 'money never becomes a float',
    pattern: /\bparseFloat\(|\.toFixed\(|\bamount(?:Minor)?\s*\/\s*10/,
    found: 'const price = (amountMinor / 100).toFixed(2)',
    left: 'const price = toDecimal({ amountMinor, currency })',
  },
  {
    name: 'secrets are compared in constant time',
    pattern:
      /(?<!typeof )\b(?:\w*\.)?\w*(?:secret|password|signature|digest|hmac|tokenHash|token)\b\s*[!=]==(?!\s*(?:null\b|undefined\b|''|'string'))|[!=]==\s*(?:\w+\.)*\w*(?:secret|password|signature|digest|hmac|tokenHash|token)\b(?!\()/i,
    found: 'if (row.secretHash === hash(secret) || given.signature === expected) return row',
    left: "if (token === null || typeof signature === 'string') return secretsEqual(secret, row.secret)",
  },
  {
    name: 'the environment is read in one place',
    pattern: /\bprocess\.env\b(?!`)/,
    excused: ['src/main.ts', 'src/cli/stackgate.ts', 'src/startup/sandbox-process.ts', TEXTS_FOR_APPLICATIONS],
    found: "const port = process.env['PORT']",
    left: 'const { port } = context.config',
  },
  {
    name: 'what is said goes through the logger, which redacts',
    pattern: /\bconsole\.\w+\(/,
    excused: [TEXTS_FOR_APPLICATIONS],
    found: 'console.log(request)',
    left: 'context.log.info({ requestId }, text)',
  },
  {
    name: 'the present moment comes from the timers of the context',
    // The other sources of time and randomness are restricted in .oxlintrc.json, which cannot express this one.
    pattern: /\bnew Date(?!\w|\()|\bnew Date\(\s*\)|(?<!new |\w)Date\(/,
    excused: [TEXTS_FOR_APPLICATIONS],
    found: 'const at = new Date()',
    left: 'const at = new Date(context.timers.now())',
  },
  {
    name: 'nothing is left for later',
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    found: '// TODO: check',
    left: '// checked above',
  },
  {
    name: 'text is never run as code, nor certificates trusted unseen',
    // Responses are checked by code generated from the schema and the names of fields; a name is an identifier by the
    // grammar. `sslmode=require` of DATABASE_URL encrypts without verification, as its documentation says;
    // `verify-full` verifies.
    excused: ['src/edge/graphql/leaf-check.ts', 'src/services/kernel/database/connection-address.ts'],
    pattern: /\beval\(|\bnew Function\(|rejectUnauthorized:\s*false/,
    found: 'eval(text)',
    left: 'evaluate(text)',
  },
]

describe('source', () => {
  const files = globSync('{src,migrations}/**/*.ts').toSorted()
  const texts = files.map((path) => ({ path, text: readFileSync(path, 'utf8') }))

  it('is found', () => {
    expect(files.length).toBeGreaterThan(250)
  })

  it.each(rules)('follows the rule that $name', ({ pattern, excused = [] }) => {
    const breaches = texts
      .filter(({ path }) => !excused.includes(path))
      .flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
      )
    expect(breaches).toEqual([])
  })

  it.each(rules)('detects $found', ({ pattern, found, left }) => {
    expect([pattern.test(found), pattern.test(left)]).toEqual([true, false])
  })

  it('compares secrets in constant time in the sandbox and the examples too', () => {
    const { pattern } = rules.find(({ name }) => name === 'secrets are compared in constant time')!
    const others = globSync('{packages,examples}/**/*.ts').filter((path) => !path.includes('node_modules'))
    const breaches = others.flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line) => (pattern.test(line) ? [`${path}: ${line.trim()}`] : [])),
    )
    expect(others.length).toBeGreaterThan(100)
    expect(breaches).toEqual([])
  })

  it('writes to the standard outputs in programs only', () => {
    const isProgram = (path: string) => /\/(?:startup|cli|conformance|generate)\/|main\.ts$/.test(path)
    const libraries = globSync('{src,packages/*/src,packages/sandbox}/**/*.{ts,tsx}').filter(
      (path) => !path.includes('node_modules') && !isProgram(path),
    )
    const breaches = libraries.filter((path) => /\bprocess\.(?:stdout|stderr)\b/.test(readFileSync(path, 'utf8')))
    expect(libraries.length).toBeGreaterThan(500)
    expect(breaches).toEqual([])
  })

  it('has small files', () => {
    // A baseline lists all tables of its domain, and each of the other files all rows of its table.
    const tables = ['src/modules/core.ts', 'src/modules/billing.ts']
    const isTable = (path: string) => path.endsWith('_baseline.ts') || tables.includes(path)
    const long = texts.filter(({ path, text }) => text.split('\n').length > 301 && !isTable(path))
    expect(long.map(({ path }) => path)).toEqual([])
  })
})
