import { Stack } from '@mantine/core'
import { Installation } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { useOperation } from '@stackgate/react/hooks'
import { dayAfter, FilterForm } from '../../ui/filter-form.js'
import { Tabs } from '../../ui/tabs.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent } from '../../ui/panel.js'
import { figuresWords } from '../../words/en/figures.js'
import { ChurnFigures, ConversionFigures, RecurringFigures, RevenueFigures } from './figures-over-time.js'
import { JournalFigures } from './journal-figures.js'
import { CreditFigures, PackageFigures } from './figures-of-products.js'

const texts = figuresWords

/** A range of business time: `to` is exclusive. Without `from`, the server chooses it. */
export interface FigureRange {
  readonly from?: string
  readonly to: string
}

const TABS = {
  recurring: RecurringFigures,
  revenue: RevenueFigures,
  churn: ChurnFigures,
  conversion: ConversionFigures,
  packages: PackageFigures,
  credits: CreditFigures,
  journal: JournalFigures,
} as const
type Tab = keyof typeof TABS
const NAMES = Object.keys(TABS) as readonly Tab[]

const FIELDS = [
  { name: 'from', label: texts.from, type: 'date' },
  { name: 'to', label: texts.to, type: 'date' },
] as const

/** Begin of the month after a time: ranges always end behind the running month, which includes the payments of this moment. */
function endOfMonth(time: string): string {
  const now = new Date(time)
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString()
}

/** Money of the whole business, as charts, tables and files. */
export function Figures() {
  const [chosen, choose] = useFilter('tab')
  const [from] = useFilter('from')
  const [to] = useFilter('to')
  const installation = useOperation(Installation, {})
  const tab: Tab = NAMES.includes(chosen as Tab) ? (chosen as Tab) : 'recurring'
  const Content = TABS[tab]
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Tabs
        label={texts.tabs.label}
        tabs={NAMES.map((value) => ({ value, label: texts.tabs[value] }))}
        value={tab}
        onChange={choose}
      />
      <FilterForm name={texts.title} fields={FIELDS} submit={texts.show} />
      <PanelContent query={installation}>
        {({ installation: { clock } }) => (
          <Content
            range={{
              ...(from && { from: `${from}T00:00:00.000Z` }),
              to: to ? dayAfter(to) : endOfMonth(clock.now),
            }}
          />
        )}
      </PanelContent>
    </Stack>
  )
}
