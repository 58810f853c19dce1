/**
 * SQL of the exact cost of units in the smallest unit of the currency, by the text of a tariff. Prices are multiplied before they are divided,
 * so that no digit is lost.
 */
export const exactCostSql = (tariff: string, units: string): string => `(
    select case when sum(t.units) > 0 then least(
        greatest(sum(case when t.units > 0 then t.cost + t.flat else 0 end), coalesce(max(t.lowest), 0)),
        coalesce(max(t.highest), 'Infinity')) else 0 end
    from (select (${tariff})::jsonb as tariff) terms
      cross join lateral (
        select (terms.tariff ->> 'minimum')::numeric as lowest, (terms.tariff ->> 'maximum')::numeric as highest, r.flat, r.units, case when r.kind = 'PACKAGE' then div(r.units + r.per - 1, r.per) * r.price
          else r.units * (r.price * 1000000000 / r.per) * 0.000000001 end as cost
        from (
          select b.per, b.price, b.kind, b.flat,
            case when terms.tariff ->> 'tiering' = 'VOLUME' then case when b.priced > b.above and b.priced <= b.up_to then b.priced else 0 end
              else greatest(0, least(b.priced, b.up_to) - b.above) end as units
          from (
            select coalesce((tier ->> 'per')::numeric, 1) as per, (tier ->> 'price')::numeric as price, tier ->> 'kind' as kind,
              coalesce((tier ->> 'flat')::numeric, 0) as flat, coalesce((tier ->> 'upTo')::numeric, 'Infinity') as up_to,
              coalesce(lag((tier ->> 'upTo')::numeric) over (order by place), 0) as above,
              (${units})::numeric - coalesce((terms.tariff ->> 'free')::numeric, 0) as priced
            from jsonb_array_elements(terms.tariff -> 'tiers') with ordinality tiers (tier, place)
          ) b
        ) r
      ) t
    )`

/** SQL of the cost of units in the smallest unit of the currency, rounded once, halves up. */
export const costSql = (tariff: string, units: string): string => `round(${exactCostSql(tariff, units)})`
