/** Currencies that Stripe sends and takes without decimals, and with three. All others have two. Source: docs.stripe.com/currencies. */
const decimals = new Map<string, number>([
  ...codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF').map((code) => [code, 0] as const),
  ...codes('BHD JOD KWD OMR TND').map((code) => [code, 3] as const),
])

/** Number of decimals in which Stripe takes and returns amounts. ISK and UGX have none, and are still sent with two. */
export const providerDecimals = (currency: string): number => decimals.get(currency) ?? 2

/** Currencies in which Stripe charges. docs/facts/minor-units.md names the sources. */
const CURRENCIES_OF_STRIPE: ReadonlySet<string> = new Set(
  codes(
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE ' +
      'CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS ' +
      'KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD ' +
      'OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TND TOP TRY TTD TWD ' +
      'TZS UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW',
  ),
)

/** Currencies that PayPal takes. Source: developer.paypal.com, currency codes. */
const CURRENCIES_OF_PAYPAL: ReadonlySet<string> = new Set(
  codes('AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD'),
)

/** Currencies that PayPal charges and refunds without decimals, although ISO 4217 gives them two. Source: developer.paypal.com, currency codes. */
export const WHOLE_AT_PAYPAL: ReadonlySet<string> = new Set(['HUF', 'TWD'])

/** Currencies in which each provider charges. */
export const PROVIDER_CURRENCIES = { STRIPE: CURRENCIES_OF_STRIPE, PAYPAL: CURRENCIES_OF_PAYPAL } as const

/** Pure: true if a provider charges in the currency. */
export const isTaken = (currency: string): boolean =>
  Object.values(PROVIDER_CURRENCIES).some((currencies) => currencies.has(currency))

function codes(text: string): readonly string[] {
  return text.split(' ')
}
