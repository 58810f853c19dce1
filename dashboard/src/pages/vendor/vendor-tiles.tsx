import IconCoins from 'icon:coins'
import IconServer from 'icon:server-2'
import IconTemplate from 'icon:template'
import IconWallet from 'icon:wallet'
import type { MetricSeriesFields } from '@stackgate/client/documents'
import { count, money } from '../../ui/format.js'
import { metricNumber, tablesOf, type SeriesTable } from '../../ui/series.js'
import { Sparkline } from '../../ui/sparkline.js'
import { Tile } from '../../ui/tile.js'
import { vendorWords } from '../../words/en/vendor.js'
import type { Vendor } from './vendor-templates.js'

const texts = vendorWords

interface VendorTilesProps {
  readonly vendor: Vendor
  readonly series: readonly MetricSeriesFields[] | undefined
}

const sharesOf = ({ rows }: SeriesTable) => rows.map((row) => metricNumber(row.EARNINGS_SHARE) ?? 0)

/** Earnings in the currency with the most of them, what is to be paid out, and what the templates reached. */
export function VendorTiles({ vendor, series = [] }: VendorTilesProps) {
  const sumOf = (table: SeriesTable) => sharesOf(table).reduce((sum, share) => sum + share, 0)
  const [table] = tablesOf(series).toSorted((one, other) => sumOf(other) - sumOf(one))
  const shares = table ? sharesOf(table) : []
  const currency = table?.currency
  const amount = (value: number) => (currency ? money({ decimal: String(value), currency }) : count(value))
  const [before = 0, now = 0] = shares.slice(-2)
  const payable = (vendor.payable ?? []).filter(({ decimal: due }) => Number(due) > 0)
  const templates = vendor.templates.nodes
  const published = templates.filter(({ status }) => status === 'APPROVED')
  const sales = templates.reduce((sum, { saleCount }) => sum + saleCount, 0)
  const installs = templates.reduce((sum, { installCount }) => sum + installCount, 0)
  return (
    <>
      <Tile
        name={texts.thisMonth}
        icon={IconCoins}
        value={amount(now)}
        note={texts.lastMonth(amount(before))}
        isQuiet={now === 0}
        to="/vendor/earnings"
      >
        <Sparkline values={shares} />
      </Tile>
      <Tile
        name={texts.payable}
        icon={IconWallet}
        value={payable.length > 0 ? payable.map(money).join(', ') : amount(0)}
        note={vendor.payoutsEnabled ? texts.payoutsOn : texts.payoutsOff}
        isQuiet={payable.length === 0}
        to="/vendor/earnings"
      />
      <Tile
        name={texts.published}
        icon={IconTemplate}
        value={count(published.length)}
        note={texts.ofTemplates(count(vendor.templates.totalCount))}
        isQuiet={published.length === 0}
        to={`/market/vendors/${vendor.id}`}
      />
      <Tile
        name={texts.installs}
        icon={IconServer}
        value={count(installs)}
        note={texts.soldTimes(count(sales))}
        isQuiet={installs === 0}
        to="/vendor/earnings"
      />
    </>
  )
}
