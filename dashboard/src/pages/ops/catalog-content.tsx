import { Stack, Text } from '@mantine/core'
import {
  Features,
  Packages,
  PlanHolders,
  Plans,
  type FeaturesData,
  type PackagesData,
  type PlanHoldersData,
  type PlansData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { CodeName } from '../../ui/detail-list.js'
import { count, label, priceText } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { PackComparisons } from '../../ui/pack-comparison.js'
import { comparedPacks } from '../../ui/packs.js'
import { Panel } from '../../ui/panel.js'
import { grantText, PlanComparison } from '../../ui/plan-comparison.js'
import { StateBadge } from '../../ui/state-badge.js'
import { allAtOnce, joinedState } from '../../ui/use-cursor-pages.js'
import { catalogWords } from '../../words/en/catalog.js'
import { CatalogEditor } from './catalog-editor.js'

const texts = catalogWords

type Version = NonNullable<PlanHoldersData['plans'][number]['versions']>[number]

/** A plan, with the versions that accounts hold. */
type Plan = PlansData['plans'][number] & { readonly active: boolean; readonly versions: readonly Version[] }
type Package = PackagesData['packages'][number]

/** A feature, and the plans that have it. */
type Feature = FeaturesData['features'][number] & { readonly plans: readonly string[] }
type Price = Plan['prices'][number]

/** The first price of a plan or package, and how many others it has. */
const Prices = ({ prices }: { readonly prices: readonly Price[] }) => {
  const [first, ...others] = prices
  if (!first) return texts.free
  return (
    <span title={prices.map(priceText).join(', ')}>
      {priceText(first)}
      {others.length > 0 && (
        <Text span size="xs" c="dimmed">
          {' '}
          {texts.morePrices(count(others.length))}
        </Text>
      )}
    </span>
  )
}

const Code = ({ name, code }: { readonly name: string; readonly code: string }) => (
  <>
    <Text size="sm" fw={500}>
      {name}
    </Text>
    <Text size="xs" c="dimmed">
      <CodeName name={code} />
    </Text>
  </>
)

const holdersOf = ({ versions }: Plan): number => versions.reduce((sum, each) => sum + (each.holderCount ?? 0), 0)

const PLAN_COLUMNS: readonly Column<Plan>[] = [
  { name: texts.plan, by: ({ name }) => name, cell: (plan) => <Code name={plan.name} code={plan.code} /> },
  {
    name: texts.price,
    isNumber: true,
    by: ({ prices }) => prices[0]?.money,
    cell: ({ prices }) => <Prices prices={prices} />,
  },
  { name: texts.trial, isNumber: true, by: ({ prices }) => prices[0]?.trialDays },
  { name: texts.accounts, place: 'text', isNumber: true, by: holdersOf },
  { name: texts.version, isNumber: true, by: ({ versions }) => versions.find(({ current }) => current)?.number },
  { name: texts.group, by: ({ group }) => group },
  {
    name: texts.state,
    isState: true,
    by: ({ active }) => active,
    cell: ({ active }) => (
      <StateBadge color={active ? 'green' : 'gray'}>{active ? texts.sold : texts.notSold}</StateBadge>
    ),
  },
]

const VERSION_COLUMNS: readonly Column<Version & { readonly plan: Plan }>[] = [
  { name: texts.plan, by: ({ plan }) => plan.name },
  { name: texts.version, place: 'text', isNumber: true, by: ({ number }) => number },
  { name: texts.accounts, place: 'side', isNumber: true, by: ({ holderCount }) => holderCount },
  {
    name: texts.state,
    isState: true,
    by: ({ current }) => current,
    cell: ({ current, holderCount, plan }) =>
      current ? (
        <StateBadge color="green">{texts.newest}</StateBadge>
      ) : (holderCount ?? 0) > 0 ? (
        <LinkAnchor to="/ops/catalog" search={{ tab: 'migrations', plan: plan.code } as never}>
          {texts.migrate}
        </LinkAnchor>
      ) : (
        <StateBadge color="gray">{texts.unused}</StateBadge>
      ),
  },
]

const PACKAGE_COLUMNS: readonly Column<Package>[] = [
  { name: texts.package, by: ({ name }) => name, cell: ({ name, code }) => <Code name={name} code={code} /> },
  { name: texts.kind, by: ({ type }) => texts.packageTypes[type] ?? label(type) },
  {
    name: texts.price,
    isNumber: true,
    by: ({ prices }) => prices[0]?.money,
    cell: ({ prices }) => <Prices prices={prices} />,
  },
  {
    name: texts.grants,
    isLong: true,
    by: ({ grants }) => grants.map((grant) => `${grant.feature.name}: ${grantText(grant)}`).join(', '),
  },
  {
    name: texts.valid,
    isNumber: true,
    by: ({ validForDays }) => validForDays,
    cell: ({ validForDays }) => (validForDays === null ? texts.always : texts.days(count(validForDays))),
  },
  {
    name: texts.state,
    isState: true,
    by: ({ active }) => active,
    cell: ({ active }) => (
      <StateBadge color={active ? 'green' : 'gray'}>{active ? texts.sold : texts.notSold}</StateBadge>
    ),
  },
]

const FEATURE_COLUMNS: readonly Column<Feature>[] = [
  { name: texts.feature, by: ({ name }) => name, cell: ({ name, code }) => <Code name={name} code={code} /> },
  { name: texts.kind, by: ({ kind }) => texts.featureKinds[kind] ?? label(kind) },
  { name: texts.unit, by: ({ unit }) => unit && label(unit) },
  { name: texts.inPlans, isLong: true, by: ({ plans }) => plans.join(', ') },
  { name: texts.properties, isLong: true, by: ({ propertyNames }) => propertyNames.map(label).join(', ') },
]

interface CatalogContentProps {
  readonly part: 'plans' | 'packages' | 'features' | 'editor'
}

/** Plans with a comparison and their versions, packages, features, or the editor in which they are changed. */
export const CatalogContent = ({ part }: CatalogContentProps) => {
  const Part = PARTS[part]
  return <Part />
}

const PARTS = { plans: PlanPanels, packages: PackagePanel, features: FeaturePanel, editor: CatalogEditor } as const

function PlanPanels() {
  const plans = useOperation(Plans, {})
  const holders = useOperation(PlanHolders, {})
  const query = joinedState(plans, holders)
  const rows = (plans.data?.plans ?? []).map((plan): Plan => {
    const held = holders.data?.plans.find(({ id }) => id === plan.id)
    return { ...plan, active: held?.active ?? false, versions: held?.versions ?? [] }
  })
  return (
    <Stack>
      <Panel title={texts.tabs.plans} query={query} height={240}>
        {() => (
          <DataTable
            isPage
            name={texts.tabs.plans}
            columns={PLAN_COLUMNS}
            pages={allAtOnce(query, rows)}
            empty={texts.noPlans}
          />
        )}
      </Panel>
      <Panel title={texts.compare} query={query} height={320}>
        {() => <PlanComparison plans={rows.map((plan) => ({ ...plan, price: plan.prices[0] }))} />}
      </Panel>
      <Panel title={texts.versions} query={query} height={240}>
        {() => (
          <DataTable
            name={texts.versions}
            columns={VERSION_COLUMNS}
            pages={allAtOnce(
              query,
              rows.flatMap((plan) => plan.versions.map((version) => ({ ...version, plan }))),
            )}
            empty={texts.noPlans}
          />
        )}
      </Panel>
    </Stack>
  )
}

function PackagePanel() {
  const query = useOperation(Packages, {})
  return (
    <Stack>
      <Panel title={texts.tabs.packages} query={query} height={240}>
        {({ packages }) => (
          <DataTable
            isPage
            name={texts.tabs.packages}
            columns={PACKAGE_COLUMNS}
            pages={allAtOnce(query, packages)}
            empty={texts.noPackages}
          />
        )}
      </Panel>
      <PackComparisons packs={comparedPacks(query.data?.packages ?? [])} />
    </Stack>
  )
}

function FeaturePanel() {
  const query = useOperation(Features, {})
  const plans = useOperation(Plans, {}).data?.plans ?? []
  return (
    <Panel title={texts.tabs.features} query={query} height={240}>
      {({ features }) => (
        <DataTable
          isPage
          name={texts.tabs.features}
          columns={FEATURE_COLUMNS}
          pages={allAtOnce(
            query,
            features.map((feature) => ({
              ...feature,
              plans: plans
                .filter((plan) => plan.features.some((grant) => grant.enabled && grant.feature.code === feature.code))
                .map(({ name }) => name),
            })),
          )}
          empty={texts.noFeatures}
        />
      )}
    </Panel>
  )
}
