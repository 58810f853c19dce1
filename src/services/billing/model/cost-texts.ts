import type { Language } from '#entities/kernel/language.js'
import { toInterval } from '#services/catalog/products/interval.js'
import type { CatalogPrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Writer } from '#services/kernel/text/readable.js'

/** A price that is paid for each interval, or once. */
export type RecurringCost = Pick<CatalogPrice, 'money' | 'interval'>

/** A word before one unit of time, and one before several; a cost that is paid once has its own. */
const WORDS: Readonly<Record<Language, { readonly one: string; readonly several: string; readonly once: string }>> = {
  EN: { one: 'a', several: 'every', once: 'once' },
  DE: { one: 'pro', several: 'alle', once: 'einmalig' },
  ES: { one: 'por', several: 'cada', once: 'una sola vez' },
}

/** A cost in a sentence, for example `$20.00 a month` or `$50.00 every 6 months`. */
export function costText(language: Language, { money, interval }: RecurringCost, write: Writer): string {
  const { one, several, once } = WORDS[language]
  const each = toInterval(interval)
  const time =
    each === null
      ? once
      : each.count === 1
        ? `${one} ${write.unit(each.unit)}`
        : `${several} ${write.units(each.count, each.unit)}`
  return `${write.money(money)} ${time}`
}
