import { decideWarning } from '#services/entitlements/warnings/decide-warnings.js'
import { heldPlan, accountSnapshot } from '#test/support/account-snapshot.js'
import { shippedCatalog } from '#test/support/shipped-catalog.js'

const day = (text: string) => new Date(`${text}T00:00:00Z`)

describe('Usage warnings', () => {
  const warning = (catalog: string, plan: string, feature: string, used: number, at = day('2026-01-15')) => {
    const snapshot = shippedCatalog(catalog)
    const account = accountSnapshot('free', {
      at,
      held: [heldPlan(snapshot.planByCode.get(plan)!)],
      usage: used ? [{ feature, windowStart: at, windowEnd: day('2026-12-31'), used, reserved: 0 }] : [],
      allocated: { [feature]: used },
    })
    return decideWarning(snapshot, account, snapshot.features.get(feature)!, 1)
  }

  it.each([
    ['attribution', 'pro', 'attribution_runs', 0, null],
    ['attribution', 'pro', 'attribution_runs', 3999, null],
    ['attribution', 'pro', 'attribution_runs', 4000, [80]],
    ['attribution', 'pro', 'attribution_runs', 4749, [80]],
    ['attribution', 'pro', 'attribution_runs', 4750, [80, 95]],
    ['attribution', 'pro', 'attribution_runs', 5000, [80, 95]],
    ['communities', 'pro', 'ai_chat_message', 8000, [80]],
    ['agileforge', 'starter', 'ai_stories', 20, [80]],
    ['agileforge', 'business', 'ai_stories', 100_000, null],
    ['agileforge', 'starter', 'members', 3, null],
    ['agileforge', 'starter', 'sso', 0, null],
  ])('%s %s, %s at %d: %j', (catalog, plan, feature, used, reached) => {
    expect(warning(catalog, plan, feature, used)?.reached ?? null).toEqual(reached)
  })

  it('count once per calendar month, or per length of the sliding window', () => {
    const period = (at: Date, catalog: string, plan: string, feature: string) =>
      warning(catalog, plan, feature, 9999, at)!.period.toISOString()
    expect(period(day('2026-01-31'), 'attribution', 'pro', 'attribution_runs')).toBe('2026-01-01T00:00:00.000Z')
    expect(period(day('2026-02-01'), 'attribution', 'pro', 'attribution_runs')).toBe('2026-02-01T00:00:00.000Z')
    const first = period(day('2026-01-15'), 'communities', 'pro', 'ai_chat_message')
    expect(
      period(new Date(new Date(first).getTime() + 29.9 * 86_400_000), 'communities', 'pro', 'ai_chat_message'),
    ).toBe(first)
    expect(
      period(new Date(new Date(first).getTime() + 30 * 86_400_000), 'communities', 'pro', 'ai_chat_message'),
    ).not.toBe(first)
  })
})
