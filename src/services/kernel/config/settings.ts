import { nearestName } from '../text/nearest-name.js'
import { environment } from './environment.js'
import { IN_FILES } from './secret-files.js'

/** The names that the five source systems use for the same things. */
export const ALIASES: Record<string, string> = {
  URL_SERVER_USER: 'USER_SERVICE_URL',
  USER_SERVICE_BASE_URL: 'USER_SERVICE_URL',
  STACKER_SERVICE_TOKEN: 'SERVICE_TOKEN',
  STACKER_CLIENT_ID: 'SERVICE_CLIENT_ID',
  STACKER_CLIENT_SECRET: 'SERVICE_CLIENT_SECRET',
  NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY: 'STRIPE_PUBLISHABLE_KEY',
  NEXT_PUBLIC_PARENT_APP_URL: 'PARENT_APP_URL',
}

export const IGNORED: Record<string, string> = {
  PLAN_TIER: 'PLAN_TIER is ignored: plans are assigned by webhooks',
  AGENT_BASE_URL: 'AGENT_BASE_URL is ignored: agents poll, the server never connects to them',
  URL_SERVER_PAYMENT: 'URL_SERVER_PAYMENT is ignored: Stackgate replaces the Payment Service',
  STRIPE_PRICE_ID_PRO: 'STRIPE_PRICE_ID_PRO is ignored: prices come from the catalog file and are linked by lookup key',
  STRIPE_PRICE_ID_SCALE:
    'STRIPE_PRICE_ID_SCALE is ignored: prices come from the catalog file and are linked by lookup key',
}

/** Every name that the server knows with any modules. */
export const SETTINGS: ReadonlySet<string> = new Set([
  ...Object.keys(environment.shape),
  ...IN_FILES.map((name) => `${name}_FILE`),
  ...Object.keys(ALIASES),
  ...Object.keys(IGNORED),
])

/** Edits by which a name with so many letters can differ. */
const editsFor = (length: number): number => (length < 9 ? 1 : 2)

/** Settings that a name can be meant to be. Another letter makes another word of a short name: `API_URL` is no misspelled `APP_URL`. */
const candidatesFor = (name: string, settings: ReadonlySet<string>): Iterable<string> =>
  name.length < 8
    ? [...settings].filter((setting) => setting.length !== name.length || lettersOf(setting) === lettersOf(name))
    : settings

const lettersOf = (name: string): string => [...name.toUpperCase()].toSorted().join('')

/** Names that are no settings and resemble one, each as a sentence. */
export const misspelledSettings = (names: Iterable<string>, settings: ReadonlySet<string> = SETTINGS): string[] =>
  [...names].flatMap((name) => {
    if (settings.has(name)) return []
    const nearest = nearestName(name, candidatesFor(name, settings), editsFor(name.length))
    return nearest ? [`${name} is unknown. Did you mean ${nearest}?`] : []
  })
