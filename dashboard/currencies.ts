import { join } from 'node:path'
import { runnerImport, type Plugin } from 'vite'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'src/services/kernel/money')

interface CurrencyModule {
  readonly CURRENCIES: readonly string[]
  readonly currencyDecimals: (code: string) => number
}

interface ProviderModule {
  readonly isTaken: (code: string) => boolean
}

/** Number of decimals of most currencies, which the module leaves out. */
const USUAL_DECIMALS = 2

/**
 * The table of the server about currencies: the module `currency:decimals` has the decimals of those that have not two, and `currency:sold` the
 * codes of those in which a provider charges.
 */
export const currencies = (): Plugin => ({
  name: 'currencies',
  resolveId: (id) => (id.startsWith('currency:') ? `\0${id}` : null),
  async load(id) {
    if (!id.startsWith('\0currency:')) return null
    const { CURRENCIES, currencyDecimals } = await moduleOf<CurrencyModule>('currency.ts')
    if (id === '\0currency:sold') {
      const { isTaken } = await moduleOf<ProviderModule>('provider-currencies.ts')
      return `export default ${JSON.stringify(CURRENCIES.filter(isTaken).toSorted())}`
    }
    const others = CURRENCIES.filter((code) => currencyDecimals(code) !== USUAL_DECIMALS)
    return `export default ${JSON.stringify(Object.fromEntries(others.map((code) => [code, currencyDecimals(code)])))}`
  },
})

/** A module of the server, from its sources, which need no compilation before. */
async function moduleOf<Module>(name: string): Promise<Module> {
  const { module } = await runnerImport<Module>(join(folder, name), { configFile: false, root, logLevel: 'error' })
  return module
}
