import type { SandboxState } from '#sandbox-state.js'

/** Usage that a meter counted for a customer, from the start of a period to before its end. */
export function usageWithin(
  world: SandboxState,
  meterId: string,
  customer: string,
  period: { start: number; end: number },
): number {
  const meter = world.store.get('billing.meter', meterId)
  const used = world.store
    .by('meter_usage', 'meter_customer', `${meterId}/${customer}`)
    .filter(({ timestamp }) => timestamp >= period.start && timestamp < period.end)
  switch (meter?.default_aggregation.formula) {
    case 'count':
      return used.length
    case 'last':
      return used.toSorted((one, other) => one.timestamp - other.timestamp).at(-1)?.value ?? 0
    default:
      return used.reduce((sum, { value }) => sum + value, 0)
  }
}
