import type { CatalogReader } from './catalog-reader.js'
import { pauseSchema } from './file-schema.js'
import { parseDays } from './parse-quota-window.js'
import type { PausePolicy, PlanDefinition } from './types.js'
import { code as codeSchema } from './value-schemas.js'

/** Reads the pauses that customers can make. Only a plan with a price can be paused. */
export function readPausePolicy(reader: CatalogReader, plans: readonly PlanDefinition[]): PausePolicy | null {
  const value = reader.setting('pause')
  if (value === undefined) return null
  const { said } = reader.readMap(['pause'], value, pauseSchema)
  for (const [index, named] of (said.plans ?? []).entries()) {
    const here = ['pause', 'plans', index]
    const code = reader.read(here, named, codeSchema)
    if (code === undefined || !reader.declares('plans', code, here, 'value')) continue
    if (plans.find((plan) => plan.code === code)?.prices.length === 0)
      reader.source.report(here, 'a plan without a price cannot be paused')
  }
  return {
    plans: said.plans ?? null,
    access: said.access === 'keep' ? 'KEEP' : 'SUSPEND',
    invoices: said.invoices ?? 'void',
    maximumDays: parseDays(said.maximum ?? '') ?? 0,
  }
}
