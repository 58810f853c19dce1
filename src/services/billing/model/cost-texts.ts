import { toInterval } from '#services/catalog/products/interval.js'
import type { CatalogPrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Writer } from '#services/kernel/text/readable.js'

/** A price that is paid for each interval, or once. */
export type RecurringCost = Pick<CatalogPrice, 'money' | 'interval'>

/** A cost in a sentence, for example `$20.00 a month` or `$50.00 every 6 months`. */
export function costText({ money, interval }: RecurringCost, write: Writer): string {
  const each = toInterval(interval)
  const time =
    each === null
      ? { times: 'NONE', time: '' }
      : each.count === 1
        ? { times: 'ONE', time: write.unit(each.unit) }
        : { times: 'SEVERAL', time: write.units(each.count, each.unit) }
  return write.say('cost', { money: write.money(money), ...time })
}
