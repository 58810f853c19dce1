import { parseEnv } from 'node:util'
import { parseCatalog } from '#services/catalog/definition/parse-catalog.js'
import { randomSecret } from '#services/kernel/secrets/secret-box.js'
import { composeFile, DATABASE } from './compose-file.js'
import { starterCatalog, type CatalogSettings } from './starter-catalog.js'

/** Parts of the product that a project can take, with the modules of each. Null: all. */
export const PRODUCTS = {
  ledger: 'core',
  billing: 'core,operations,billing,stripe,paypal',
  marketplace: null,
} as const

/** Settings of a new project. */
export interface ProjectSettings extends CatalogSettings {
  readonly product: keyof typeof PRODUCTS
  readonly port: number
  /** `embedded`: the server starts its own PostgreSQL. `compose`: a container that the compose file describes. */
  readonly database: 'embedded' | 'compose'
  readonly databasePort: number
}

export interface ProjectFile {
  readonly path: string
  readonly text: string
  /** Only its owner may read it. */
  readonly isPrivate?: boolean
}

const SANDBOX_PORT_OFFSET = 10
const IGNORED = ['.env', '.stackgate/', 'node_modules/', 'secrets/']

/**
 * The files of a new project. Secrets of existing files are kept: a new key could not decrypt stored secrets, and a new
 * password does not open an existing database.
 * @throws CatalogFileError if the settings make no valid catalog
 */
export function projectFiles(settings: ProjectSettings, read: (path: string) => string | null): ProjectFile[] {
  const catalog = starterCatalog(settings)
  parseCatalog(catalog, 'catalog.yaml')
  const password = read('secrets/database_password')?.trim() || randomSecret()
  const { SECRETS_KEY: secretsKey, ...given } = parseEnv(read('.env') ?? '')
  return [
    { path: 'catalog.yaml', text: catalog },
    { path: '.env', text: environmentFile(settings, secretsKey || randomSecret(), given), isPrivate: true },
    { path: 'compose.yaml', text: composeFile(settings.business, settings.databasePort) },
    // The user of the container reads it. On this machine only the owner can enter the folder.
    { path: 'secrets/database_password', text: `${password}\n` },
    { path: 'secrets/database_url', text: `${databaseUrl(password, settings)}\n`, isPrivate: true },
    { path: '.gitignore', text: ignoreFile(read('.gitignore') ?? '') },
  ]
}

const databaseUrl = (password: string, { databasePort }: ProjectSettings): string =>
  `postgres://${DATABASE.user}:${password}@127.0.0.1:${databasePort}/${DATABASE.name}`

/** Settings that each new file contains. Others of an existing file are kept. */
const WRITTEN = ['CATALOG', 'MODULES', 'PORT', 'SANDBOX_PORT', 'DATABASE_URL_FILE']

const environmentFile = (
  { product, port, database }: ProjectSettings,
  secretsKey: string,
  given: Readonly<Record<string, string | undefined>>,
): string => `\
# Settings of the server, read by \`npx --no stackgate\` in this folder. Variables of the environment have precedence.
# docs/configuration.md lists all settings. This file contains a secret: it must not be committed.
CATALOG=./catalog.yaml
PORT=${port}
SANDBOX_PORT=${port + SANDBOX_PORT_OFFSET}

# Parts of the product; docs/modules.md lists them. Without this line the server has all. Another part can be added at any time.
${PRODUCTS[product] === null ? '#MODULES=core' : `MODULES=${PRODUCTS[product]}`}

# Encrypts stored secrets. Keep a copy: without it they cannot be decrypted.
SECRETS_KEY=${secretsKey}

# PostgreSQL of compose.yaml. Without this line the server starts its own.
${database === 'compose' ? '' : '#'}DATABASE_URL_FILE=secrets/database_url

# Without keys of a provider the server runs in sandbox mode, with a stand-in for Stripe and PayPal.
#MODE=test
#STRIPE_SECRET_KEY=sk_test_…
#STRIPE_WEBHOOK_SECRET=whsec_…
#AUTH_JWKS_URL=https://id.example.com/.well-known/jwks.json
${Object.entries(given)
  .filter(([name]) => !WRITTEN.includes(name))
  .map(([name, value = '']) => `${name}=${quoted(value)}\n`)
  .join('')}`

/** The value as Node reads it again: without an interpretation of backslashes, if possible. */
function quoted(value: string): string {
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark)) ?? ''
  return `${quote}${value}${quote}`
}

/** An existing file keeps its lines. */
function ignoreFile(existing: string): string {
  const lines = existing.split('\n').map((line) => line.trim())
  const missing = IGNORED.filter((entry) => !lines.includes(entry))
  const before = existing === '' || existing.endsWith('\n') ? existing : `${existing}\n`
  return before + missing.map((entry) => `${entry}\n`).join('')
}
