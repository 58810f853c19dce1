import { basename, relative, resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { ProjectSettings } from '#startup/init/project-files.js'
import { askChoice, askText, beginQuestions, isTerminal } from '../ask.js'
import { JSON_OPTION, printResult } from '../command-context.js'

const DEFAULTS = {
  product: 'marketplace',
  currency: 'USD',
  price: 19,
  port: 4000,
  database: 'embedded',
  databasePort: 5432,
} as const
const MAX_PORT = 65_525

/** Parts of the product, from the smallest. */
const PRODUCTS = [
  { value: 'ledger', label: 'Ledger alone', hint: 'plans, entitlements and credits; your own Stripe takes the money' },
  { value: 'billing', label: 'Billing', hint: 'also checkouts, subscriptions and invoices with Stripe and PayPal' },
  { value: 'marketplace', label: 'Marketplace and agents', hint: 'also templates that customers buy and deploy' },
] as const

type GivenOptions = Partial<ProjectSettings> & {
  readonly yes?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** Adds `init`, which writes the files of a new project. */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('writes a catalog, .env and a compose file for a new project; asks on a terminal')
    .argument('[folder]', 'folder of the project', '.')
    .addOption(
      new Option('--product <part>', `part of the product (default: ${DEFAULTS.product})`).choices(
        PRODUCTS.map(({ value }) => value),
      ),
    )
    .option(
      '--business <code>',
      'code of the business, for example acme (default: name of the folder)',
      checked(business),
    )
    .option('--currency <code>', `currency of the prices (default: ${DEFAULTS.currency})`, checked(currency))
    .option('--price <amount>', `monthly price of the paid plan (default: ${DEFAULTS.price})`, numeric(price))
    .option('--port <number>', `port of the server (default: ${DEFAULTS.port})`, numeric(port))
    .addOption(
      new Option('--database <kind>', 'PostgreSQL that the server starts, or the one of compose.yaml').choices([
        'embedded',
        'compose',
      ]),
    )
    .option(
      '--database-port <number>',
      `port of PostgreSQL in compose.yaml (default: ${DEFAULTS.databasePort})`,
      numeric(port),
    )
    .option('--yes', 'accepts the default of everything that is not given')
    .option('--force', 'replaces existing files; secrets stay')
    .option(...JSON_OPTION)
    .action(async (named: string, { yes = false, force = false, json, ...given }: GivenOptions) => {
      const folder = resolve(named)
      if (!yes && !isTerminal()) throw new Error('--yes is required without a terminal: it accepts the defaults')
      const settings = yes ? { ...defaultsOf(folder), ...given } : await ask(folder, given)
      const { writeProject } = await import('#startup/init/write-project.js')
      const files = writeProject(folder, settings, force)
      const next = nextSteps(folder, settings)
      const lines = files.map(({ path, state }) => `${state.padEnd(9)} ${path}`)
      printResult({ folder, files, next }, [...lines, '', 'Next:', ...next.map((step) => `  ${step}`)], json)
    })
}

const defaultsOf = (folder: string): ProjectSettings => ({ business: codeOf(basename(folder)), ...DEFAULTS })

/** A code made of the name of a folder. */
const codeOf = (name: string): string => {
  const code = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
  return business(code) === undefined ? code : 'shop'
}

async function ask(folder: string, given: Partial<ProjectSettings>): Promise<ProjectSettings> {
  const defaults = defaultsOf(folder)
  beginQuestions(`A new project in ${folder}`)
  const words = async (name: 'business' | 'currency', message: string, problemOf: Check) =>
    given[name] ?? (await askText(message, defaults[name], problemOf))
  const number = async (name: 'price' | 'port', message: string, problemOf: Check) =>
    given[name] ?? Number(await askText(message, String(defaults[name]), problemOf))
  return {
    ...defaults,
    ...given,
    product: given.product ?? (await askChoice('What do you want to run?', PRODUCTS)),
    business: await words('business', 'Code of the business', business),
    currency: await words('currency', 'Currency', currency),
    price: await number('price', 'Monthly price of the paid plan', price),
    port: await number('port', 'Port of the server', port),
    database:
      given.database ??
      (await askChoice('PostgreSQL', [
        { value: 'embedded', label: 'Embedded', hint: 'the server starts it; nothing to install' },
        { value: 'compose', label: 'Container', hint: 'requires Docker or Podman with Compose' },
      ])),
  }
}

/** Problem of a value. Undefined: none. */
type Check = (value: string) => string | undefined

const business: Check = (value) =>
  /^[a-z][a-z0-9_-]{1,39}$/.test(value) ? undefined : 'must be 2 to 40 letters, digits, - or _, and begin with a letter'
const currency: Check = (value) => (/^[A-Z]{3}$/.test(value) ? undefined : 'must be three capital letters such as EUR')
const price: Check = (value) =>
  /^\d{1,6}(\.\d{1,2})?$/.test(value) && Number(value) > 0 ? undefined : 'must be an amount such as 19 or 19.90'
const port: Check = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) <= MAX_PORT
    ? undefined
    : `must be a port between 1 and ${MAX_PORT}`

const checked = (problemOf: Check) => (value: string) => {
  const problem = problemOf(value)
  if (problem !== undefined) throw new InvalidArgumentError(problem)
  return value
}
const numeric = (problemOf: Check) => (value: string) => Number(checked(problemOf)(value))

function nextSteps(folder: string, { database }: ProjectSettings): string[] {
  const path = relative(process.cwd(), folder)
  return [
    ...(path === '' ? [] : [`cd ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`]),
    ...(database === 'compose' ? ['docker compose up --detach --wait'] : []),
    'npx --no stackgate',
  ]
}
