import type { Examined, ModuleChecks } from '#services/catalog/doctor/run-checks.js'
import { commandLine } from '#services/kernel/command-line.js'
import type { Config } from '#services/kernel/config/config.js'
import { remedyOf } from '#services/kernel/database/connection-error.js'
import { checked, ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'
import { describeStep } from '../catalog-push/decide-push.js'
import { planPush } from '../catalog-push/push-catalog.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderAccountPort } from '../providers/account-port.js'
import { WEBHOOK_PATHS } from '../providers/webhook-paths.js'
import { decideCurrencies } from './check-currencies.js'
import { checkGoLive } from './check-go-live.js'
import { checkKeyModes } from './check-keys.js'
import { checkProvider } from './check-provider.js'

/** A provider with keys, and the account there. */
export interface CheckedProvider {
  readonly port: PaymentPort
  readonly account: ProviderAccountPort
}

/** Checks of the providers, of the catalog there, and of what must be set before real money is taken. */
export const billingChecks = (providersOf: (config: Config) => readonly CheckedProvider[]): ModuleChecks => ({
  settings: checkKeyModes,
  async state(examined) {
    const { config, database, timers } = examined
    const providers = providersOf(examined.runningConfig)
    const found: Finding[] = []
    for (const { account, port } of providers)
      found.push(
        ...(await checkProvider(account, timers, {
          mode: config.mode,
          addresses: WEBHOOK_PATHS[port.provider].map((path) => new URL(path, config.publicUrl)),
        })),
        ...(await prices(examined, providers, port)),
      )
    if (!providers.length)
      found.push(
        warning(
          'providers',
          'no payment provider is configured',
          'set STRIPE_SECRET_KEY or PAYPAL_CLIENT_ID with what belongs to it, or start the server: it brings its sandbox',
        ),
      )
    if (examined.goLive) {
      const names = providers.map(({ port }) => port.provider)
      const asks = (error: unknown) => remedyOf(error) ?? 'check DATABASE_URL and the log of the database'
      found.push(...(await checked('go_live', () => checkGoLive(database, config, names, timers), asks)))
    }
    return found
  },
})

/** The provider sells what the catalog says, at its prices. */
function prices(
  { database, log, catalog }: Examined,
  providers: readonly CheckedProvider[],
  port: PaymentPort,
): Promise<Finding[]> {
  const name = port.provider.toLowerCase()
  const check = `${name}_prices`
  return checked(
    check,
    async () => {
      const sold = await catalog()
      const configured = providers.map((each) => each.port.provider)
      const currencies = decideCurrencies(port.provider, configured, sold)
      const steps = await planPush({ database, log }, port, sold)
      if (!steps.length) return [...currencies, ok(check, 'provider matches the catalog')]
      const shown = steps.slice(0, 3).map(describeStep).join('; ')
      return [
        ...currencies,
        problem(
          check,
          `${steps.length} differences from the catalog: would ${shown}${steps.length > 3 ? '; …' : ''}`,
          `${commandLine(`catalog --provider ${name} diff`)}, then ${commandLine(`catalog --provider ${name} push`)}`,
        ),
      ]
    },
    `${commandLine('catalog check')}, and the key of the provider`,
  )
}
