import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { LANGUAGES } from '#entities/kernel/language.js'
import { ALERT_MAIL } from '#services/entitlements/alerts/alert-mail.js'
import { alertText } from '#services/entitlements/alerts/alert-text.js'
import type { PendingCrossing } from '#services/entitlements/alerts/handle-crossings.js'
import { explainCheck } from '#services/entitlements/check/explain-check.js'
import { capDenial } from '#services/entitlements/model/cap-denial.js'
import { notEnough } from '#services/entitlements/model/denials.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import type { SpendCap } from '#services/entitlements/model/account-snapshot.js'
import type { Entitlement } from '#services/entitlements/model/entitlement.js'
import { writeMail } from '#services/kernel/mail/mail-texts.js'
import { usedText } from '#services/entitlements/model/used-text.js'
import { accountSnapshot, heldPlan } from '#test/support/account-snapshot.js'
import { shippedCatalog } from '#test/support/shipped-catalog.js'

/** Every counted feature of every plan that is shipped. */
const COUNTED = readdirSync('catalogs')
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((file) => {
    const catalog = shippedCatalog(file.replace('.yaml', ''))
    return catalog.plans.flatMap((plan) =>
      plan.features
        .filter(({ enabled, feature: { kind } }) => enabled && kind !== 'BOOLEAN' && kind !== 'RATE')
        .map(({ feature }) => ({ catalog, plan, feature })),
    )
  })

const numberOf = (text: string): number => Number(text.replaceAll(',', '').replace(/\.$/, ''))

/** A part that is larger than the whole, as in `5 of 3` or `5/3`. */
const impossibleParts = (text: string): string[] =>
  [...text.matchAll(/\$?(\d[\d.,]*)(?:\/| of (?:at most )?)\$?(\d[\d.,]*)/g)].flatMap(([part, of, all]) =>
    numberOf(of!) > numberOf(all!) ? [part] : [],
  )

const number = fc.oneof(fc.nat(5), fc.nat(1_000_000))

describe('Texts about use', () => {
  // Replay a failure with SEED=<the printed seed> npm test -- use-over-the-limit
  const seed = Number(process.env['SEED'] ?? 20261126)
  const values = fc.record({
    counted: fc.constantFrom(...COUNTED),
    used: number,
    limit: number,
    reserved: fc.oneof(fc.constant(0), number),
    amount: fc.integer({ min: 1, max: 100 }),
    cap: number,
    beyond: number,
  })

  it('never name a part that is larger than the whole, in denials and explanations', () => {
    fc.assert(
      fc.property(values, ({ counted: { catalog, plan, feature }, used, limit, reserved, amount, cap, beyond }) => {
        const snapshot = { ...accountSnapshot('free'), held: [heldPlan(plan)] }
        const found = evaluateFeature(catalog, snapshot, feature)
        const entitlement: Entitlement = {
          ...found,
          used,
          limit,
          reserved,
          remaining: Math.max(0, limit - used - reserved),
          overage: found.overage && { ...found.overage, cap, used: beyond, reserved },
        }
        const denial = notEnough(catalog, snapshot, entitlement, amount)
        const texts = [
          denial.message,
          ...denial.remedies.map(({ label }) => label),
          ...explainCheck(catalog, snapshot, entitlement, { amount, denial, taken: [], charges: [] }),
        ]
        expect(texts.flatMap(impossibleParts)).toEqual([])
        if (denial.__typename === 'QuotaExceeded')
          // Where the whole limit would not suffice, the request is named with it.
          expect(denial.message.replaceAll(',', '')).toMatch(
            new RegExp(`\\b(?:${used}|${amount} .* requested of)\\b.*\\b${limit}\\b`),
          )
      }),
      { seed, numRuns: 2_000 },
    )
  })

  it('never name a part that is larger than the whole, in denials of spend caps', () => {
    fc.assert(
      fc.property(
        values,
        fc.boolean(),
        fc.boolean(),
        ({ counted: { feature }, used, limit, reserved, amount }, inMoney, ofOperator) => {
          const terms: SpendCap = {
            id: 'cap_1',
            feature: feature.code,
            period: 'MONTH',
            setByOperator: ofOperator,
            subAccountId: null,
            userId: null,
            amount: limit,
            currency: inMoney ? 'USD' : null,
            alertPercents: [],
            periodStart: new Date('2026-01-01'),
            used,
            roundedUp: 0,
          }
          const period = { start: new Date('2026-01-01'), end: new Date('2026-02-01') }
          const remaining = Math.max(0, limit - used - reserved)
          const state = { feature, cap: terms, period, used, roundedUp: 0, reserved, remaining, requested: amount }
          const denial = capDenial({ accountId: 'acc_1' }, feature, [state], { amount, subAccountId: null })!
          const texts = [denial.message, ...denial.remedies.map(({ label }) => label)]
          expect(texts.flatMap(impossibleParts)).toEqual([])
        },
      ),
      { seed },
    )
  })

  it('never name a part that is larger than the whole, in alerts', () => {
    const crossings = fc.record({
      value: number,
      base: number,
      percent: fc.option(fc.integer({ min: 1, max: 100 })),
      cap: fc.option(fc.record({ currency: fc.constantFrom(null, 'USD'), userId: fc.constantFrom(null, 'usr_1') })),
    })
    fc.assert(
      fc.property(crossings, ({ value, base, percent, cap }) => {
        const crossing = {
          basis: cap ? null : 'ALLOWANCE',
          // A cap has alerts in percent only.
          percent: cap ? (percent ?? 80) : percent,
          threshold: 300,
          base,
          value,
          forecast: null,
          windowStart: new Date('2026-01-01'),
          windowEnd: new Date('2026-02-01'),
          at: new Date('2026-01-20'),
          cap: cap && { period: 'MONTH', setByOperator: false, subAccountId: null, ...cap },
        } as PendingCrossing
        const values = { crossing, name: 'AI credits', holder: null }
        const mails = LANGUAGES.map((locale) =>
          writeMail(ALERT_MAIL, values, { locale, url: 'https://app.example/', reason: 'MANAGER' }),
        )
        const texts = [alertText(crossing, 'AI credits'), ...mails.flatMap(({ subject, text }) => [subject, text])]
        expect(texts.flatMap(impossibleParts)).toEqual([])
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it.each([
    [3, 5, {}, '3 of 5 used'],
    [5, 5, { of: 'seats' }, '5 of 5 seats used'],
    [5, 3, { of: 'seats' }, '5 seats used, over the limit of 3'],
    [5, 3, { reserved: 2 }, '5 used and 2 reserved, over the limit of 3'],
    [5, null, {}, '5 used'],
  ])('name %s used of %s', (used, limit, more, text) => expect(usedText(used, limit, more)).toBe(text))
})
