import { join } from 'node:path'
import { runnerImport, type Plugin } from 'vite'

const root = join(import.meta.dirname, '..')
const kernel = join(root, 'src/services/kernel')

/** Number of decimals of most currencies, which the module leaves out. */
const USUAL_DECIMALS = 2

/** Content of each module, from the sources of the server. */
const TABLES: Readonly<Record<string, () => Promise<unknown>>> = {
  async 'currency:decimals'() {
    const { CURRENCIES, currencyDecimals } = await currencies()
    const others = CURRENCIES.filter((code) => currencyDecimals(code) !== USUAL_DECIMALS)
    return Object.fromEntries(others.map((code) => [code, currencyDecimals(code)]))
  },
  async 'currency:sold'() {
    const { isTaken } = await moduleOf<{ isTaken: (code: string) => boolean }>('money/provider-currencies.ts')
    return (await currencies()).CURRENCIES.filter(isTaken).toSorted()
  },
  async 'country:codes'() {
    return (await moduleOf<{ COUNTRIES: readonly string[] }>('text/countries.ts')).COUNTRIES
  },
}

/** Tables of the server as modules, so that the pages offer what it accepts. */
export const serverTables = (): Plugin => ({
  name: 'server-tables',
  resolveId: (id) => (id in TABLES ? `\0${id}` : null),
  load: async (id) => {
    const table = id.startsWith('\0') ? TABLES[id.slice(1)] : undefined
    return table ? `export default ${JSON.stringify(await table())}` : null
  },
})

const currencies = () =>
  moduleOf<{ CURRENCIES: readonly string[]; currencyDecimals: (code: string) => number }>('money/currency.ts')

/** A module of the server, from its sources, which need no compilation before. */
async function moduleOf<Module>(name: string): Promise<Module> {
  const { module } = await runnerImport<Module>(join(kernel, name), { configFile: false, root, logLevel: 'error' })
  return module
}
