import 'reflect-metadata'
import { AppError } from '../services/kernel/errors/app-error.js'
import type { Module } from './module.js'

/** Loads a module. A module comes after those that it requires. Files of modules that an installation does not have are not loaded. */
const LOAD: Readonly<Record<string, () => Promise<Module>>> = {
  core: async () => (await import('./core.js')).core,
  operations: async () => (await import('./operations.js')).operations,
  billing: async () => (await import('./billing.js')).billing,
  stripe: async () => (await import('./stripe.js')).stripe,
  'machine-payments': async () => (await import('./machine-payments.js')).machinePayments,
  paypal: async () => (await import('./paypal.js')).paypal,
  marketplace: async () => (await import('./marketplace.js')).marketplace,
  deployments: async () => (await import('./deployments.js')).deployments,
}

/** Names of all modules, in the order in which they are composed. */
export const MODULE_NAMES = Object.keys(LOAD)

/** Modules that no page of the dashboard reads. */
const WITHOUT_PAGES: readonly string[] = ['machine-payments']

/** True if the names are those of all modules with pages. Null: all. */
export const areAll = (names: readonly string[] | null): boolean =>
  names === null || MODULE_NAMES.every((name) => names.includes(name) || WITHOUT_PAGES.includes(name))

/** Variables of the environment that one module alone reads, which has its declarations in files that are not loaded without it. */
const READ_BY: Readonly<Record<string, readonly string[]>> = {
  'machine-payments': ['STRIPE_NETWORK_ID', 'MACHINE_PAYMENTS_PER_DAY'],
  marketplace: ['VENDOR_PAYOUTS'],
  deployments: ['ALLOWED_COMMANDS', 'AMQP_URL', 'VAULT_ADDR', 'VAULT_TOKEN'],
}

/** Variables of an environment that have no effect because their module is absent, each as a sentence. */
export const settingsWithoutEffect = (modules: readonly Module[], environment: NodeJS.ProcessEnv): string[] =>
  Object.entries(READ_BY)
    .filter(([module]) => !modules.some(({ name }) => name === module))
    .flatMap(([module, names]) =>
      names
        .flatMap((name) => [name, `${name}_FILE`])
        .filter((name) => environment[name])
        .map((name) => `${name} has no effect: the module ${module}, which reads it, is not installed`),
    )

const installed = new Map<string, Promise<readonly Module[]>>()

/** Modules of an installation by their names, in the order in which they are composed. Null: all. */
export async function installedModules(names: readonly string[] | null): Promise<readonly Module[]> {
  const key = (names ?? MODULE_NAMES).toSorted().join()
  // Servers of one process share the list, and so the schema.
  const modules = installed.get(key) ?? load(names ?? MODULE_NAMES)
  installed.set(key, modules)
  return modules
}

async function load(names: readonly string[]): Promise<readonly Module[]> {
  if (names.length === 0) refuse([`no module is named; modules are ${MODULE_NAMES.join(', ')}`])
  refuse(
    names
      .filter((name) => !MODULE_NAMES.includes(name))
      .map((name) => `'${name}' does not exist; modules are ${MODULE_NAMES.join(', ')}`),
  )
  const modules: Module[] = []
  for (const name of MODULE_NAMES.filter((one) => names.includes(one))) modules.push(await LOAD[name]!())
  refuse(
    modules.flatMap(({ name, requires }) =>
      requires.filter((one) => !names.includes(one)).map((one) => `'${name}' requires '${one}': add it`),
    ),
  )
  return modules
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0)
    throw new AppError('CONFIGURATION', problems.map((problem) => `MODULES: ${problem}`).join('\n'))
}
