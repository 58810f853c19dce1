import { chargeStep } from '#services/kernel/money/charge-rules.js'
import { CURRENCIES } from '#services/kernel/money/currency.js'

/** SQL of the tiers of a tariff, which is a text: part of a `from`. The rows of one price are grouped for `exactCostOf`. */
export const tiersOf = (tariff: string): string => `
      cross join lateral jsonb_array_elements(jsonb_build_array((${tariff})::jsonb)) of_tariff (terms)
      cross join lateral jsonb_array_elements(terms -> 'tiers') with ordinality of_tier (tier, place)`

const number = (json: string, field: string, otherwise: number | string): string =>
  `coalesce((${json} ->> '${field}')::numeric, ${otherwise})`

const PER = number('tier', 'per', 1)
const PRICE = `(tier ->> 'price')::numeric`
const UP_TO = number('tier', 'upTo', `'Infinity'`)
/** End of the tier before. The last tier, which is found for the first one, has no end. */
const ABOVE = `coalesce((terms #>> array['tiers', (place - 2)::text, 'upTo'])::numeric, 0)`

/**
 * SQL of the exact cost of units in the smallest unit of the currency: an aggregate of the rows of `tiersOf`. Prices are multiplied
 * before they are divided, so that no digit is lost.
 */
export function exactCostOf(units: string): string {
  const priced = `((${units}) - ${number('terms', 'free', 0)})`
  const counted = `case when terms ->> 'tiering' = 'VOLUME' then case when ${priced} > ${ABOVE} and ${priced} <= ${UP_TO} then ${priced} else 0 end
        else greatest(0, least(${priced}, ${UP_TO}) - ${ABOVE}) end`
  const cost = `case when (${counted}) = 0 then 0 else ${number('tier', 'flat', 0)} + case when tier ->> 'kind' = 'PACKAGE'
        then div((${counted}) + ${PER} - 1, ${PER}) * ${PRICE} else (${counted}) * (${PRICE} * 1000000000 / ${PER}) * 0.000000001 end end`
  return `case when sum(${counted}) > 0 then least(greatest(sum(${cost}), min(${number('terms', 'minimum', 0)})),
        min(${number('terms', 'maximum', `'Infinity'`)})) else 0 end`
}

const STEPS = Map.groupBy(CURRENCIES, chargeStep)
STEPS.delete(1)
const CASES = [...STEPS].map(([step, codes]) => `when terms ->> 'currency' in ('${codes.join(`', '`)}') then ${step}`)
const STEP = `min(case ${CASES.join(' ')} else 1 end)`

/** SQL of the cost of units in the smallest unit of the currency, rounded once to what can be charged, halves up: an aggregate of the rows of `tiersOf`. */
export const roundedCostOf = (units: string): string => `round((${exactCostOf(units)}) / ${STEP}) * ${STEP}`
