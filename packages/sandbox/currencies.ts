const codes = (text: string): readonly string[] => text.split(' ')

/** Currencies in which Stripe charges: the presentment currencies of its page on currencies, and those with three decimals. */
export const STRIPE_CURRENCIES: ReadonlySet<string> = new Set(
  codes(
    'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve ' +
      'czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs ' +
      'khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd ' +
      'omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd szl thb tjs tnd top try ttd twd ' +
      'tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw',
  ),
)

/** Decimals of amounts in Stripe's API. Others have two. */
const DECIMALS = new Map<string, number>([
  ...codes('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf').map((code) => [code, 0] as const),
  ...codes('bhd jod kwd omr tnd').map((code) => [code, 3] as const),
])

/** Currencies that the API writes with two decimals, which are always zero. */
const WHOLE = new Set(['isk', 'ugx'])

/** Number of decimals of an amount in Stripe's API: 1999 usd is 19.99, and 123400 huf 1234.00. */
export const decimalsOf = (currency: string): number => DECIMALS.get(currency.toLowerCase()) ?? 2

/** Number of decimals that people read: none in ISK, whose amounts have two in the API. */
export const shownDecimals = (currency: string): number =>
  WHOLE.has(currency.toLowerCase()) ? 0 : decimalsOf(currency)
