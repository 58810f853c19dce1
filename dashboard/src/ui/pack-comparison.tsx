import { comparisonOfPlans as texts } from '../words/en/plan-comparison.js'
import { count } from './format.js'
import type { ComparedPack } from './packs.js'
import { Section } from './panel.js'
import { PlanComparison } from './plan-comparison.js'

/** Packs of the same units side by side: what each costs, what it saves, how long it lasts, and what it grants. A pack alone has no comparison. */
export const PackComparisons = ({ packs }: { readonly packs: readonly (readonly ComparedPack[])[] }) =>
  packs
    .filter(({ length }) => length > 1)
    .map((ofOne, _, all) => {
      const { id, grants } = ofOne[0]!.pack
      const title = all.length > 1 ? `${texts.packs}: ${grants[0]!.feature.name}` : texts.packs
      return (
        <Section key={id} title={title}>
          <PlanComparison
            name={title}
            plans={ofOne.map(({ pack, price }) => ({ ...pack, price, features: pack.grants }))}
            lines={[
              { name: texts.priceOfUnits, values: ofOne.map(({ unitPrice }) => unitPrice) },
              { name: texts.saving, values: ofOne.map(({ saving }) => saving || texts.absent) },
              {
                name: texts.valid,
                values: ofOne.map(({ pack: { validForDays } }) =>
                  validForDays === null ? texts.always : texts.days(count(validForDays)),
                ),
              },
            ]}
          />
        </Section>
      )
    })
